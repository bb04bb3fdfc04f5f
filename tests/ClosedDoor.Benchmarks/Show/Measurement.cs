using System.Text.Json.Serialization;

namespace ClosedDoor.Benchmarks.Show;

/// <summary>One line of the table: a value, the limit that it was measured against in the same run, and the bar on it.</summary>
/// <param name="Ratio">What the bar is held against where there is a limit.</param>
/// <param name="Holds">Null where no bar is set.</param>
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
    /// <summary>The bar as a number on <see cref="Ratio"/>, or on <see cref="Value"/> where there is no limit.</summary>
    [JsonIgnore]
    public double? Mark { get; init; }

    /// <summary>Whether more is better.</summary>
    [JsonIgnore]
    public bool Upwards { get; init; }

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
        )
        {
            Mark = bar,
            Upwards = true,
        };

    /// <summary>A time that must be at most a multiple of its limit.</summary>
    public static Measurement AtMost(
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
            bar is null ? null : $"≤ {bar:0.00}",
            bar is null ? null : value / limit <= bar
        )
        {
            Mark = bar,
        };

    /// <summary>A plain value with a plain bar.</summary>
    public static Measurement Below(string name, string engine, double value, string unit, double? bar) =>
        new(
            name,
            engine,
            value,
            unit,
            null,
            null,
            bar is null ? null : $"≤ {bar:0.#} {unit}",
            bar is null ? null : value <= bar
        )
        {
            Mark = bar,
        };

    public static Measurement Exactly(string name, string engine, double value, double bar) =>
        new(name, engine, value, "", null, null, $"= {bar:0}", value == bar) { Mark = bar, Upwards = true };
}
