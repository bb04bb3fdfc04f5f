using System.Text.Json;
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

    /// <summary>One search at a time: it takes a whole core, and bookings go on beside it.</summary>
    static readonly SemaphoreSlim Turn = new(1);

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
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.NobodyToMatch)
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
        if (await db.Read(read => MatchInput.Load(read, sessionId)) is not { } input)
            return Refusals.NotFound;
        if (input.Companies.Count == 0 || input.Guests.Count == 0 || input.Grid.Slots.Count == 0)
            return Refusals.NobodyToMatch;

        var known = await db.Read(read => KnownMeetings.Load(read, input, caller.Now));
        var problem = input.ToProblem(known.Pinned, request.FromScratch || !known.Any ? null : known.All, caller.Now);
        var made = await InTurn(
            time,
            request.Seconds,
            timeIsUp =>
                TimetableSolver.Solve(problem, new TimetableBudget(Seed: request.Seed), timeIsUp, cancellation: gone),
            gone
        );
        var plan = new TimetablePlan(TimetablePlan.SlotsOf(input), TimetablePlan.Named(input, made.Meetings));
        var certificate = JsonSerializer.Serialize(CertificateView.Of(input, made.Certificate), Json.Options);

        return await db.Write<TimetableView>(
            caller,
            async tx =>
            {
                await SessionTable.Take(tx, sessionId);
                // What has changed since it was computed is found when it is published: the checker reads everything anew.
                var published = await TimetableRow.Published(tx, sessionId);
                var id = await TimetableTable.Add(tx, sessionId, plan, certificate, published?.Id, caller.Now);
                return TimetableView.Of(
                    (await TimetableRow.Find(tx, id))!,
                    published is null ? null : TimetablePlan.FromStored(published.Plan)
                );
            }
        );
    }

    /// <summary>
    /// Runs a search beside the request's thread and outside of any transaction: it may take seconds. It is given the
    /// question whether its time is up.
    /// </summary>
    internal static async Task<T> InTurn<T>(
        TimeProvider time,
        int seconds,
        Func<Func<bool>, T> search,
        CancellationToken gone
    )
    {
        await Turn.WaitAsync(gone);
        try
        {
            var started = time.GetTimestamp();
            var longest = TimeSpan.FromSeconds(seconds);
            return await Task.Run(() => search(() => time.GetElapsedTime(started) >= longest), gone);
        }
        finally
        {
            Turn.Release();
        }
    }
}
