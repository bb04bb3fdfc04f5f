namespace ClosedDoor.Platform.Data;

/// <summary>
/// Lets those of this instance who want the same row go one after the other, in the order in which they came. The row's
/// lock in the database is what keeps them apart, also from other instances; but who waits for that keeps a connection,
/// and a rush for one session would keep them all.
/// </summary>
sealed class Turns
{
    readonly Lock _gate = new();

    /// <summary>Under each row whose turn somebody has, those who wait for it.</summary>
    readonly Dictionary<string, Queue<TaskCompletionSource>> _waiting = new(StringComparer.Ordinal);

    /// <returns>What ends the turn.</returns>
    public async ValueTask<IDisposable> Next(string row)
    {
        TaskCompletionSource? turn = null;
        lock (_gate)
        {
            if (_waiting.TryGetValue(row, out var queue))
                queue.Enqueue(turn = new(TaskCreationOptions.RunContinuationsAsynchronously));
            else
                _waiting[row] = new();
        }
        if (turn is not null)
            await turn.Task;
        return new Turn(this, row);
    }

    void End(string row)
    {
        TaskCompletionSource? next;
        lock (_gate)
        {
            if (!_waiting[row].TryDequeue(out next))
                _waiting.Remove(row);
        }
        next?.SetResult();
    }

    sealed class Turn(Turns turns, string row) : IDisposable
    {
        public void Dispose() => turns.End(row);
    }
}
