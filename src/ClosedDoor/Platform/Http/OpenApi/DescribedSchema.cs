using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using NodaTime;

namespace ClosedDoor.Platform.Http.OpenApi;

/// <summary>
/// Says of the types with converters of their own what they look like on the wire, which the framework cannot see.
/// </summary>
static class DescribedSchema
{
    public static Task Apply(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken _)
    {
        var type = context.JsonTypeInfo.Type;
        var nullable =
            Nullable.GetUnderlyingType(type) is not null
            || context.JsonPropertyInfo is { } property && (property.IsGetNullable || property.IsSetNullable);
        type = Nullable.GetUnderlyingType(type) ?? type;

        if (type == typeof(string))
            Text(schema, nullable);
        else if (type == typeof(Instant))
            Text(schema, nullable, "date-time", "2027-01-12T08:00:00Z");
        else if (type == typeof(LocalDate))
            Text(schema, nullable, "date", "2027-03-01");
        else if (type == typeof(LocalTime))
            Time(schema, nullable);
        else if (type.IsEnum)
            schema.Type =
                schema.Type is null || schema.Type.Value.HasFlag(JsonSchemaType.Integer)
                    ? Of(nullable)
                    : schema.Type | JsonSchemaType.String;
        else if (type == typeof(MoneyView))
            Money(schema);
        else if (type == typeof(IReadOnlyDictionary<string, string[]>))
            ListsByName(schema);
        else if (schema is { Items: null, Type: { } shape } && shape.HasFlag(JsonSchemaType.Array))
            schema.Items = new OpenApiSchema { Type = JsonSchemaType.String }; // All that the framework leaves blank is text.
        foreach (var one in context.JsonTypeInfo.Properties.Where(IsLeftOutWhenNull))
            schema.Required?.Remove(one.Name);
        return Task.CompletedTask;
    }

    /// <summary>
    /// A component's name: requests are nested in their use case and all called Request, so they take its name; a view
    /// goes by what it shows.
    /// </summary>
    public static string? NameOf(JsonTypeInfo info)
    {
        if (IsText(Nullable.GetUnderlyingType(info.Type) ?? info.Type))
            return null; // Stands where it is used, since each use says itself whether it may be null.
        var name = OpenApiOptions.CreateDefaultSchemaReferenceId(info);
        if (name is null)
            return null;
        if (info.Type is { IsNested: true, DeclaringType: { } useCase })
            return name == "Request" ? $"{useCase.Name}Request" : $"{useCase.Name}{name}";
        return name.EndsWith("View", StringComparison.Ordinal) ? name[..^"View".Length] : name.Replace("View", "");
    }

    static bool IsText(Type type) => type == typeof(Instant) || type == typeof(LocalDate) || type == typeof(LocalTime);

    static bool IsLeftOutWhenNull(JsonPropertyInfo property) =>
        property
            .AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), true)
            .OfType<JsonIgnoreAttribute>()
            .Any(ignore => ignore.Condition is JsonIgnoreCondition.WhenWritingNull) == true;

    static JsonSchemaType Of(bool nullable) =>
        nullable ? JsonSchemaType.String | JsonSchemaType.Null : JsonSchemaType.String;

    static void Text(OpenApiSchema schema, bool nullable, string? format = null, string? example = null)
    {
        schema.Type = Of(nullable);
        if (format is not null)
            schema.Format = format;
        if (example is not null)
            schema.Examples = [JsonValue.Create(example)];
    }

    // RFC 3339's time has seconds and an offset; a civil time has neither, so a pattern says what it is.
    static void Time(OpenApiSchema schema, bool nullable)
    {
        Text(schema, nullable, null, "09:00");
        schema.Pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$";
        schema.Description ??= "A civil time in the session's time zone, to the minute.";
    }

    static void ListsByName(OpenApiSchema schema) =>
        schema.AdditionalProperties = new OpenApiSchema
        {
            Type = JsonSchemaType.Array,
            Items = new OpenApiSchema { Type = JsonSchemaType.String },
        };

    static void Money(OpenApiSchema schema)
    {
        schema.Description = "An amount in minor units (fen) of one currency (ISO 4217).";
        schema.Examples = [new JsonObject { ["amount"] = 3_880_000, ["currency"] = "CNY" }];
    }
}
