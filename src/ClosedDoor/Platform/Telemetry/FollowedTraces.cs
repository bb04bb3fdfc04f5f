using System.Diagnostics;

namespace ClosedDoor.Platform.Telemetry;

/// <summary>Follows W3C trace context: what comes in with a traceparent goes on under its trace, in our log too.</summary>
sealed class FollowedTraces : IDisposable
{
    readonly ActivityListener _listener = new()
    {
        ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
        // Ids only: nothing is recorded unless an exporter asks for it. Who brings no trace has the request's id.
        Sample = static (ref ActivityCreationOptions<ActivityContext> request) =>
            request.Parent == default ? ActivitySamplingResult.None : ActivitySamplingResult.PropagationData,
    };

    public FollowedTraces() => ActivitySource.AddActivityListener(_listener);

    public void Dispose() => _listener.Dispose();
}
