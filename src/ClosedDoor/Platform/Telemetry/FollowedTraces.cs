using System.Diagnostics;

namespace ClosedDoor.Platform.Telemetry;

/// <summary>Follows W3C trace context: what comes in with a traceparent goes on under its trace, in our log too.</summary>
sealed class FollowedTraces : IDisposable
{
    readonly ActivityListener _listener = new()
    {
        ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
        // Ids only: nothing is recorded unless an exporter asks for it.
        Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
    };

    public FollowedTraces() => ActivitySource.AddActivityListener(_listener);

    public void Dispose() => _listener.Dispose();
}
