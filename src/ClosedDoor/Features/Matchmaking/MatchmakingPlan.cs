using System.Text.Json;
using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>How a session's one-to-one meetings are laid out. A session without a row goes by the defaults below.</summary>
sealed record MatchmakingPlan
{
    public string SessionId { get; init; } = "";
    public long SlotMinutes { get; init; } = 20;
    public long GapMinutes { get; init; } = 5;
    public string Breaks { get; init; } = """[{"from":"12:00","to":"13:30"}]""";
    public long TableCount { get; init; } = 8;
    public long Guarantee { get; init; } = 3;
    public long CreditAmount { get; init; }
    public long OfficialsMeet { get; init; }

    /// <summary>0 before anybody has changed the defaults.</summary>
    public long Version { get; init; }

    /// <summary>The session's hours, in its civil time.</summary>
    public LocalDate Date { get; init; }
    public LocalTime StartsAt { get; init; }
    public LocalTime EndsAt { get; init; }
    public string TimeZone { get; init; } = "";
    public string PriceCurrency { get; init; } = "";

    /// <summary>Null when there is no such session.</summary>
    public static async Task<MatchmakingPlan?> Find(Statements db, string sessionId)
    {
        const string session =
            "SELECT id AS session_id, date, starts_at, ends_at, time_zone, price_currency FROM session";
        if (await db.Find<MatchmakingPlan>($"{session} WHERE id = @sessionId", new { sessionId }) is not { } plan)
            return null;
        return
            await db.Find<MatchmakingPlan>(
                """
                SELECT session_id, slot_minutes, gap_minutes, breaks, table_count, guarantee, credit_amount, officials_meet, version
                FROM matchmaking_plan WHERE session_id = @sessionId
                """,
                new { sessionId }
            )
                is { } own
            ? own with
            {
                Date = plan.Date,
                StartsAt = plan.StartsAt,
                EndsAt = plan.EndsAt,
                TimeZone = plan.TimeZone,
                PriceCurrency = plan.PriceCurrency,
            }
            : plan;
    }

    public IReadOnlyList<DayPart> Pauses => JsonSerializer.Deserialize<DayPart[]>(Breaks, Json.Options)!;

    public SlotGrid Grid =>
        SlotGrid.Of(StartsAt, EndsAt, (int)SlotMinutes, (int)GapMinutes, [.. Pauses.Select(one => (one.From, one.To))]);

    /// <summary>Officials meet companies one to one only where the organizer has decided so.</summary>
    public bool Lets(MatchGuest guest) => !guest.IsOfficial || OfficialsMeet == 1;

    /// <summary>When a civil time of the day is.</summary>
    public Instant At(LocalTime time) =>
        (Date + time).InZoneLeniently(DateTimeZoneProviders.Tzdb[TimeZone]).ToInstant();
}

/// <summary>How the one-to-one meetings are laid out.</summary>
/// <param name="SlotMinutes">Length of a meeting.</param>
/// <param name="GapMinutes">Between two, for walking.</param>
/// <param name="Breaks">When nobody meets, in the session's civil time.</param>
/// <param name="Tables">Meetings at one time, at the most.</param>
/// <param name="Guarantee">Meetings that each company is promised at least.</param>
/// <param name="Credit">What a company gets back for each promised meeting that it did not have through no fault of its own.</param>
/// <param name="OfficialsMeet">Whether officials meet companies one to one.</param>
/// <param name="Slots">What follows from the session's hours and the above.</param>
public sealed record MatchmakingPlanView(
    string SessionId,
    long SlotMinutes,
    long GapMinutes,
    IReadOnlyList<DayPart> Breaks,
    long Tables,
    long Guarantee,
    MoneyView Credit,
    bool OfficialsMeet,
    IReadOnlyList<DayPart> Slots,
    long Version
) : ITagged
{
    [JsonIgnore]
    public string Tag => $"{Version}.{Slots.Count}";

    internal static MatchmakingPlanView Of(MatchmakingPlan plan) =>
        new(
            plan.SessionId,
            plan.SlotMinutes,
            plan.GapMinutes,
            plan.Pauses,
            plan.TableCount,
            plan.Guarantee,
            new(plan.CreditAmount, plan.PriceCurrency),
            plan.OfficialsMeet == 1,
            [.. plan.Grid.Slots.Select(slot => new DayPart(slot.From, slot.To))],
            plan.Version
        );
}
