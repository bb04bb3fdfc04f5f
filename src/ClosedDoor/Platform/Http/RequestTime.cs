using NodaTime;

namespace ClosedDoor.Platform.Http;

/// <summary>
/// When a request came: the clock, read once however many ask, so that a token which was valid at the door is valid for
/// the use case too.
/// </summary>
static class RequestTime
{
    public static Instant Of(HttpContext http, IClock clock)
    {
        if (http.Items.TryGetValue(typeof(RequestTime), out var read))
            return (Instant)read!;
        var now = clock.GetCurrentInstant();
        http.Items[typeof(RequestTime)] = now;
        return now;
    }
}
