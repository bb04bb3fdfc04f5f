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

    /// <summary>Whether a thing was made within <c>created[gt|gte|lt|lte]</c>, where the query says so.</summary>
    public static bool WasMadeWithin(this Form form, JsonObject thing)
    {
        var at = thing.Number("created");
        return form.Group("created")
            .All(bound =>
            {
                var value = Form.Integer($"created[{bound.Key}]", bound.Value?.GetValue<string>());
                return bound.Key switch
                {
                    "gt" => at > value,
                    "gte" => at >= value,
                    "lt" => at < value,
                    "lte" => at <= value,
                    _ => throw StripeProblem.Parameter("created", "gt, gte, lt or lte.", "parameter_unknown"),
                };
            });
    }
}
