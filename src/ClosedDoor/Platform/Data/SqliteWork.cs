namespace ClosedDoor.Platform.Data;

/// <summary>One caller's unit of work on its way through the writer. It may run more than once; the last run counts.</summary>
abstract class SqliteWork
{
    public abstract void Run(Transaction tx);

    public abstract void Refuse(Exception reason);

    /// <summary>Tells the caller. Once, and only when what was written is durable.</summary>
    public abstract void Answer();
}

sealed class SqliteWork<T>(Func<Transaction, Task<T>> work) : SqliteWork
{
    readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    T? _result;
    Exception? _failure;

    public Task<T> Done => _answer.Task;

    public override void Run(Transaction tx)
    {
        var running = work(tx);
        if (!running.IsCompleted)
            throw new InvalidOperationException("Work in a transaction awaited something other than the transaction.");
        _result = running.GetAwaiter().GetResult();
    }

    public override void Refuse(Exception reason) => _failure = reason;

    public override void Answer()
    {
        if (_failure is null)
            _answer.SetResult(_result!);
        else
            _answer.SetException(_failure);
    }
}
