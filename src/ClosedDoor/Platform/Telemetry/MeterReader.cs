using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace ClosedDoor.Platform.Telemetry;

/// <summary>
/// Listens to the meters of the framework and to ours, and keeps their totals for <c>/metrics</c>. Which instruments,
/// and which of their tags, is listed here: each one listened to costs every request something.
/// </summary>
sealed class MeterReader : IDisposable
{
    const string Ours = "ClosedDoor";

    static readonly Dictionary<string, string[]> Listed = new(StringComparer.Ordinal)
    {
        ["http.server.request.duration"] = ["http.route", "http.request.method", "http.response.status_code"],
        ["http.server.active_requests"] = [],
        ["kestrel.active_connections"] = [],
        ["kestrel.queued_connections"] = [],
        ["kestrel.rejected_connections"] = [],
        ["dotnet.exceptions"] = [],
        ["dotnet.gc.collections"] = ["gc.heap.generation"],
        ["dotnet.gc.heap.total_allocated"] = [],
        ["dotnet.gc.last_collection.heap.size"] = ["gc.heap.generation"],
        ["dotnet.gc.pause.time"] = [],
        ["dotnet.monitor.lock_contentions"] = [],
        ["dotnet.process.cpu.time"] = ["cpu.mode"],
        ["dotnet.process.memory.working_set"] = [],
        ["dotnet.thread_pool.queue.length"] = [],
        ["dotnet.thread_pool.thread.count"] = [],
        ["dotnet.thread_pool.work_item.count"] = [],
        ["db.client.connection.count"] = ["state"],
        ["db.client.connection.npgsql.pending_requests"] = [],
        ["db.client.operation.npgsql.failed"] = [],
    };

    readonly ConcurrentDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<MetricFamily, bool> _observed = new();
    readonly MeterListener _listener = new();
    readonly IMeterFactory _meters;
    readonly Lock _reading = new();

    public MeterReader(IMeterFactory meters)
    {
        _meters = meters;
        _listener.InstrumentPublished = Consider;
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => Add(state, value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, state) => Add(state, value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => Add(state, value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => Add(state, value, tags));
        _listener.Start();
    }

    /// <summary>All families by name, with observable instruments asked anew.</summary>
    public IReadOnlyList<MetricFamily> Read()
    {
        lock (_reading)
        {
            foreach (var family in _observed.Keys)
                family.Reset();
            _listener.RecordObservableInstruments();
            return [.. _families.Values.OrderBy(family => family.Name, StringComparer.Ordinal)];
        }
    }

    public void Dispose() => _listener.Dispose();

    void Consider(Instrument instrument, MeterListener listener)
    {
        // Meters of another host in the same process, as tests have them, are scoped to its own factory.
        if (instrument.Meter.Scope is { } scope && !ReferenceEquals(scope, _meters))
            return;
        string[]? labels = null;
        if (instrument.Meter.Name != Ours && !Listed.TryGetValue(instrument.Name, out labels))
            return;

        var kind = KindOf(instrument);
        var family = _families.GetOrAdd(
            PrometheusText.NameOf(instrument.Name, instrument.Unit, kind),
            name => new MetricFamily(name, instrument.Description ?? instrument.Name, kind, labels)
        );
        if (instrument.IsObservable)
            _observed[family] = true;
        listener.EnableMeasurementEvents(instrument, family);
    }

    static MetricKind KindOf(Instrument instrument)
    {
        // The runtime reports these two as counters that only grow, which they do not.
        if (instrument.Name is "dotnet.thread_pool.queue.length" or "dotnet.thread_pool.thread.count")
            return MetricKind.Gauge;
        var type = instrument.GetType().GetGenericTypeDefinition();
        return type == typeof(Counter<>) || type == typeof(ObservableCounter<>) ? MetricKind.Counter
            : type == typeof(Histogram<>) ? MetricKind.Histogram
            : MetricKind.Gauge;
    }

    static void Add(object? family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        ((MetricFamily)family!).Add(value, tags);
}
