using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>
/// Runs a search that the organizer can watch and stop. It is held in no transaction: how far it is, and whether to stop, is
/// written and read beside it, twice a second.
/// </summary>
static class TimetableSearch
{
    const string Actor = "job:timetable-search";
    static readonly TimeSpan TellEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>What a search is given: whom to tell, whether its time is up, and whether it was stopped.</summary>
    public delegate T Body<out T>(Action<SearchProgress> progress, Func<bool> timeIsUp, CancellationToken stopped);

    /// <summary>Stopped while it searches, it answers with the best that it has; stopped before its turn, with a refusal.</summary>
    public static async Task<Outcome<T>> Run<T>(
        Database db,
        TimeProvider time,
        string sessionId,
        int seconds,
        Body<T> search,
        CancellationToken gone
    )
    {
        var id = TypeId.New("tsr", Now());
        if (!await db.Write(Actor, tx => TimetableSearchTable.Begin(tx, id, sessionId, seconds, Now())))
            return Refusals.TimetableInTheMaking;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(gone);
        object? latest = null; // A SearchProgress; written by the search, read here.
        try
        {
            var found = SearchInTurn.Run(
                time,
                seconds,
                timeIsUp => search(progress => Volatile.Write(ref latest, progress), timeIsUp, stop.Token),
                stop.Token
            );
            while (await Task.WhenAny(found, Task.Delay(TellEvery, CancellationToken.None)) != found)
                if (await db.Write(Actor, tx => TimetableSearchTable.Tell(tx, id, Latest(), Now())))
                    await stop.CancelAsync();
            return await found;
        }
        catch (OperationCanceledException) when (!gone.IsCancellationRequested)
        {
            return Refusals.SearchStopped;
        }
        finally
        {
            await stop.CancelAsync(); // Where telling failed, the search must not go on for nobody.
            await db.Write(Actor, tx => TimetableSearchTable.End(tx, id));
        }

        SearchProgress? Latest() => (SearchProgress?)Volatile.Read(ref latest);

        Instant Now() => Instant.FromDateTimeOffset(time.GetUtcNow());
    }
}
