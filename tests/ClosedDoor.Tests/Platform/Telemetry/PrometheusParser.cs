using System.Globalization;
using System.Text.RegularExpressions;

namespace ClosedDoor.Tests.Platform.Telemetry;

/// <summary>Reads text format 0.0.4 and throws at whatever it does not allow.</summary>
static class PrometheusParser
{
    static readonly Regex Sample = new(
        """^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?<labels>\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)+\})? (?<value>\S+)$""",
        RegexOptions.NonBacktracking
    );

    static readonly Regex Comment = new(
        "^# (?<what>HELP|TYPE) (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<text>.+)$",
        RegexOptions.NonBacktracking
    );

    public static Dictionary<string, double> Parse(string text)
    {
        if (!text.EndsWith('\n'))
            throw new FormatException("The last line must end with a line feed.");
        var samples = new Dictionary<string, double>();
        var types = new Dictionary<string, string>();
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            if (Comment.Match(line) is { Success: true } comment)
            {
                if (
                    comment.Groups["what"].Value == "TYPE"
                    && !types.TryAdd(comment.Groups["name"].Value, comment.Groups["text"].Value)
                )
                    throw new FormatException($"Two types: {line}");
                continue;
            }
            if (Sample.Match(line) is not { Success: true } sample)
                throw new FormatException($"No sample: {line}");
            var name = sample.Groups["name"].Value;
            if (!types.ContainsKey(name) && !types.ContainsKey(HistogramOf(name)))
                throw new FormatException($"No type before: {line}");
            var value = sample.Groups["value"].Value switch
            {
                "+Inf" => double.PositiveInfinity,
                "-Inf" => double.NegativeInfinity,
                var number => double.Parse(number, CultureInfo.InvariantCulture),
            };
            if (!samples.TryAdd(name + sample.Groups["labels"].Value, value))
                throw new FormatException($"Twice: {line}");
        }
        return samples;
    }

    static string HistogramOf(string name) =>
        name[..Math.Max(0, name.LastIndexOf('_'))] is var family
        && name[family.Length..] is "_bucket" or "_sum" or "_count"
            ? family
            : name;
}
