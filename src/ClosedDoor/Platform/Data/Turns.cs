namespace ClosedDoor.Platform.Data;

/// <summary>
/// Lets those of this instance who want the same row go a few at a time, in the order in which they came. The row's lock in
/// the database is what keeps them apart, also from other instances; but who waits for that keeps a connection, or a place
/// in the writer's queue, and a rush for one session would keep them all: most of those who wait here are told on their
/// turn that the session is full, without asking for the row.
/// </summary>
/// <param name="atOnce">How many go at a time for each row.</param>
sealed class Turns(int atOnce)
{
    readonly Lock _gate = new();

    /// <summary>Under each row whose turn somebody has, how many do, and those who wait for theirs.</summary>
    readonly Dictionary<string, (int Going, Queue<TaskCompletionSource<bool>>? Waiting)> _rows = new(
        StringComparer.Ordinal
    );

    /// <returns>What ends the turn; null for one who waited and was let go.</returns>
    public async ValueTask<IDisposable?> Next(string row)
    {
        TaskCompletionSource<bool>? turn = null;
        lock (_gate)
        {
            var (going, waiting) = _rows.GetValueOrDefault(row);
            if (going < atOnce)
                _rows[row] = (going + 1, waiting);
            else
            {
                waiting ??= new();
                waiting.Enqueue(turn = new(TaskCreationOptions.RunContinuationsAsynchronously));
                _rows[row] = (going, waiting);
            }
        }
        return turn is null || await turn.Task ? new Turn(this, row) : null;
    }

    /// <summary>Nobody need wait for this row any more: all who do go on at once, and without a turn.</summary>
    public void LetGo(string row)
    {
        Queue<TaskCompletionSource<bool>>? letGo;
        lock (_gate)
        {
            if (!_rows.TryGetValue(row, out var now))
                return;
            letGo = now.Waiting;
            _rows[row] = (now.Going, null);
        }
        foreach (var waiting in letGo ?? [])
            waiting.SetResult(false);
    }

    void End(string row)
    {
        TaskCompletionSource<bool>? next = null;
        lock (_gate)
        {
            var (going, waiting) = _rows[row];
            if (waiting is not null && waiting.TryDequeue(out next))
            {
                // It goes in this one's place.
            }
            else if (going > 1)
                _rows[row] = (going - 1, waiting);
            else
                _rows.Remove(row);
        }
        next?.SetResult(true);
    }

    sealed class Turn(Turns turns, string row) : IDisposable
    {
        public void Dispose() => turns.End(row);
    }
}
