using System.Globalization;

namespace ClosedDoor.Benchmarks.Show;

/// <summary>The measurements as one table in Markdown, the engines side by side.</summary>
static class Table
{
    public static void Print(IReadOnlyList<Measurement> lines)
    {
        var engines = lines.Select(line => line.Engine).Distinct().ToArray();
        Console.WriteLine(Row(["line", .. engines.SelectMany(engine => new[] { engine, "limit", "ratio", "bar" })]));
        Console.WriteLine(Row(Enumerable.Repeat("---", 1 + 4 * engines.Length)));
        foreach (var named in lines.GroupBy(line => line.Name))
            Console.WriteLine(
                Row([
                    named.Key,
                    .. engines.SelectMany(engine => Cells(named.FirstOrDefault(line => line.Engine == engine))),
                ])
            );
    }

    static string[] Cells(Measurement? line) =>
        line is null
            ? ["", "", "", ""]
            :
            [
                $"{Number(line.Value)} {line.Unit}".Trim(),
                line.Limit is { } limit ? $"{Number(limit)} {line.Unit}" : "",
                line.Ratio is { } ratio ? ratio.ToString("0.00", CultureInfo.InvariantCulture) : "",
                line.Holds switch
                {
                    true => line.Bar!,
                    false => $"{line.Bar}: **missed**",
                    null => "",
                },
            ];

    static string Number(double value) => value.ToString(value < 100 ? "0.##" : "N0", CultureInfo.InvariantCulture);

    static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
}
