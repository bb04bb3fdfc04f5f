namespace ClosedDoor.Platform.Outbox;

/// <summary>Which kinds of messages a worker takes.</summary>
/// <param name="Named">Constants of ours: they become part of the statements.</param>
/// <param name="Except">Takes every kind but these, those that this release does not know among them.</param>
public sealed record OutboxKinds(IReadOnlySet<string> Named, bool Except)
{
    /// <summary>Every kind.</summary>
    public static readonly OutboxKinds All = new(new HashSet<string>(), Except: true);

    public bool Contains(string kind) => Named.Contains(kind) != Except;

    /// <summary>As a condition on rows of <c>outbox</c>, which begins with AND; nothing where all are taken.</summary>
    internal string Condition =>
        Named.Count == 0 && Except
            ? ""
            : $"AND kind {(Except ? "NOT IN" : "IN")} ({string.Join(", ", Named.Order(StringComparer.Ordinal).Select(kind => $"'{kind}'"))})";
}
