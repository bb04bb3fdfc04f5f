using System.Collections.Concurrent;

namespace ClosedDoor.Platform.Telemetry;

enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>One metric with its series by label values. Recording is lock-free and allocates only for a new series.</summary>
/// <param name="labels">The tags that become labels; all others are summed over. Null takes the tags as they come.</param>
sealed class MetricFamily(string name, string help, MetricKind kind, string[]? labels)
{
    /// <summary>Series beyond this are counted together: a label that somebody outside can choose must not fill memory.</summary>
    const int MostSeries = 500;
    const int MostLabels = 4;

    /// <summary>Seconds. Reads take less than a millisecond, a durable write a few, a password some hundred.</summary>
    static readonly double[] Bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    readonly ConcurrentDictionary<LabelValues, Series> _series = new();

    public string Name => name;
    public string Help => help;
    public MetricKind Kind => kind;
    public static ReadOnlySpan<double> BucketBounds => Bounds;

    /// <summary>Snapshot for the exporter, in a stable order.</summary>
    public IEnumerable<Series> All => _series.Values.OrderBy(series => series.Order);

    public void Add(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = KeyOf(tags);
        if (!_series.TryGetValue(key, out var series))
            series = NewSeries(key, tags);
        if (kind is MetricKind.Histogram)
            series.Observe(value);
        else
            series.Add(value);
    }

    /// <summary>Before observable instruments report anew, each with its total.</summary>
    public void Reset() => _series.Clear();

    Series NewSeries(LabelValues key, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (_series.Count >= MostSeries)
            return _series.GetOrAdd(
                Overflow,
                _ => new Series([new("otel.metric.overflow", "true")], kind, int.MaxValue)
            );
        var pairs = new List<KeyValuePair<string, string>>(MostLabels);
        for (var i = 0; i < (labels?.Length ?? Math.Min(tags.Length, MostLabels)); i++)
        {
            // An absent label and an empty one are the same to Prometheus.
            if (key[i]?.ToString() is { Length: > 0 } value)
                pairs.Add(new(labels?[i] ?? tags[i].Key, value));
        }
        return _series.GetOrAdd(key, _ => new Series([.. pairs], kind, _series.Count));
    }

    LabelValues KeyOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = new LabelValues();
        if (labels is null)
        {
            for (var i = 0; i < Math.Min(tags.Length, MostLabels); i++)
                key[i] = tags[i].Value;
            return key;
        }
        foreach (var (tag, value) in tags)
        {
            for (var i = 0; i < labels.Length; i++)
            {
                if (tag == labels[i])
                    key[i] = value;
            }
        }
        return key;
    }

    static readonly LabelValues Overflow = new() { [0] = new object() };

    /// <summary>Up to four label values, compared by value, without an array of its own.</summary>
    [System.Runtime.CompilerServices.InlineArray(MostLabels)]
    struct LabelSlots
    {
        object? _first;
    }

    struct LabelValues : IEquatable<LabelValues>
    {
        LabelSlots _slots;

        public object? this[int index]
        {
            readonly get => _slots[index];
            set => _slots[index] = value;
        }

        public readonly bool Equals(LabelValues other)
        {
            for (var i = 0; i < MostLabels; i++)
            {
                if (!Equals(_slots[i], other._slots[i]))
                    return false;
            }
            return true;
        }

        public override readonly bool Equals(object? obj) => obj is LabelValues other && Equals(other);

        public override readonly int GetHashCode() => HashCode.Combine(_slots[0], _slots[1], _slots[2], _slots[3]);
    }

    public sealed class Series(KeyValuePair<string, string>[] labels, MetricKind kind, int order)
    {
        readonly long[]? _buckets = kind is MetricKind.Histogram ? new long[Bounds.Length + 1] : null;
        long _sum; // The bits of a double: what can be exchanged atomically.

        public ReadOnlySpan<KeyValuePair<string, string>> Labels => labels;
        public int Order => order;

        /// <summary>A counter's or gauge's value; of a histogram, the sum of what it saw.</summary>
        public double Value => BitConverter.Int64BitsToDouble(Volatile.Read(ref _sum));

        /// <summary>Not cumulative; the last one has no upper bound.</summary>
        public long[] Buckets => [.. _buckets!.Select((_, i) => Volatile.Read(ref _buckets![i]))];

        public void Observe(double value)
        {
            var bucket = 0;
            while (bucket < Bounds.Length && value > Bounds[bucket])
                bucket++;
            Interlocked.Increment(ref _buckets![bucket]);
            Add(value);
        }

        public void Add(double value)
        {
            var seen = Volatile.Read(ref _sum);
            while (true)
            {
                var next = BitConverter.DoubleToInt64Bits(BitConverter.Int64BitsToDouble(seen) + value);
                var before = Interlocked.CompareExchange(ref _sum, next, seen);
                if (before == seen)
                    return;
                seen = before;
            }
        }
    }
}
