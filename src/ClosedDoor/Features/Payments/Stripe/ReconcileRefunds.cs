using ClosedDoor.Features.Payments.Refunds;
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
    const int PageSize = 200;

    /// <returns>How many refunds were looked at.</returns>
    /// <exception cref="AggregateException">Some refund could not be settled. All others were.</exception>
    public async Task<int> RunOnce(Instant now)
    {
        if (!StripeSetup.IsConfigured(settings))
            return 0;
        // Page by page: those that a gate holds back stay open for weeks, and keep none of the others waiting.
        var looked = 0;
        var failures = new List<Exception>();
        for (List<OpenRefund>? page = null; page is null or { Count: PageSize }; looked += page.Count)
        {
            page = await database.Read(read => After(read, page?[^1].Id ?? "", now));
            foreach (var refund in page)
                await Try(refund, now, failures);
        }
        return failures.Count == 0 ? looked : throw new AggregateException(failures);
    }

    static Task<List<OpenRefund>> After(Statements read, string last, Instant now) =>
        read.All<OpenRefund>(
            """
            SELECT refund.id, refund.status, COALESCE(receipt.origin, receipt.serial) AS intent
            FROM refund JOIN receipt ON receipt.id = refund.receipt_id
            WHERE refund.status IN ('refund_pending', 'refund_due') AND receipt.method = 'stripe' AND refund.by_hand = 0
                AND (refund.offered_until IS NULL OR refund.offered_until <= @now) AND refund.id > @last
            ORDER BY refund.id LIMIT @PageSize
            """,
            new
            {
                now,
                last,
                PageSize,
            }
        );

    async Task Try(OpenRefund refund, Instant now, List<Exception> failures)
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
        catch (Exception e) when (e is not DatabaseUnavailableException)
        {
            // The others are not kept waiting for somebody to look into this one, which would stand before them every time.
            failures.Add(new InvalidOperationException($"{refund.Id} could not be reconciled.", e));
        }
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
