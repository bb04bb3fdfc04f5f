using System.Text.Json;

namespace ClosedDoor.Features.Payments.Stripe;

/// <summary>
/// What an event says happened, and to what. Never what the object is now: events come in any order, so the object is
/// asked for when the event is worked on.
/// </summary>
public sealed record StripeEvent : IStripeObject
{
    public string Id { get; init; } = "";
    public string Type { get; init; } = "";
    public bool Livemode { get; init; }
    public StripeEventData Data { get; init; } = new();

    /// <summary>The id of the object; empty when there is none.</summary>
    public string ObjectId => Word("id") ?? "";

    /// <summary>The payment intent that the object belongs to, or is; null when it names none.</summary>
    public string? PaymentIntentId => Word("object") == "payment_intent" ? Word("id") : Word("payment_intent");

    /// <summary>Null for what is no event: a body that is not JSON, or has no id or type.</summary>
    public static StripeEvent? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var read = JsonSerializer.Deserialize<StripeEvent>(body, StripeJson.Options);
            return
                read is { Id: { Length: > 0 and <= 255 }, Type: { Length: > 0 and <= 255 }, Data: not null }
                && IsPlain(read.Id)
                && IsPlain(read.Type)
                ? read
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static bool IsPlain(string word) => word.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');

    string? Word(string name)
    {
        if (
            Data.Object.ValueKind is not JsonValueKind.Object
            || !Data.Object.TryGetProperty(name, out var value)
            || value.ValueKind is not JsonValueKind.String
        )
            return null;
        var word = value.GetString()!;
        return word.Length <= 255 && IsPlain(word) ? word : null;
    }
}

public sealed record StripeEventData
{
    public JsonElement Object { get; init; }
}
