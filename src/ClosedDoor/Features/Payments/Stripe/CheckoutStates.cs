using ClosedDoor.Domain;

namespace ClosedDoor.Features.Payments.Stripe;

/// <summary>
/// The domain's groups of an attempt's states as SQL conditions on <c>status</c>. A partial index is used only where its
/// own condition stands in the query, word for word; so <see cref="Live"/> is that of checkout_attempt_live, and a test
/// compares it with the migration.
/// </summary>
static class CheckoutStates
{
    /// <summary>May still be paid, as far as we know (index checkout_attempt_live).</summary>
    public static readonly string Live = In(status => status.IsLive());

    /// <summary>The states in which the trigger means something.</summary>
    public static string Before(CheckoutTrigger trigger) => In(status => status.After(trigger) is not null);

    static string In(Func<CheckoutStatus, bool> belong) =>
        $"status IN ({string.Join(", ", Enum.GetValues<CheckoutStatus>().Where(belong).Select(status => $"'{status.Word()}'"))})";
}
