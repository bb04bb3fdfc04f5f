using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Payments.Stripe;

/// <summary>Daily: takes in the events that Stripe could not deliver, as if they had come.</summary>
public sealed class ReconcileEvents(Database database, StripeClient stripe, Settings settings)
{
    /// <summary>Longer than Stripe's three days of trying, for a service that was away.</summary>
    static readonly Duration Back = Duration.FromDays(7);

    /// <returns>How many were new.</returns>
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
}
