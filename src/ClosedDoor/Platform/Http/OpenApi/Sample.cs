using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using NodaTime;

namespace ClosedDoor.Platform.Http.OpenApi;

/// <summary>
/// Makes the example of an answer out of its type, so that every answer has one and none goes stale. A type that knows
/// better has a static <c>Example</c> of its own.
/// </summary>
static class Sample
{
    const string IdSuffix = "01khws5mbcf5rtnyjcg1a9w9j6";

    /// <summary>What an id names, by the first word of the type or property that has it.</summary>
    static readonly Dictionary<string, string> Prefixes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["account"] = "acc",
        ["apiKey"] = "key",
        ["benefit"] = "ben",
        ["company"] = "cmp",
        ["endorsement"] = "end",
        ["conflict"] = "gst",
        ["consultation"] = "con",
        ["credit"] = "crq",
        ["creditQuery"] = "crq",
        ["delegate"] = "dlg",
        ["entry"] = "wtl",
        ["evidence"] = "evd",
        ["guest"] = "gst",
        ["hospital"] = "hsp",
        ["guestImport"] = "imp",
        ["import"] = "imp",
        ["invitation"] = "inv",
        ["invitationLink"] = "lnk",
        ["key"] = "key",
        ["me"] = "acc",
        ["member"] = "acc",
        ["message"] = "msg",
        ["organizer"] = "acc",
        ["parkedMessage"] = "msg",
        ["payment"] = "pay",
        ["receipt"] = "rcp",
        ["reservation"] = "rsv",
        ["session"] = "ses",
        ["slot"] = "slt",
        ["bookedSlot"] = "slt",
        ["ticket"] = "tkt",
        ["device"] = "dev",
        ["vetting"] = "vet",
        ["waitlist"] = "wtl",
    };

    static readonly Dictionary<string, string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        ["account"] = "110000000000000001",
        ["accessToken"] = "cda_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ["bank"] = "示例银行北京分行",
        ["city"] = "北京",
        ["code"] = "CD-7K3MQ-4",
        ["currency"] = "CNY",
        ["email"] = "contact@example.com",
        ["en"] = "Check the wording.",
        ["fileName"] = "certificate.pdf",
        ["focus"] = "03",
        ["jobTitle"] = "市场总监",
        ["mediaType"] = "application/pdf",
        ["name"] = "示例企业一",
        ["note"] = "材料齐全",
        ["payerName"] = "示例企业一",
        ["phone"] = "+8613800000000",
        ["reason"] = "行程冲突",
        ["reference"] = "CD-7K3MQ-4",
        ["refreshToken"] = "cdr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ["sha256"] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ["registrationCode"] = "MA000000111010811A1001",
        ["specialty"] = "03",
        ["timeZone"] = "Asia/Shanghai",
        ["title"] = "医疗机构对接闭门会（北京）",
        ["tokenType"] = "Bearer",
        ["uscc"] = "91110108MA0000001A",
        ["venue"] = "示例会场",
        ["zh"] = "请核对用语。",
    };

    static readonly Dictionary<string, long> Numbers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["amount"] = 3_880_000,
        ["available"] = 5,
        ["cap"] = 8,
        ["confirmed"] = 2,
        ["expiresIn"] = 1800,
        ["held"] = 1,
        ["size"] = 48_213,
    };

    /// <summary>As the API would send it.</summary>
    public static JsonNode? Of(Type type) => Of(type, type.Name, "");

    /// <summary>For a path or query parameter.</summary>
    public static string? OfParameter(string name, Type type) => Of(type, "", name)?.ToString();

    static JsonNode? Of(Type type, string owner, string name)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (Given(type) is { } given)
            return JsonSerializer.SerializeToNode(given, type, Json.Options);
        if (type == typeof(string))
            return IdOf(owner, name) ?? (Words.TryGetValue(name, out var word) ? word : "示例");
        if (type == typeof(Instant))
            return "2027-01-12T08:00:00Z";
        if (type == typeof(LocalDate))
            return "2027-03-01";
        if (type == typeof(LocalTime))
            return name.StartsWith("end", StringComparison.OrdinalIgnoreCase) ? "17:00" : "09:00";
        if (type.IsEnum)
            return JsonSerializer.SerializeToNode(Enum.GetValues(type).GetValue(0), type, Json.Options);
        if (type == typeof(bool))
            return false;
        if (type == typeof(int) || type == typeof(long))
            return Numbers.TryGetValue(name, out var number) ? number : 1;

        if (type == typeof(double))
            return 0.5;

        var info = Json.Options.GetTypeInfo(type);
        return info.Kind switch
        {
            JsonTypeInfoKind.Object => OfObject(info),
            JsonTypeInfoKind.Enumerable when info.ElementType is { } element => new JsonArray(Of(element, owner, name)),
            JsonTypeInfoKind.Dictionary when info.ElementType is { } element => new JsonObject
            {
                ["technology"] = Of(element, owner, name),
            },
            _ => null,
        };
    }

    static JsonObject OfObject(JsonTypeInfo info)
    {
        var sample = new JsonObject();
        foreach (var property in info.Properties)
        {
            if (property.Get is null)
                continue;
            sample[property.Name] =
                property.Name == "nextCursor" ? null : Of(property.PropertyType, info.Type.Name, property.Name);
        }
        return sample;
    }

    static object? Given(Type type)
    {
        const BindingFlags Any = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        return type.GetField("Example", Any) is { } field && field.FieldType == type ? field.GetValue(null)
            : type.GetProperty("Example", Any) is { } property && property.PropertyType == type
                ? property.GetValue(null)
            : null;
    }

    static string? IdOf(string owner, string name)
    {
        string of;
        if (name.EndsWith("Id", StringComparison.Ordinal))
            of = name[..^2];
        else if (name == "id")
            of = owner.Replace("View", "", StringComparison.Ordinal);
        else
            return null;
        return $"{(Prefixes.TryGetValue(of, out var prefix) ? prefix : "obj")}_{IdSuffix}";
    }
}
