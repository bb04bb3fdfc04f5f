using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Payments.Stripe;

/// <summary>Every quarter of an hour: asks about the refunds that Stripe has and has not paid, and sends what was never sent.</summary>
public sealed partial class ReconcileRefunds(
    Database database,
    StripeClient stripe,
    Settings settings,
    ILogger<ReconcileRefunds> log
)
{
    /// <returns>How many refunds were looked at.</returns>
    public async Task<int> RunOnce(Instant now)
    {
        if (!StripeSetup.IsConfigured(settings))
            return 0;
        var open = await database.Read(read =>
            read.All<OpenRefund>(
                """
                SELECT refund.id, refund.status, COALESCE(receipt.origin, receipt.serial) AS intent
                FROM refund JOIN receipt ON receipt.id = refund.receipt_id
                WHERE refund.status IN ('refund_pending', 'refund_due') AND receipt.method = 'stripe' AND refund.by_hand = 0
                    AND (refund.offered_until IS NULL OR refund.offered_until <= @now)
                ORDER BY refund.id LIMIT 200
                """,
                new { now }
            )
        );
        foreach (var refund in open)
        {
            try
            {
                if (refund.Status == "refund_pending")
                    await StripeRefunds.Look(database, stripe, refund.Intent, now, default);
                else
                    await SendAgain(refund.Id, now);
            }
            catch (Exception e) when (e is StripeUnavailableException or StripeMismatchException)
            {
                LogLater(e, refund.Id);
            }
        }
        return open.Count;
    }

    /// <summary>Its message may have been parked; but what a gate holds back stays where it is.</summary>
    async Task SendAgain(string refundId, Instant now)
    {
        var held = await database.Read(async read =>
            await RefundTable.Find(read, refundId) is not { } row || await RedLetterGate.Closed(read, row) is not null
        );
        if (!held)
            await SendRefund.Run(database, stripe, refundId, now, default);
    }

    sealed record OpenRefund
    {
        public string Id { get; init; } = "";
        public string Status { get; init; } = "";
        public string Intent { get; init; } = "";
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refund {RefundId} could not be reconciled; it is tried again")]
    partial void LogLater(Exception error, string refundId);
}
