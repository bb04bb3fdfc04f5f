using System.Text.Json.Serialization;

namespace ClosedDoor.Benchmarks;

/// <summary>One line of the table: a value, the limit that it was measured against in the same run, and the bar on their ratio.</summary>
sealed record Measurement(
    string Name,
    string Engine,
    double Value,
    string Unit,
    double? Limit,
    double? Ratio,
    string? Bar,
    bool? Holds
)
{
    [JsonIgnore]
    public string Line =>
        $"{(Holds switch { true => "✓", false => "✗", null => " " })} {Name, -58} {Engine, -9} {Value, 12:N1} {Unit, -5} {(Limit is { } limit ? limit.ToString("N1") : ""), 12} {(Ratio is { } ratio ? ratio.ToString("0.00") : ""), 6}  {Bar}";

    /// <summary>A rate that must be at least a share of its limit.</summary>
    public static Measurement AtLeast(
        string name,
        string engine,
        double value,
        string unit,
        double limit,
        double? bar
    ) =>
        new(
            name,
            engine,
            value,
            unit,
            limit,
            value / limit,
            bar is null ? null : $"≥ {bar:0.00}",
            bar is null ? null : value / limit >= bar
        );

    /// <summary>A time that must be at most a multiple of its limit.</summary>
    public static Measurement AtMost(string name, string engine, double value, string unit, double limit, double bar) =>
        new(name, engine, value, unit, limit, value / limit, $"≤ {bar:0.00} ×", value / limit <= bar);

    /// <summary>A plain value with a plain bar.</summary>
    public static Measurement Below(string name, string engine, double value, string unit, double bar) =>
        new(name, engine, value, unit, null, null, $"≤ {bar:0.#} {unit}", value <= bar);

    public static Measurement Exactly(string name, string engine, double value, string unit, double bar) =>
        new(name, engine, value, unit, null, null, $"= {bar:0}", value == bar);
}
