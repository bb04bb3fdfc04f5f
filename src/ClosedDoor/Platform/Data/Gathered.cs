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
        lock (_gate)
        {
            if (_next.TryGetValue(key, out var next))
            {
                if (next is null)
                    _next[key] = next = new();
                next.Asks.Add(ask);
                return next.Answer.Task;
            }
            _next[key] = null;
        }
        var first = new Round { Asks = { ask } };
        // It goes on for others, and what is logged and traced then is not this request's.
        using (ExecutionContext.SuppressFlow())
            _ = Run(key, first);
        return first.Answer.Task;
    }

    async Task Run(string key, Round? round)
    {
        for (; round is not null; round = Following(key))
        {
            try
            {
                round.Answer.SetResult(await run(key, round.Asks));
            }
            catch (Exception e)
            {
                round.Answer.SetException(e);
            }
        }
    }

    Round? Following(string key)
    {
        lock (_gate)
        {
            if (_next.Remove(key, out var next) && next is not null)
                _next[key] = null;
            return next;
        }
    }

    sealed class Round
    {
        public List<TAsk> Asks { get; } = [];
        public TaskCompletionSource<TAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
