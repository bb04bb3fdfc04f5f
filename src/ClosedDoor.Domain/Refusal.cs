namespace ClosedDoor.Domain;

/// <summary>
/// An expected 'no': a stable code, never an exception. What it says to a person, and which HTTP status it has,
/// is decided where answers are written; a parser's refusal brings its own words, because they name what is wrong.
/// </summary>
public sealed record Refusal(string Code)
{
    /// <summary>What is wrong, in Chinese and English; null where the code alone says it.</summary>
    public Text? Detail { get; init; }

    /// <summary>For <see cref="Refusals.Invalid"/>: what is wrong with each field, by its JSON path.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Text>>? Fields { get; init; }

    /// <summary>Whole seconds after which the same request may be taken (RFC 9110, 10.2.3); null when waiting changes nothing.</summary>
    public long? RetryAfterSeconds { get; init; }

    public Refusal Because(string zh, string en) => this with { Detail = new Text(zh, en) };

    /// <summary>The same 'no' when only its code matters: what it says may differ.</summary>
    public bool Is(Refusal other) => Code == other.Code;
}

/// <summary>One sentence in the two languages that the product speaks, neither of them empty. Chinese first.</summary>
/// <exception cref="ArgumentException">A language has nothing to say: its reader would face a blank.</exception>
public sealed record Text(string Zh, string En)
{
    public string Zh { get; } = Zh.Length > 0 ? Zh : throw new ArgumentException("No Chinese.", nameof(Zh));
    public string En { get; } = En.Length > 0 ? En : throw new ArgumentException("No English.", nameof(En));
}
