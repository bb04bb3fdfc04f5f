using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;

namespace ClosedDoor.StripeSandbox;

/// <summary>A form-encoded body or query, read as the tree that its brackets spell: <c>line_items[0][price_data][currency]</c>.</summary>
sealed partial class Form
{
    Form(JsonObject root) => Root = root;

    public JsonObject Root { get; }

    /// <exception cref="StripeProblem">A name cannot be read.</exception>
    public static Form Read(string encoded)
    {
        var root = new JsonObject();
        foreach (var (name, values) in QueryHelpers.ParseQuery(encoded))
        {
            foreach (var value in values)
                Put(root, [.. Step().Matches(name).Select(step => step.Value.Trim('[', ']'))], value ?? "");
        }
        return new(root);
    }

    static void Put(JsonObject at, string[] path, string value)
    {
        if (path.Length == 0)
            throw StripeProblem.Parameter("", "A parameter has no name.", "parameter_unknown");
        for (var i = 0; i < path.Length - 1; i++)
        {
            if (at[path[i]] is not JsonObject next)
                at[path[i]] = next = new JsonObject();
            at = next;
        }
        // expand[]=a&expand[]=b: each gets the next free number.
        var last = path[^1].Length > 0 ? path[^1] : at.Count.ToString(CultureInfo.InvariantCulture);
        at[last] = value;
    }

    public string? Text(string name) => Root.Word(name) is { Length: > 0 } text ? text : null;

    public string Required(string name) =>
        Text(name) ?? throw StripeProblem.Parameter(name, $"Missing required param: {name}.", "parameter_missing");

    public long? Number(string name) => Text(name) is { } text ? Integer(name, text) : null;

    public static long Integer(string name, string? text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw StripeProblem.Parameter(name, $"Invalid integer: {text}", "parameter_invalid_integer");

    public JsonObject Group(string name) => Root[name] as JsonObject ?? [];

    public bool Flag(string name) => Text(name) == "true";

    /// <summary>Refuses what the endpoint does not know, so that a misspelt parameter is noticed.</summary>
    public void Allow(params string[] names)
    {
        foreach (var (name, _) in Root)
        {
            if (name != "expand" && !names.Contains(name))
                throw StripeProblem.Parameter(name, $"Received unknown parameter: {name}", "parameter_unknown");
        }
    }

    /// <summary>At most 50 keys of 40 characters, with values of 500.</summary>
    public static JsonObject Metadata(JsonObject given)
    {
        if (given.Count > 50 || given.Any(one => one.Key.Length > 40 || one.Value?.GetValue<string>().Length > 500))
            throw StripeProblem.Parameter("metadata", "Metadata is too large.", "parameter_invalid");
        return (JsonObject)given.DeepClone();
    }

    [GeneratedRegex(@"^[^\[\]]+|\[[^\[\]]*\]", RegexOptions.None, 1000)]
    private static partial Regex Step();
}
