using System.Globalization;
using System.Text.Json;

namespace ClosedDoor.Platform.Telemetry;

/// <summary>
/// One request in the access log. The route is the endpoint's template: paths, query strings, bodies, addresses and user
/// agents stay out of it, because they name people or hold secrets.
/// </summary>
/// <param name="Route">Null when no endpoint matched.</param>
/// <param name="Caller">An account's or API key's id, or <c>anonymous</c>.</param>
readonly record struct AccessLine(string Method, string? Route, int Status, double Milliseconds, string? Caller)
{
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteString(MessageName, MessageText);
        json.WriteString(MethodName, Method);
        if (Route is null)
            json.WriteNull(RouteName);
        else
            json.WriteString(RouteName, Route);
        json.WriteNumber(StatusName, Status);
        json.WriteNumber(DurationName, Math.Round(Milliseconds, 3));
        json.WriteString(CallerName, Caller);
    }

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Method} {Route ?? "-"} {Status} {Milliseconds:0.###} ms {Caller}"
        );

    static readonly JsonEncodedText MessageName = JsonEncodedText.Encode("message");
    static readonly JsonEncodedText MessageText = JsonEncodedText.Encode("request");
    static readonly JsonEncodedText MethodName = JsonEncodedText.Encode("method");
    static readonly JsonEncodedText RouteName = JsonEncodedText.Encode("route");
    static readonly JsonEncodedText StatusName = JsonEncodedText.Encode("status");
    static readonly JsonEncodedText DurationName = JsonEncodedText.Encode("durationMs");
    static readonly JsonEncodedText CallerName = JsonEncodedText.Encode("caller");
}
