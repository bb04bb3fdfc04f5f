using System.Text.Json;

namespace ClosedDoor.Domain;

/// <summary>States as words, the same in the API and in the database: <c>AwaitingPayment</c> is <c>awaiting_payment</c>.</summary>
public static class Words
{
    public static string Word<T>(this T state)
        where T : struct, Enum => Of<T>.Names[state];

    /// <exception cref="KeyNotFoundException">Not a state that we wrote: a bug, or a schema of another release.</exception>
    public static T Parse<T>(string word)
        where T : struct, Enum => Of<T>.States[word];

    /// <summary>Every state's word, in the order in which they are declared.</summary>
    public static IReadOnlyCollection<string> All<T>()
        where T : struct, Enum => Of<T>.States.Keys;

    /// <summary>Null when the word is none of ours, as it may be in a request.</summary>
    public static T? TryParse<T>(string? word)
        where T : struct, Enum => word is not null && Of<T>.States.TryGetValue(word, out var state) ? state : null;

    static class Of<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> Names = Enum.GetValues<T>()
            .ToDictionary(state => state, state => JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString()));
        public static readonly Dictionary<string, T> States = Names.ToDictionary(pair => pair.Value, pair => pair.Key);
    }
}
