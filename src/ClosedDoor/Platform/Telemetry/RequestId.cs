namespace ClosedDoor.Platform.Telemetry;

/// <summary>
/// One id a request, in the answer's X-Request-Id, in every log line and in the audit log. A caller's own is kept
/// when it is harmless, so that one id can be followed across systems.
/// </summary>
public static class RequestId
{
    public const string Header = "X-Request-Id";

    static readonly AsyncLocal<string?> Ambient = new();

    /// <summary>That of the request which the running code works for; null outside of one.</summary>
    public static string? Current => Ambient.Value;

    public static string Of(HttpContext http) => (string)http.Items[typeof(RequestId)]!;

    public static void Assign(HttpContext http)
    {
        var given = http.Request.Headers[Header];
        var id =
            given.Count == 1 && IsHarmless(given[0]!) ? given[0]! : Random.Shared.GetHexString(20, lowercase: true);
        http.Items[typeof(RequestId)] = id;
        http.Response.Headers[Header] = id;
        Ambient.Value = id;
    }

    static bool IsHarmless(string id) =>
        id.Length is >= 8 and <= 64 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
