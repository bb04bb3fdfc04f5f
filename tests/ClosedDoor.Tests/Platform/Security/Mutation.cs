using System.Text.Json.Nodes;

namespace ClosedDoor.Tests.Platform.Security;

/// <summary>Makes of a good request body one that is wrong somewhere, or strange, or both.</summary>
sealed class Mutation(Random random)
{
    static readonly string[] Texts =
    [
        "",
        " ",
        "\u0000",
        "a\u0000b",
        "\ud83d\ude00\u200f\u202e",
        "\uffff\ufffe",
        "'; DROP TABLE seat; --",
        "\" OR 1=1",
        "%s%n{0}${x}",
        "<script>alert(1)</script>",
        "=cmd|' /C calc'!A0",
        "../../../../etc/passwd",
        "示例\n示例\r\n",
        "ＡＢＣ１２３",
        "true",
        "null",
        "0",
        "-1",
        "NaN",
        "9999-12-31",
        "-0001-01-01",
        "2026-02-30",
        "9999-12-31T23:59:59.999999999Z",
        "25:61",
        "a@b",
        "\"a b\"@example.com",
        "ses_00000000000000000000000000",
        "rsv_7zzzzzzzzzzzzzzzzzzzzzzzzz",
        "CNY",
        "XXX",
    ];

    static readonly Func<JsonNode?>[] Others =
    [
        () => null,
        () => true,
        () => 0,
        () => -1,
        () => 1,
        () => 1.5,
        () => int.MaxValue,
        () => long.MaxValue,
        () => long.MinValue,
        () => 1e300,
        () => new JsonArray(),
        () => new JsonObject(),
        () => new JsonArray(null, 1, "a", new JsonObject()),
        () => new JsonObject { ["amount"] = long.MaxValue, ["currency"] = "CNY" },
        () => new JsonObject { ["amount"] = -1, ["currency"] = "" },
    ];

    public JsonNode? Of(JsonNode? example)
    {
        var body = example?.DeepClone();
        for (var times = random.Next(1, 4); times > 0; times--)
            body = Change(body);
        return body;
    }

    public string Text() =>
        random.Next(8) switch
        {
            0 => new string((char)random.Next(32, 0xd7ff), random.Next(1, 5000)),
            1 => string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => (char)random.Next(1, 0xd7ff))),
            _ => Texts[random.Next(Texts.Length)],
        };

    JsonNode? Change(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject fields when fields.Count > 0 && random.Next(10) > 0:
                var name = fields.ElementAt(random.Next(fields.Count)).Key;
                switch (random.Next(8))
                {
                    case 0:
                        fields.Remove(name);
                        break;
                    case 1:
                        fields[$"{name}{random.Next(10)}"] = Value();
                        break;
                    default:
                        var inner = fields[name];
                        fields.Remove(name);
                        fields[name] = Change(inner);
                        break;
                }
                return fields;
            case JsonArray items when items.Count > 0 && random.Next(10) > 0:
                if (random.Next(4) == 0)
                {
                    for (var copies = random.Next(1, 200); copies > 0; copies--)
                        items.Add(items[0]?.DeepClone());
                    return items;
                }
                var at = random.Next(items.Count);
                var one = items[at];
                items.RemoveAt(at);
                items.Insert(at, Change(one));
                return items;
            default:
                return Value();
        }
    }

    JsonNode? Value() => random.Next(2) == 0 ? JsonValue.Create(Text()) : Others[random.Next(Others.Length)]();
}
