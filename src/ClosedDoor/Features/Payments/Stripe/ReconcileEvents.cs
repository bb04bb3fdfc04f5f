using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Payments.Stripe;

/// <summary>
/// Daily, and after a start: takes in the events that Stripe could not deliver, as if they had come. While Stripe cannot be
/// asked, it is tried again each time.
/// </summary>
public sealed partial class ReconcileEvents(
    Database database,
    StripeClient stripe,
    Settings settings,
    ILogger<ReconcileEvents> log
)
{
    /// <summary>How soon after an outage.</summary>
    public static readonly Duration Again = Duration.FromMinutes(15);

    static readonly Duration Daily = Duration.FromDays(1);

    /// <summary>Longer than Stripe's three days of trying, for a service that was away.</summary>
    static readonly Duration Back = Duration.FromDays(7);

    Instant? _done;

    /// <returns>How many were new; 0 where it is not time, or Stripe cannot be asked.</returns>
    public async Task<int> RunWhenDue(Instant now)
    {
        if (settings.ReconcileEvery is null && now - _done < Daily)
            return 0;
        try
        {
            var taken = await RunOnce(now);
            _done = now;
            return taken;
        }
        catch (StripeUnavailableException e)
        {
            LogLater(e);
            return 0;
        }
    }

    /// <returns>How many were new.</returns>
    /// <exception cref="StripeUnavailableException">Stripe cannot be asked now.</exception>
    public async Task<int> RunOnce(Instant now)
    {
        if (!StripeSetup.IsConfigured(settings))
            return 0;
        var live = StripeSetup.IsLive(settings);
        var taken = 0;
        var undelivered = await stripe.ListUndelivered((now - Back).ToUnixTimeSeconds());
        undelivered.Reverse(); // The oldest first.
        foreach (var one in undelivered.Where(one => HandleStripeEvent.Concerns(one.Type) && one.Livemode == live))
        {
            if (await database.Write("job:reconcile-events", tx => StripeEventTable.Add(tx, one, now)))
                taken++;
        }
        return taken;
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Stripe could not be asked for undelivered events; it is tried again"
    )]
    partial void LogLater(Exception error);
}
