using System.Text.Json.Nodes;

namespace ClosedDoor.StripeSandbox;

/// <summary>An object as it is answered: a copy, with what <c>expand[]</c> asks for in the place of ids.</summary>
static class Shown
{
    /// <summary>Which field names an object of which kind.</summary>
    static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        ["payment_intent"] = "payment_intent",
        ["latest_charge"] = "charge",
        ["charge"] = "charge",
        ["balance_transaction"] = "balance_transaction",
    };

    public static JsonObject Of(Account account, JsonObject thing, Form form)
    {
        var shown = (JsonObject)thing.DeepClone();
        foreach (var (_, path) in form.Group("expand"))
            Expand(account, shown, path!.GetValue<string>().Split('.'));
        return shown;
    }

    static void Expand(Account account, JsonObject at, ReadOnlySpan<string> path)
    {
        if (path.Length == 0)
            return;
        if (path[0] == "data" && at["data"] is JsonArray items)
        {
            foreach (var item in items)
                Expand(account, (JsonObject)item!, path[1..]);
            return;
        }
        if (!Kinds.TryGetValue(path[0], out var kind))
            throw StripeProblem.Parameter("expand", $"This property cannot be expanded ({path[0]}).", null);
        if (at.Word(path[0]) is { } id && account.Find(kind, id) is { } found)
            at[path[0]] = found.DeepClone();
        if (at[path[0]] is JsonObject inner)
            Expand(account, inner, path[1..]);
    }
}
