namespace ClosedDoor.Platform.Data;

/// <summary>
/// Statements that are run once for all who ask at the same time. Whoever comes while they run, which may have looked
/// before the last commit, is part of the next run: an answer always comes from a run that began after it was asked for.
/// </summary>
/// <param name="run">
/// Answers all that have gathered under a key, in the order in which they came. Runs of one key go one after the other.
/// </param>
sealed class Gathered<TAsk, TAnswer>(Func<string, List<TAsk>, Task<TAnswer>> run)
{
    readonly Lock _gate = new();

    /// <summary>Under each key for which something runs, what follows it; null while nobody waits for that.</summary>
    readonly Dictionary<string, Round?> _next = new(StringComparer.Ordinal);

    public Task<TAnswer> Ask(string key, TAsk ask)
    {
        Round? round;
        lock (_gate)
        {
            var runs = _next.TryGetValue(key, out round);
            if (round is null)
                _next[key] = round = new();
            round.Asks.Add(ask);
            if (runs)
                return round.Answer.Task;
        }
        // It goes on for others, and what is logged and traced then is not this request's.
        using (ExecutionContext.SuppressFlow())
            _ = Run(key);
        return round.Answer.Task;
    }

    async Task Run(string key)
    {
        await Task.Yield(); // Of many who ask at the same moment, the first does not go alone.
        do
        {
            var round = Begin(key);
            try
            {
                round.Answer.SetResult(await run(key, round.Asks));
            }
            catch (Exception e)
            {
                round.Answer.SetException(e);
            }
        } while (HasMore(key));
    }

    Round Begin(string key)
    {
        lock (_gate)
        {
            var round = _next[key]!;
            _next[key] = null;
            return round;
        }
    }

    bool HasMore(string key)
    {
        lock (_gate)
        {
            if (_next[key] is not null)
                return true;
            _next.Remove(key);
            return false;
        }
    }

    sealed class Round
    {
        public List<TAsk> Asks { get; } = [];
        public TaskCompletionSource<TAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
