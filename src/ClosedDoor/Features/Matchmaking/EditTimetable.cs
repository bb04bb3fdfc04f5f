using System.Text.Json;
using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>Sets a draft's meetings by hand. Refused with each rule that they break, under the place of the meeting.</summary>
public static class EditTimetable
{
    const int Most = 5000;
    const int JudgeSeconds = 5;

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPut(
                "/timetables/{timetableId}/meetings",
                async (
                    string timetableId,
                    PlannedMeeting[] request,
                    Caller caller,
                    Database db,
                    TimeProvider time,
                    CancellationToken gone
                ) => (await Execute(db, time, caller, timetableId, request, gone)).ToOk()
            )
            .Named("EditTimetable", "Set the meetings of a draft by hand")
            .RequireAuthorization(Policy.Organize)
            .Answers<TimetableView>()
            .Refuses(
                Refusals.NotFound,
                Refusals.Invalid,
                Refusals.StaleVersion,
                Refusals.WrongTimetableStatus,
                Refusals.TimetableRulesBroken
            )
            .Example(
                new[] { new PlannedMeeting("cmp_01jw4v9x6fe8rtb3n5m2k7q0ah", "inv_01jw4v9x6fe8rtb3n5m2k7q0ah", 0, 1) }
            );

    public static async Task<Outcome<TimetableView>> Execute(
        Database db,
        TimeProvider time,
        Caller caller,
        string timetableId,
        PlannedMeeting[] request,
        CancellationToken gone
    )
    {
        var certificate = await Judged(db, time, caller, timetableId, request, gone);
        return await db.Write<TimetableView>(
            caller,
            async tx =>
            {
                if (await Take(tx, timetableId) is not { } row)
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                if (row.State.After(TimetableTrigger.Edit) is null)
                    return Refusals.WrongTimetableStatus;
                var errors = new FieldErrors();
                if (request.Length > Most)
                    errors.Add("", $"至多 {Most} 项。", $"At most {Most}.");
                for (var i = 0; i < request.Length; i++)
                    if ((object?)request[i] is null)
                        errors.Add($"[{i}]", "必填。", "Required.");
                if (errors.Refusal is { } invalid)
                    return invalid;

                var plan = TimetablePlan.FromStored(row.Plan) with
                {
                    Meetings = [.. request.OrderBy(one => one.Slot).ThenBy(one => one.Table)],
                };
                // The places in the refusal are those of the request, so it is checked in the caller's order.
                if (
                    await CheckTimetable.Execute(tx, row.SessionId, plan with { Meetings = request }, caller.Now) is
                    { } broken
                )
                    return broken;
                await TimetableTable.Edit(tx, row, plan, certificate, caller.Now);
                return await ShowTimetable.View(tx, (await TimetableRow.Find(tx, row.Id))!);
            }
        );
    }

    /// <summary>
    /// How good the meetings are, by the same bounds as what is computed. Null when they break a rule: then they are
    /// refused inside the transaction, which names each.
    /// </summary>
    static async Task<string?> Judged(
        Database db,
        TimeProvider time,
        Caller caller,
        string timetableId,
        PlannedMeeting[] request,
        CancellationToken gone
    )
    {
        if (request.Length > Most || request.Any(one => (object?)one is null))
            return null;
        var asked = await db.Read(async read =>
            await TimetableRow.Find(read, timetableId) is { } row
            && await MatchInput.Load(read, row.SessionId) is { } input
                ? (input, known: await KnownMeetings.Load(read, input, caller.Now))
                : default
        );
        if (asked.input is not { } now)
            return null;
        var problem = now.ToProblem(asked.known.Pinned, asked.known.Any ? asked.known.All : null, caller.Now);
        var meetings = TimetablePlan.Numbered(now, request);
        if (TimetableChecker.Broken(problem, meetings).Count > 0)
            return null;
        var certificate = await MakeTimetable.InTurn(
            time,
            JudgeSeconds,
            timeIsUp => TimetableSolver.Judge(problem, meetings, timeIsUp: timeIsUp, cancellation: gone),
            gone
        );
        return JsonSerializer.Serialize(CertificateView.Of(now, certificate), Json.Options);
    }

    /// <summary>A timetable with its session locked; null when there is none.</summary>
    internal static async Task<TimetableRow?> Take(Tx tx, string id)
    {
        var sessionId = await tx.Find<string>("SELECT session_id FROM timetable WHERE id = @id", new { id });
        if (sessionId is null || await SessionTable.Take(tx, sessionId) is null)
            return null;
        return await TimetableRow.Find(tx, id);
    }
}
