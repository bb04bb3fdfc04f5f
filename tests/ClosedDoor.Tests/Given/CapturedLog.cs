using System.Text;
using System.Text.Json;
using ClosedDoor.Platform.Telemetry;
using Microsoft.Extensions.Logging;

namespace ClosedDoor.Tests.Given;

/// <summary>The production log, written into memory instead of to stdout.</summary>
public sealed class CapturedLog : IDisposable
{
    readonly MemoryStream _output = new();
    readonly JsonLog _log;

    public CapturedLog() => _log = new JsonLog(Stream.Synchronized(_output), TimeProvider.System);

    public ILoggerProvider Provider => _log;

    public string Text
    {
        get
        {
            _log.Flush();
            return Encoding.UTF8.GetString(_output.ToArray());
        }
    }

    /// <summary>Every line is one JSON object, or this throws.</summary>
    public IReadOnlyList<JsonElement> Lines =>
        [
            .. Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonDocument.Parse(line).RootElement),
        ];

    public IEnumerable<JsonElement> Requests =>
        Lines.Where(line => line.GetProperty("category").GetString() == "ClosedDoor.Access");

    public void Dispose() => _log.Dispose();
}
