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

    /// <summary>How many payments are looked for at a time.</summary>
    internal int PageSize { get; init; } = 200;

    /// <returns>How many payments were looked at.</returns>
    /// <exception cref="AggregateException">Some payment could not be settled. All others were.</exception>
    public async Task<int> RunOnce(Instant now)
    {
        if (!StripeSetup.IsConfigured(settings))
            return 0;
        var failures = new List<Exception>();
        var looked = await EachOf(
            $"""
            SELECT DISTINCT payment_id FROM checkout_attempt
            WHERE {CheckoutStates.Live} AND expires_at <= @now AND payment_id > @last
            ORDER BY payment_id LIMIT @PageSize
            """,
            paymentId => Try(paymentId, () => Close(paymentId, now), failures),
            now
        );
        looked += await EachOf(
            "SELECT id FROM payment WHERE status = 'processing' AND id > @last ORDER BY id LIMIT @PageSize",
            paymentId => Try(paymentId, () => Look(paymentId, now), failures),
            now
        );
        return failures.Count == 0 ? looked : throw new AggregateException(failures);
    }

    /// <summary>Page by page: those that cannot be settled keep none of the others waiting.</summary>
    async Task<int> EachOf(string sql, Func<string, Task> work, Instant now)
    {
        var looked = 0;
        var last = "";
        List<string> page;
        do
        {
            page = await database.Read(read =>
                read.All<string>(
                    sql,
                    new
                    {
                        now,
                        last,
                        PageSize,
                    }
                )
            );
            foreach (var paymentId in page)
                await work(paymentId);
            looked += page.Count;
            last = page.LastOrDefault() ?? last;
        } while (page.Count == PageSize);
        return looked;
    }

    async Task Close(string paymentId, Instant now)
    {
        await database.Write(
            Actor,
            async tx =>
                await PaymentTable.Lock(tx, paymentId) is { } locked
                && await Settle.CheckoutExpires(tx, locked, now) is not null
        );
        await CloseCheckout.Run(database, stripe, paymentId, now, default);
    }

    async Task Look(string paymentId, Instant now)
    {
        if (await database.Read(read => CheckoutTable.Latest(read, paymentId)) is { CheckoutId: not null } attempt)
            await Checkouts.Look(database, stripe, attempt, Actor, now, default);
    }

    /// <summary>
    /// One that cannot be settled now keeps none of the others waiting, whether Stripe is the reason, or something that
    /// somebody must look into and that would stand before them at every run.
    /// </summary>
    async Task Try(string paymentId, Func<Task> work, List<Exception> failures)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (e is StripeUnavailableException or StripeMismatchException)
        {
            LogLater(e, paymentId);
        }
        catch (Exception e) when (e is not DatabaseUnavailableException)
        {
            failures.Add(new InvalidOperationException($"{paymentId} could not be reconciled.", e));
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Payment {PaymentId} could not be reconciled; it is tried again"
    )]
    partial void LogLater(Exception error, string paymentId);
}
