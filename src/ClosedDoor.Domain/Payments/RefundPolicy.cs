using System.Globalization;
using NodaTime;

namespace ClosedDoor.Domain;

/// <summary>From this many working days before the day on, this part of what was paid goes back.</summary>
public sealed record RefundTier(int WorkingDays, int Percent);

/// <summary>
/// What a company gets back when it gives up a paid seat, in tiers by working days before the day, less a fixed fee in
/// fen. Before the last tier nothing goes back.
/// </summary>
public sealed record RefundPolicy(IReadOnlyList<RefundTier> Tiers, long Fee = 0)
{
    const int MostTiers = 10;
    const int MostDays = 365;
    const long HighestFee = 99_999_999;

    /// <summary>Not a policy that anyone could go by.</summary>
    public static readonly Refusal Malformed = new("refund_policy_malformed");

    /// <summary>
    /// Reads <c>10:100,3:50</c>, or <c>10:100,3:50-20000</c> with a fee in fen. <c>none</c> gives nothing back.
    /// </summary>
    public static Outcome<RefundPolicy> Parse(string? text)
    {
        var parts = (text ?? "").Split('-');
        if (parts.Length > 2 || !Number(parts.Length == 2 ? parts[1] : "0", out var fee))
            return No;
        if (parts[0] == "none")
            return Checked([], fee);
        var tiers = new List<RefundTier>();
        foreach (var tier in parts[0].Split(','))
        {
            var pair = tier.Split(':');
            if (pair.Length != 2 || !Number(pair[0], out var days) || !Number(pair[1], out var percent))
                return No;
            tiers.Add(new((int)Math.Min(days, int.MaxValue), (int)Math.Min(percent, int.MaxValue)));
        }
        return Checked(tiers, fee);
    }

    /// <summary>
    /// A policy of these tiers: fewer days, less money; percents from 1 to 100; at most ten tiers.
    /// </summary>
    public static Outcome<RefundPolicy> Checked(IReadOnlyList<RefundTier> tiers, long fee)
    {
        if (tiers.Count > MostTiers || fee is < 0 or > HighestFee)
            return No;
        for (var i = 0; i < tiers.Count; i++)
        {
            if (tiers[i].WorkingDays is < 0 or > MostDays || tiers[i].Percent is < 1 or > 100)
                return No;
            if (i > 0 && (tiers[i].WorkingDays >= tiers[i - 1].WorkingDays || tiers[i].Percent >= tiers[i - 1].Percent))
                return No;
        }
        return new RefundPolicy(tiers, fee);
    }

    /// <summary>As <see cref="Parse"/> reads it, and as columns hold it.</summary>
    public override string ToString()
    {
        var tiers =
            Tiers.Count == 0
                ? "none"
                : string.Join(
                    ',',
                    Tiers.Select(tier =>
                        string.Create(CultureInfo.InvariantCulture, $"{tier.WorkingDays}:{tier.Percent}")
                    )
                );
        return Fee == 0 ? tiers : string.Create(CultureInfo.InvariantCulture, $"{tiers}-{Fee}");
    }

    /// <summary>
    /// What it gives on <paramref name="today"/> for a seat on <paramref name="day"/>: working days after today up to the
    /// day itself; calendar days, and marked so, where the calendar of a year in between is not published.
    /// </summary>
    public RefundTerms On(LocalDate today, LocalDate day)
    {
        var working = WorkingDayCalendar.WorkingDaysBetween(today, day);
        var days = working ?? Math.Max(0, Period.Between(today, day, PeriodUnits.Days).Days);
        var percent = Tiers.FirstOrDefault(tier => days >= tier.WorkingDays)?.Percent ?? 0;
        return new(percent, Fee, days, CountedInCalendarDays: working is null);
    }

    public bool Equals(RefundPolicy? other) => other is not null && ToString() == other.ToString();

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    static Refusal No =>
        Malformed.Because(
            "退款规则须按天数由多到少、比例由高到低排列，比例为 1 至 100，至多十档。",
            "Tiers go from more days to fewer and from more percent to less, with 1 to 100 percent, ten at the most."
        );

    static bool Number(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

/// <summary>What goes back of a payment.</summary>
/// <param name="Percent">Of what was paid and not refunded before.</param>
/// <param name="Fee">Fen that are kept of that.</param>
/// <param name="Days">Before the day, of the kind that <paramref name="CountedInCalendarDays"/> says.</param>
public sealed record RefundTerms(int Percent, long Fee, int Days, bool CountedInCalendarDays)
{
    /// <summary>All of it: the organizer's doing, or money that never had a seat.</summary>
    public static readonly RefundTerms Full = new(100, 0, 0, false);

    /// <summary>
    /// In fen. A part of a fen goes to the company; the fee never takes more than there is.
    /// </summary>
    public long Of(long paid) => Math.Max(0, checked(paid * Percent + 99) / 100 - Fee);
}
