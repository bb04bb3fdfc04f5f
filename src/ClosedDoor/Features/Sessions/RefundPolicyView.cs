using ClosedDoor.Domain;

namespace ClosedDoor.Features.Sessions;

/// <summary>From this many working days before the day on, this part of what was paid goes back.</summary>
public sealed record RefundTierView(int WorkingDays, int Percent);

/// <summary>What a company gets back when it gives up a paid seat. Past the last tier nothing goes back.</summary>
/// <param name="Fee">Fen that are kept of each such refund; never more than it.</param>
public sealed record RefundPolicyView(RefundTierView[]? Tiers, long Fee = 0)
{
    public Outcome<RefundPolicy> ToPolicy() =>
        RefundPolicy.Checked([.. (Tiers ?? []).Select(tier => new RefundTier(tier.WorkingDays, tier.Percent))], Fee);

    internal static RefundPolicyView Of(string stored)
    {
        var policy = RefundPolicy.Parse(stored).Value;
        return new([.. policy.Tiers.Select(tier => new RefundTierView(tier.WorkingDays, tier.Percent))], policy.Fee);
    }
}
