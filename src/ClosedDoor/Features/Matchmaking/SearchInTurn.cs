namespace ClosedDoor.Features.Matchmaking;

/// <summary>One search at a time: it takes a whole core, and bookings go on beside it.</summary>
static class SearchInTurn
{
    static readonly SemaphoreSlim Turn = new(1);

    /// <summary>
    /// Runs a search beside the request's thread and outside of any transaction: it may take seconds. It is given the
    /// question whether its time is up.
    /// </summary>
    /// <exception cref="OperationCanceledException">It was given up while it waited for its turn.</exception>
    public static async Task<T> Run<T>(
        TimeProvider time,
        int seconds,
        Func<Func<bool>, T> search,
        CancellationToken givenUp
    )
    {
        await Turn.WaitAsync(givenUp);
        try
        {
            var started = time.GetTimestamp();
            var longest = TimeSpan.FromSeconds(seconds);
            // Once begun it is never torn off: given up, it answers with the best that it has.
            return await Task.Run(() => search(() => time.GetElapsedTime(started) >= longest), CancellationToken.None);
        }
        finally
        {
            Turn.Release();
        }
    }
}
