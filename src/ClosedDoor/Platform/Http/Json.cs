using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NodaTime;
using NodaTime.Text;

namespace ClosedDoor.Platform.Http;

/// <summary>JSON as the API speaks it: camelCase, snake_case words for states, ISO instants, dates and times.</summary>
public static class Json
{
    const int FirstYear = 1900;
    const int LastYear = 2200;

    public static readonly JsonSerializerOptions Options = Configure(
        new JsonSerializerOptions(JsonSerializerDefaults.Web) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() }
    );

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping; // The answers are JSON, never pasted into HTML.
        options.NumberHandling = JsonNumberHandling.Strict;
        options.MaxDepth = 32;
        options.AllowDuplicateProperties = false; // Which of two would count? RFC 7493, 2.3 forbids them.
        options.Converters.Add(new TextConverter());
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        options.Converters.Add(new InstantConverter());
        options.Converters.Add(new DateConverter());
        options.Converters.Add(new TimeConverter());
        return options;
    }

    /// <summary>Text without NUL characters: PostgreSQL's text cannot hold them.</summary>
    sealed class TextConverter : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            reader.TokenType is JsonTokenType.String or JsonTokenType.Null
                ? WithoutNul(reader.GetString())
                : throw new JsonException("Expected a string.");

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value);

        public override string ReadAsPropertyName(
            ref Utf8JsonReader reader,
            Type type,
            JsonSerializerOptions options
        ) => WithoutNul(reader.GetString())!;

        public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
            writer.WritePropertyName(value);

        static string? WithoutNul(string? text) =>
            text?.Contains('\0') == true ? throw new JsonException("Expected text without NUL characters.") : text;
    }

    /// <summary>RFC 3339 with as many fraction digits as it needs: 2026-03-01T08:00:00Z.</summary>
    sealed class InstantConverter : JsonConverter<Instant>
    {
        public override Instant Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            Parse(InstantPattern.ExtendedIso, ref reader, "an instant such as 2026-03-01T08:00:00Z") is var instant
            && IsOfOurTimes(instant.InUtc().Year)
                ? instant
                : throw OutOfOurTimes();

        public override void Write(Utf8JsonWriter writer, Instant value, JsonSerializerOptions options) =>
            writer.WriteStringValue(InstantPattern.ExtendedIso.Format(value));
    }

    sealed class DateConverter : JsonConverter<LocalDate>
    {
        public override LocalDate Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            Parse(LocalDatePattern.Iso, ref reader, "a date such as 2026-03-01") is var date && IsOfOurTimes(date.Year)
                ? date
                : throw OutOfOurTimes();

        public override void Write(Utf8JsonWriter writer, LocalDate value, JsonSerializerOptions options) =>
            writer.WriteStringValue(LocalDatePattern.Iso.Format(value));
    }

    sealed class TimeConverter : JsonConverter<LocalTime>
    {
        static readonly LocalTimePattern Pattern = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

        public override LocalTime Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            Parse(Pattern, ref reader, "a time such as 09:00");

        public override void Write(Utf8JsonWriter writer, LocalTime value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Pattern.Format(value));
    }

    // At the ends of the calendar, adding a month overflows; and dates are compared as text, where -0001 sorts anywhere.
    static bool IsOfOurTimes(int year) => year is >= FirstYear and <= LastYear;

    static JsonException OutOfOurTimes() => new($"Expected a year from {FirstYear} to {LastYear}.");

    static T Parse<T>(IPattern<T> pattern, ref Utf8JsonReader reader, string expected)
    {
        if (reader.TokenType is JsonTokenType.String && pattern.Parse(reader.GetString()!) is { Success: true } parsed)
            return parsed.Value;
        throw new JsonException($"Expected {expected}.");
    }
}
