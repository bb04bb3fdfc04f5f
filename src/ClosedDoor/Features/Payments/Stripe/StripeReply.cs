using System.Text.Json;

namespace ClosedDoor.Features.Payments.Stripe;

/// <summary>What Stripe decided: the object, or why there is none.</summary>
public readonly struct StripeReply<T>
    where T : class
{
    readonly T? _value;

    StripeReply(T? value, StripeError? error) => (_value, Error) = (value, error);

    public StripeError? Error { get; }

    /// <exception cref="InvalidOperationException">Stripe refused: reading the value is a bug.</exception>
    public T Value => _value ?? throw new InvalidOperationException($"Stripe refused: {Error}");

    public static implicit operator StripeReply<T>(T value) => new(value, null);

    public static implicit operator StripeReply<T>(StripeError error) => new(null, error);
}

/// <summary>A definite 'no'. The codes are Stripe's: <c>resource_missing</c>, <c>charge_already_refunded</c>.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Type">Such as <c>invalid_request_error</c>, <c>idempotency_error</c>.</param>
/// <param name="Message">For whoever runs the service, in Stripe's words.</param>
public sealed record StripeError(int Status, string Type, string? Code, string? Message)
{
    const int LongestMessage = 300;

    /// <summary>The key was used before with other parameters: our own bug, and no word on what the first one did.</summary>
    public bool IsReusedKey => Type == "idempotency_error";

    internal static StripeError Read(int status, byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (
                json.RootElement.ValueKind is JsonValueKind.Object
                && json.RootElement.TryGetProperty("error", out var error)
                && error.ValueKind is JsonValueKind.Object
            )
                return new(status, Word("type") ?? "unknown", Word("code"), Word("message"));

            string? Word(string name) =>
                error.TryGetProperty(name, out var word) && word.ValueKind is JsonValueKind.String
                    ? word.GetString()
                    : null;
        }
        catch (JsonException)
        {
            // A proxy's page, perhaps: the status is all that is known.
        }
        return new(status, "unknown", null, null);
    }

    public override string ToString()
    {
        var message = Message is { Length: > LongestMessage } ? Message[..LongestMessage] : Message;
        return $"{Status} {Code ?? Type} {message}".TrimEnd();
    }
}
