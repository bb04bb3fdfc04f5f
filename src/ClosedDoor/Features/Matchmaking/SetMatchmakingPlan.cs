using System.Text.Json;
using ClosedDoor.Domain;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>Lays out a session's one-to-one meetings. Timetables that stand already stay as they are.</summary>
public static class SetMatchmakingPlan
{
    /// <param name="Credit">In the session's currency; left out, no credit.</param>
    public sealed record Request(
        long? SlotMinutes,
        long? GapMinutes,
        DayPart[]? Breaks,
        long? Tables,
        long? Guarantee,
        MoneyView? Credit = null,
        bool OfficialsMeet = false
    );

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPut(
                "/sessions/{sessionId}/matchmaking",
                async (string sessionId, Request request, Caller caller, Database db) =>
                    (await Execute(db, caller, sessionId, request)).ToOk()
            )
            .Named("SetMatchmakingPlan", "Lay out a session's one-to-one meetings")
            .RequireAuthorization(Policy.Organize)
            .Answers<MatchmakingPlanView>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.StaleVersion, Refusals.MeetingsStand)
            .Example(
                new Request(
                    20,
                    5,
                    [new(new LocalTime(12, 0), new LocalTime(13, 30))],
                    8,
                    3,
                    new MoneyView(100_000, "CNY")
                )
            );

    public static Task<Outcome<MatchmakingPlanView>> Execute(
        Database db,
        Caller caller,
        string sessionId,
        Request request
    ) =>
        db.Write<MatchmakingPlanView>(
            caller,
            async tx =>
            {
                if (
                    await SessionTable.Lock(tx, sessionId) is null
                    || await MatchmakingPlan.Find(tx, sessionId) is not { } before
                )
                    return Refusals.NotFound;
                if (caller.Stale(before.Version) is { } stale)
                    return stale;
                var errors = new FieldErrors();
                var breaks = request.Breaks ?? [];
                DayPart.Check(errors, "breaks", breaks, before.StartsAt, before.EndsAt);
                if (request.Credit is { } credit && credit.Currency != before.PriceCurrency)
                    errors.Add(
                        "credit.currency",
                        "须与场次价格同一币种。",
                        "Must be the currency of the session's price."
                    );
                var after = before with
                {
                    SlotMinutes = errors.Within(
                        "slotMinutes",
                        errors.Required("slotMinutes", request.SlotMinutes),
                        5,
                        120
                    ),
                    GapMinutes = errors.Within("gapMinutes", errors.Required("gapMinutes", request.GapMinutes), 0, 60),
                    Breaks = JsonSerializer.Serialize(breaks, Json.Options),
                    TableCount = errors.Within("tables", errors.Required("tables", request.Tables), 1, 50),
                    Guarantee = errors.Within("guarantee", errors.Required("guarantee", request.Guarantee), 0, 50),
                    CreditAmount = errors.Within("credit.amount", request.Credit?.Amount ?? 0, 0, 100_000_000),
                    OfficialsMeet = request.OfficialsMeet ? 1 : 0,
                };
                if (errors.Refusal is { } invalid)
                    return invalid;
                if (after.Grid.IsCut)
                {
                    errors.Add(
                        "slotMinutes",
                        $"一天至多 {SlotSet.Most} 个时段，请加长时段或间隔。",
                        $"A day has {SlotSet.Most} slots at the most: make them or the gaps longer."
                    );
                    return errors.Refusal!;
                }
                if (await Displaced(tx, after, caller.Now))
                    return Refusals.MeetingsStand;
                await MatchmakingPlanTable.Set(tx, before, after, caller.Now);
                return MatchmakingPlanView.Of(after with { Version = before.Version + 1 });
            }
        );

    /// <summary>Whether a meeting that has begun or is frozen would have no slot or table in the new layout.</summary>
    static async Task<bool> Displaced(Tx tx, MatchmakingPlan after, Instant now)
    {
        var slots = after.Grid.Slots.Select(slot => (after.At(slot.From), after.At(slot.To))).ToHashSet();
        return (await MeetingRow.Live(tx, after.SessionId)).Any(row =>
            row.StaysPut(now) && (!slots.Contains((row.BeginsAt, row.EndsAt)) || row.TableNumber > after.TableCount)
        );
    }
}
