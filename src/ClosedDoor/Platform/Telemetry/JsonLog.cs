using System.Buffers;
using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ClosedDoor.Platform.Telemetry;

/// <summary>
/// One JSON object an event, one event a line. What it says of an exception is its types, its stack and only those
/// messages that cannot carry somebody's data: see <see cref="LoggedException"/>.
/// </summary>
[ProviderAlias("Json")]
sealed class JsonLog(Stream output, TimeProvider time) : ILoggerProvider
{
    readonly LogQueue _queue = new(output);

    // A thread keeps its buffer and writer for its next line.
    [ThreadStatic]
    static ArrayBufferWriter<byte>? t_buffer;

    [ThreadStatic]
    static Utf8JsonWriter? t_json;

    static readonly JsonWriterOptions Form = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // Escapes line breaks, and leaves 汉字 readable.
        SkipValidation = true,
    };

    public ILogger CreateLogger(string categoryName) => new Category(this, JsonEncodedText.Encode(categoryName));

    public void Flush() => _queue.Flush();

    public void Dispose() => _queue.Dispose();

    sealed class Category(JsonLog log, JsonEncodedText name) : ILogger
    {
        // Scopes would cost every request an allocation; the one thing they carried, the request's id, is ambient.
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is not LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            var line = t_buffer ??= new ArrayBufferWriter<byte>(512);
            var json = t_json ??= new Utf8JsonWriter(line, Form);
            line.ResetWrittenCount();
            json.Reset(line);

            json.WriteStartObject();
            json.WriteString(Time, log.Now);
            json.WriteString(Level, NameOf(logLevel));
            json.WriteString(CategoryName, name);
            if (eventId.Id != 0)
                json.WriteNumber(EventNumber, eventId.Id);
            if (eventId.Name is { } eventName)
                json.WriteString(EventName, eventName);
            if (state is AccessLine access)
                access.WriteTo(json);
            else
                json.WriteString(Message, formatter(state, null));
            if (RequestId.Current is { } requestId)
                json.WriteString(Request, requestId);
            if (Activity.Current is { } activity)
                WriteTrace(json, activity);
            if (exception is not null)
                LoggedException.WriteTo(json, exception);
            json.WriteEndObject();
            json.Flush();
            line.GetSpan(1)[0] = (byte)'\n';
            line.Advance(1);

            log._queue.Add(line.WrittenSpan, urgent: logLevel >= LogLevel.Error);
        }
    }

    DateTimeOffset Now => time.GetUtcNow();

    static void WriteTrace(Utf8JsonWriter json, Activity activity)
    {
        if (activity.IdFormat is not ActivityIdFormat.W3C)
            return;
        json.WriteString(Trace, activity.TraceId.ToHexString());
        json.WriteString(Span, activity.SpanId.ToHexString());
    }

    static JsonEncodedText NameOf(LogLevel level) =>
        level switch
        {
            LogLevel.Trace => Names[0],
            LogLevel.Debug => Names[1],
            LogLevel.Information => Names[2],
            LogLevel.Warning => Names[3],
            LogLevel.Error => Names[4],
            _ => Names[5],
        };

    static readonly JsonEncodedText[] Names =
    [
        JsonEncodedText.Encode("trace"),
        JsonEncodedText.Encode("debug"),
        JsonEncodedText.Encode("information"),
        JsonEncodedText.Encode("warning"),
        JsonEncodedText.Encode("error"),
        JsonEncodedText.Encode("critical"),
    ];

    static readonly JsonEncodedText Time = JsonEncodedText.Encode("time");
    static readonly JsonEncodedText Level = JsonEncodedText.Encode("level");
    static readonly JsonEncodedText CategoryName = JsonEncodedText.Encode("category");
    static readonly JsonEncodedText EventNumber = JsonEncodedText.Encode("eventId");
    static readonly JsonEncodedText EventName = JsonEncodedText.Encode("event");
    static readonly JsonEncodedText Message = JsonEncodedText.Encode("message");
    static readonly JsonEncodedText Request = JsonEncodedText.Encode("requestId");
    static readonly JsonEncodedText Trace = JsonEncodedText.Encode("traceId");
    static readonly JsonEncodedText Span = JsonEncodedText.Encode("spanId");
}
