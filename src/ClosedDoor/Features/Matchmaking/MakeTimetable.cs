using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>
/// Computes a draft of the one-to-one timetable. Once one is published, the new one departs from it as little as it can:
/// meetings that are held, have begun or are frozen stay where they are.
/// </summary>
public static class MakeTimetable
{
    /// <param name="Seed">The same input, budget and seed give the same timetable.</param>
    /// <param name="Seconds">Wall clock, the last stop; a search that it ends says so in its certificate.</param>
    /// <param name="FromScratch">Moves everything that may be moved, also where people have been told already.</param>
    public sealed record Request(int Seed = 1, int Seconds = 5, bool FromScratch = false);

    const int LongestSeconds = 30;

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost(
                "/sessions/{sessionId}/timetables",
                async (
                    string sessionId,
                    Request request,
                    Caller caller,
                    Database db,
                    TimeProvider time,
                    CancellationToken gone
                ) =>
                    (await Execute(db, time, caller, sessionId, request, gone)).ToCreated(made =>
                        $"/api/v1/timetables/{made.Id}"
                    )
            )
            .Named("MakeTimetable", "Compute a timetable of one-to-one meetings, with its certificate")
            .RequireAuthorization(Policy.Organize)
            .Answers<TimetableView>(201)
            .Refuses(
                Refusals.NotFound,
                Refusals.Invalid,
                Refusals.NobodyToMatch,
                Refusals.TimetableInTheMaking,
                Refusals.SearchStopped
            )
            .Example(new Request());

    public static async Task<Outcome<TimetableView>> Execute(
        Database db,
        TimeProvider time,
        Caller caller,
        string sessionId,
        Request request,
        CancellationToken gone
    )
    {
        var errors = new FieldErrors();
        errors.Within("seconds", request.Seconds, 1, LongestSeconds);
        if (errors.Refusal is { } invalid)
            return invalid;
        if (await db.Answered<TimetableView>(caller) is { } answered)
            return answered; // Before the search, not after it.
        var seen = await db.Read(async read =>
        {
            // A read is no snapshot. What is published first, so that a draft never names a timetable whose meetings it has
            // not seen: one that is published in between makes it outdated.
            var published = await TimetableRow.Published(read, sessionId);
            return await MatchInput.Load(read, sessionId) is { } input
                ? (input, known: await KnownMeetings.Load(read, input, caller.Now), published)
                : default;
        });
        if (seen.input is not { } input)
            return Refusals.NotFound;
        if (input.IsEmpty)
            return Refusals.NobodyToMatch;

        var before = seen.published is null ? null : TimetablePlan.FromStored(seen.published.Plan);
        var byHand = before?.ByHand.ToList() ?? [];
        var problem = input.ToProblem(seen.known, request.FromScratch ? null : seen.known.From, byHand, caller.Now);
        var searched = await TimetableSearch.Run(
            db,
            time,
            sessionId,
            request.Seconds,
            (progress, timeIsUp, stopped) =>
                TimetableSolver.Solve(problem, new TimetableBudget(Seed: request.Seed), timeIsUp, progress, stopped),
            gone
        );
        if (searched.Refused(out var refusal))
            return refusal;
        var made = searched.Value;
        var plan = new TimetablePlan(TimetablePlan.SlotsOf(input), TimetablePlan.Named(input, made.Meetings, byHand))
        {
            Refused = input.Refused,
        };
        var certificate = CertificateView.Of(input, made.Certificate).ToStored();

        return await db.Write<TimetableView>(
            caller,
            async tx =>
            {
                await SessionTable.Lock(tx, sessionId);
                // What has changed since it was computed is found when it is published: the checker reads everything anew.
                var id = await TimetableTable.Add(tx, sessionId, plan, certificate, seen.published?.Id, caller.Now);
                return TimetableView.Of((await TimetableRow.Find(tx, id))!, before);
            }
        );
    }
}
