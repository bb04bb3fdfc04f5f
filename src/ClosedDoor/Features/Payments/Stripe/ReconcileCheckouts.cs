using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Payments.Stripe;

/// <summary>
/// Every minute: closes the checkouts whose time is over, and asks about those whose money is under way. With it, a lost
/// webhook changes nothing but the delay. Any number of instances may run it at once.
/// </summary>
public sealed partial class ReconcileCheckouts(
    Database database,
    StripeClient stripe,
    Settings settings,
    ILogger<ReconcileCheckouts> log
)
{
    const string Actor = "job:reconcile-checkouts";

    /// <returns>How many payments were looked at.</returns>
    public async Task<int> RunOnce(Instant now)
    {
        if (!StripeSetup.IsConfigured(settings))
            return 0;
        var overdue = await database.Read(read =>
            read.All<string>(
                """
                SELECT DISTINCT payment_id FROM checkout_attempt
                WHERE status IN ('opening', 'open') AND expires_at <= @now LIMIT 200
                """,
                new { now }
            )
        );
        foreach (var paymentId in overdue)
            await Try(paymentId, () => Close(paymentId, now));

        var underWay = await database.Read(read =>
            read.All<string>("SELECT id FROM payment WHERE status = 'processing' ORDER BY id LIMIT 200")
        );
        foreach (var paymentId in underWay)
            await Try(paymentId, () => Look(paymentId, now));
        return overdue.Count + underWay.Count;
    }

    async Task Close(string paymentId, Instant now)
    {
        await database.Write(
            Actor,
            async tx =>
                await PaymentTable.Take(tx, paymentId) is { } taken
                && await Settle.CheckoutExpires(tx, taken, now) is not null
        );
        await CloseCheckout.Run(database, stripe, paymentId, now, default);
    }

    async Task Look(string paymentId, Instant now)
    {
        if (await database.Read(read => CheckoutTable.Latest(read, paymentId)) is { CheckoutId: not null } attempt)
            await Checkouts.Look(database, stripe, attempt, Actor, now, default);
    }

    /// <summary>One that cannot be settled now keeps none of the others waiting.</summary>
    async Task Try(string paymentId, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (e is StripeUnavailableException or StripeMismatchException)
        {
            LogLater(e, paymentId);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Payment {PaymentId} could not be reconciled; it is tried again"
    )]
    partial void LogLater(Exception error, string paymentId);
}
