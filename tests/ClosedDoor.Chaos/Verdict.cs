using System.Collections.Concurrent;

namespace ClosedDoor.Chaos;

/// <summary>What was found to hold and what was not; the exit code is its last word.</summary>
/// <param name="quiet">For a control, whose findings are none.</param>
sealed class Verdict(bool quiet = false)
{
    readonly ConcurrentQueue<string> _wrong = new();
    readonly long _began = TimeProvider.System.GetTimestamp();
    int _held;

    /// <summary>Whether nothing has been found wrong yet.</summary>
    public bool Clean => _wrong.IsEmpty;

    /// <summary>Whether this was found wrong.</summary>
    public bool Says(string what) => _wrong.Any(one => one.Contains(what, StringComparison.Ordinal));

    public void Check(bool holds, string what)
    {
        if (!holds)
        {
            Wrong(what);
            return;
        }
        Interlocked.Increment(ref _held);
        if (!quiet)
            Console.WriteLine($"  holds   {what}");
    }

    public void Wrong(string what)
    {
        if (_wrong.Count < 50 && !quiet)
            Console.WriteLine($"  BROKEN  {what}");
        _wrong.Enqueue(what);
    }

    /// <summary>Said aloud, so that what was not tried is never taken for what held.</summary>
    public static void NotTried(string what) => Console.WriteLine($"  NOT TRIED  {what}");

    /// <param name="run">What was run, for the last line.</param>
    public int Say(string run)
    {
        // Once more at the end: of a long log, the last lines are those that are read.
        foreach (var wrong in _wrong.Take(10))
            Console.WriteLine($"  BROKEN  {wrong.Split('\n')[0]}");
        var took = $"in {TimeProvider.System.GetElapsedTime(_began).TotalSeconds:F0} s";
        Console.WriteLine(
            _wrong.IsEmpty ? $"{run}: all {_held} hold {took}" : $"{run}: {_wrong.Count} broken, {_held} hold {took}"
        );
        return _wrong.IsEmpty ? 0 : 1;
    }
}
