using System.Text.Json;
using System.Text.Json.Serialization;

namespace ClosedDoor.Features.Payments.Stripe;

/// <summary>Stripe's JSON: snake_case, integers for amounts and Unix seconds, and fields that come and go unasked.</summary>
static class StripeJson
{
    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        MaxDepth = 32,
        Converters = { new ReferenceConverterFactory() },
    };

    sealed class ReferenceConverterFactory : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) =>
            typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(StripeReference<>);

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)
                Activator.CreateInstance(
                    typeof(ReferenceConverter<>).MakeGenericType(typeToConvert.GetGenericArguments())
                )!;
    }

    sealed class ReferenceConverter<T> : JsonConverter<StripeReference<T>>
        where T : class, IStripeObject
    {
        public override StripeReference<T>? Read(
            ref Utf8JsonReader reader,
            Type typeToConvert,
            JsonSerializerOptions options
        )
        {
            if (reader.TokenType is JsonTokenType.String)
                return new(reader.GetString()!, null);
            var value = JsonSerializer.Deserialize<T>(ref reader, options)!;
            return new(value.Id, value);
        }

        public override void Write(Utf8JsonWriter writer, StripeReference<T> value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Id);
    }
}
