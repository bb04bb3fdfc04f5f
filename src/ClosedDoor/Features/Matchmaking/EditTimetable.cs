using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>Sets a draft's meetings by hand. Refused with each rule that they break, under the place of the meeting.</summary>
public static class EditTimetable
{
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
                if (await TimetableTable.Lock(tx, timetableId) is not { } row)
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                if (row.State.After(TimetableTrigger.Edit) is null)
                    return Refusals.WrongTimetableStatus;
                if (await MatchInput.Load(tx, row.SessionId) is not { } input)
                    return Refusals.NotFound;
                var errors = new FieldErrors();
                if (request.Length > input.Companies.Count * input.Guests.Count)
                    errors.Add("", "洽谈数多于可洽谈的组合数。", "More meetings than there are pairs.");
                else
                    for (var i = 0; i < request.Length; i++)
                        if ((object?)request[i] is null)
                            errors.Missing($"[{i}]");
                if (errors.Refusal is { } invalid)
                    return invalid;

                var before = TimetablePlan.FromStored(row.Plan);
                var asked = before with { Meetings = ByHand(input, before, request) };
                // The places in the refusal are those of the request, so it is checked in the caller's order.
                if (await CheckTimetable.Execute(tx, row.SessionId, asked, caller.Now) is { } broken)
                    return broken;
                var plan = asked with
                {
                    Meetings = [.. asked.Meetings.OrderBy(one => one.Slot).ThenBy(one => one.Table)],
                };
                await TimetableTable.Edit(tx, row, plan, certificate, caller.Now);
                return await ShowTimetable.View(tx, (await TimetableRow.Find(tx, row.Id))!);
            }
        );
    }

    /// <summary>
    /// Notes the meetings that this edit adds for somebody who stays out of automatic matching: a person decides on them.
    /// One that was there before they said so is not noted, and so refused: nobody has decided on it.
    /// </summary>
    static PlannedMeeting[] ByHand(MatchInput input, TimetablePlan before, PlannedMeeting[] request)
    {
        var known = before.Meetings.ToDictionary(one => (one.CompanyId, one.InvitationId), one => one.ByHand);
        return
        [
            .. request.Select(one =>
                one with
                {
                    ByHand = known.TryGetValue((one.CompanyId, one.InvitationId), out var byHand)
                        ? byHand
                        : OptedOut(input, one),
                }
            ),
        ];
    }

    static bool OptedOut(MatchInput input, PlannedMeeting one) =>
        (input.CompanyAt(one.CompanyId), input.GuestAt(one.InvitationId)) is (>= 0 and var company, >= 0 and var guest)
        && input.Pairs[company, guest].Terms.Bar is PairBar.OptedOut;

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
        if (request.Any(one => (object?)one is null))
            return null;
        var asked = await db.Read(async read =>
            await TimetableRow.Find(read, timetableId) is { } row
            && await MatchInput.Load(read, row.SessionId) is { } input
                ? (
                    input,
                    plan: TimetablePlan.FromStored(row.Plan),
                    known: await KnownMeetings.Load(read, input, caller.Now)
                )
                : default
        );
        if (asked.input is not { } now || request.Length > now.Companies.Count * now.Guests.Count)
            return null;
        var byHand = ByHand(now, asked.plan, request).Where(one => one.ByHand);
        var problem = now.ToProblem(asked.known, asked.known.From, byHand, caller.Now);
        var meetings = TimetablePlan.Numbered(now, request);
        if (TimetableChecker.Broken(problem, meetings).Count > 0)
            return null;
        var certificate = await SearchInTurn.Run(
            time,
            JudgeSeconds,
            timeIsUp => TimetableSolver.Judge(problem, meetings, timeIsUp: timeIsUp, cancellation: gone),
            gone
        );
        return CertificateView.Of(now, certificate).ToStored();
    }
}
