using System.Globalization;
using System.Text.RegularExpressions;

namespace ClosedDoor.Benchmarks.Show;

/// <summary>The measurements as one table in Markdown, the engines side by side, as the README has it.</summary>
static partial class Table
{
    public static void Print(IReadOnlyList<Measurement> lines)
    {
        var engines = lines.Select(line => line.Engine).Distinct().ToArray();
        var heads = engines.SelectMany(engine => new[] { Called(engine), "limit", "ratio" });
        Console.WriteLine(Row(["line", .. heads, "bar"]));
        Console.WriteLine("|" + string.Concat(Enumerable.Repeat("---|", 2 + 3 * engines.Length)));
        foreach (var named in lines.GroupBy(line => line.Name))
            Console.WriteLine(
                Row([
                    Path().Replace(named.Key, "`$0`"),
                    .. engines.SelectMany(engine => Cells(named.FirstOrDefault(line => line.Engine == engine))),
                    Bar(named),
                ])
            );
    }

    static string[] Cells(Measurement? line) =>
        line is null
            ? ["", "", ""]
            :
            [
                With(line.Unit, line.Value) + (line.Holds is false ? " **missed**" : ""),
                line.Limit is { } limit ? With(line.Unit, limit) : "",
                line.Ratio is { } ratio ? ratio.ToString("0.00", CultureInfo.InvariantCulture) : "",
            ];

    /// <summary>One bar where it is every engine's, else each with whose it is.</summary>
    static string Bar(IGrouping<string, Measurement> line) =>
        line.Select(each => each.Bar).Distinct().Count() == 1
            ? line.First().Bar ?? ""
            : string.Join(
                ", ",
                line.Where(each => each.Bar is not null).Select(each => $"{Called(each.Engine)} {each.Bar}")
            );

    static string Called(string engine) => engine == "sqlite" ? "SQLite" : "PostgreSQL";

    static string With(string unit, double value)
    {
        var number = value.ToString(
            value < 100 && unit is not ("" or "/s") ? "0.0" : "N0",
            CultureInfo.InvariantCulture
        );
        return unit is "" or "/s" ? number + unit : $"{number} {unit}";
    }

    static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    [GeneratedRegex(@"GET [^\s:,]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Path();
}
