using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace ClosedDoor.Platform.Telemetry;

/// <summary>
/// Carries log lines from the requests to one writer thread, through two buffers that swap. A line costs its caller a
/// copy under a short lock. When the reader of the log is too slow, lines are dropped and counted: a full pipe must not
/// stop a booking.
/// </summary>
sealed class LogQueue : IDisposable
{
    /// <summary>Bytes that may wait; at some 300 a line it is seconds of the busiest traffic.</summary>
    const int Most = 4 * 1024 * 1024;

    /// <summary>How long the writer lets lines gather, so that a busy second costs it a few dozen writes, not thousands.</summary>
    static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(20);

    static readonly TimeSpan LongestFlush = TimeSpan.FromSeconds(2);

    static readonly Meter Meter = new("ClosedDoor");
    static readonly Counter<long> DroppedLines = Meter.CreateCounter<long>(
        "closeddoor.log.dropped",
        description: "Log lines dropped because the log was not read fast enough."
    );

    readonly Stream _output;
    readonly Thread _thread;
    readonly object _gate = new();
    byte[] _waiting = new byte[64 * 1024];
    byte[] _writing = new byte[64 * 1024];
    int _length;
    long _dropped;
    bool _busy;
    bool _urgent;
    bool _closed;

    public LogQueue(Stream output)
    {
        _output = output;
        _thread = new Thread(Write) { IsBackground = true, Name = "log-writer" };
        _thread.Start();
    }

    /// <summary>Never blocks on the output. <paramref name="urgent"/> lines are written at once.</summary>
    public void Add(ReadOnlySpan<byte> line, bool urgent)
    {
        lock (_gate)
        {
            if (_closed || _length + line.Length > Most)
            {
                _dropped++;
                DroppedLines.Add(1);
                return;
            }
            if (_length + line.Length > _waiting.Length)
                Array.Resize(ref _waiting, Math.Min(Most, Math.Max(_waiting.Length * 2, _length + line.Length)));
            line.CopyTo(_waiting.AsSpan(_length));
            var first = _length == 0;
            _length += line.Length;
            _urgent |= urgent;
            if (first || urgent)
                Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until everything added so far is written; for two seconds at the most.</summary>
    public void Flush()
    {
        var deadline = Environment.TickCount64 + (long)LongestFlush.TotalMilliseconds;
        lock (_gate)
        {
            _urgent = true;
            Monitor.PulseAll(_gate);
            while ((_length > 0 || _busy) && deadline - Environment.TickCount64 is > 0 and var left)
                Monitor.Wait(_gate, (int)left);
        }
    }

    public void Dispose()
    {
        Flush();
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
        _thread.Join(LongestFlush);
    }

    void Write()
    {
        while (Take() is var (length, dropped) && length >= 0)
        {
            try
            {
                if (dropped > 0)
                    _output.Write(DroppedLine(dropped));
                _output.Write(_writing.AsSpan(0, length));
                _output.Flush();
            }
            catch (IOException)
            {
                // Nobody reads the log any more. The service goes on without it.
            }
            lock (_gate)
            {
                _busy = false;
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Swaps the buffers once there is something to write; a negative length ends the thread.</summary>
    (int Length, long Dropped) Take()
    {
        lock (_gate)
        {
            while (_length == 0 && !_closed)
                Monitor.Wait(_gate);
            if (_length == 0)
                return (-1, 0);
            if (!_urgent && !_closed)
                Monitor.Wait(_gate, Gather);
            (_waiting, _writing) = (_writing, _waiting);
            var taken = (_length, _dropped);
            (_length, _dropped, _urgent, _busy) = (0, 0, false, true);
            return taken;
        }
    }

    static byte[] DroppedLine(long dropped) =>
        Encoding.UTF8.GetBytes(
            string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"level":"warning","category":"ClosedDoor.Log","message":"{{dropped}} log lines were dropped: the log is not read fast enough."}"""
            ) + "\n"
        );
}
