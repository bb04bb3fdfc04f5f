using System.Text.Json.Nodes;

namespace ClosedDoor.StripeSandbox;

static class JsonNodes
{
    public static string? Word(this JsonObject thing, string name) =>
        thing[name] is JsonValue value && value.TryGetValue<string>(out var word) ? word : null;

    public static long Number(this JsonObject thing, string name) =>
        thing[name] is JsonValue value
            ? value.TryGetValue<long>(out var number)
                ? number
                : value.TryGetValue<int>(out var small)
                    ? small
                    : 0
            : 0;

    public static JsonObject Set(this JsonObject thing, params (string Name, JsonNode? Value)[] fields)
    {
        foreach (var (name, value) in fields)
            thing[name] = value;
        return thing;
    }
}
