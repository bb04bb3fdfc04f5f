using System.Text.Json.Nodes;

namespace ClosedDoor.StripeSandbox;

/// <summary>Stripe's lists: the newest first, 1 to 100 a page, cut after <c>starting_after</c>.</summary>
static class Lists
{
    public static JsonObject Of(Account account, string kind, Form form, Func<JsonObject, bool>? where = null)
    {
        var limit = form.Number("limit") ?? 10;
        if (limit is < 1 or > 100)
            throw StripeProblem.Parameter("limit", "limit is 1 to 100.", "parameter_invalid_integer");
        var all = account.All(kind).Where(where ?? (_ => true));
        if (form.Text("starting_after") is { } after)
        {
            account.Get(kind, after);
            all = account.All(kind).SkipWhile(one => one.Word("id") != after).Skip(1).Where(where ?? (_ => true));
        }
        var page = all.Take((int)limit + 1).ToList();
        return new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. page.Take((int)limit).Select(one => one.DeepClone())]),
            ["has_more"] = page.Count > limit,
            ["url"] = "/v1/",
        };
    }

    /// <summary>Whether a field, where the query names it, has that value.</summary>
    public static bool Fits(this Form form, JsonObject thing, string name) =>
        form.Text(name) is not { } wanted || thing.Word(name) == wanted;
}
