using System.Globalization;
using System.Net;
using System.Text;

namespace ClosedDoor.Benchmarks.Show;

/// <summary>
/// The measurements that have a bar as an SVG: one row a line, one mark an engine. The scale is each line's own bar, which
/// is the stroke down the middle: right of it the bar holds, left of it it is missed.
/// </summary>
static class Chart
{
    const int Width = 1100;
    const int Left = 470;
    const int Right = 150;
    const int RowHeight = 24;
    const int Top = 64;

    /// <summary>How many times the bar the edges stand for.</summary>
    const double Widest = 8;

    static readonly string[] Colours = ["#1f6feb", "#bf5b04"];

    public static string Draw(IReadOnlyList<Measurement> lines)
    {
        var rows = lines.Where(line => line.Mark is not null).GroupBy(line => line.Name).ToArray();
        var engines = lines.Select(line => line.Engine).Distinct().ToArray();
        var height = Top + rows.Length * RowHeight + 24;
        var middle = At(1);
        var svg = new StringBuilder(
            FormattableString.Invariant(
                $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" font-family="system-ui, sans-serif" font-size="13">"""
            )
        );
        svg.AppendLine()
            .AppendLine(
                "<style>text{fill:#24292f} .miss{fill:#b42318} .grid{stroke:#d0d7de} .bar{stroke:#24292f}</style>"
            )
            .AppendLine(Invariant($"""<rect width="{Width}" height="{height}" fill="#ffffff"/>"""))
            .AppendLine("""<text x="16" y="24" font-size="16" font-weight="600">Measured against the bars</text>""")
            .AppendLine(
                Invariant(
                    $"""<text x="{middle}" y="52" text-anchor="middle">the bar</text><text x="{Left}" y="52">missed by {Widest:0} ×</text><text x="{Width - Right}" y="52" text-anchor="end">better by {Widest:0} ×</text>"""
                )
            );
        for (var i = 0; i < engines.Length; i++)
            svg.AppendLine(
                Invariant(
                    $"""<circle cx="{Left + 30 + i * 110}" cy="20" r="6" fill="{Colours[i % 2]}"/><text x="{Left + 42 + i * 110}" y="25">{engines[i]}</text>"""
                )
            );
        for (var i = 0; i < rows.Length; i++)
            Row(svg, rows[i], engines, Top + i * RowHeight);
        svg.AppendLine(
            Invariant(
                $"""<line class="bar" x1="{middle}" x2="{middle}" y1="58" y2="{Top + rows.Length * RowHeight}" stroke-width="1.5"/>"""
            )
        );
        return svg.AppendLine("</svg>").ToString();
    }

    static void Row(StringBuilder svg, IGrouping<string, Measurement> row, string[] engines, int y)
    {
        svg.AppendLine(
            Invariant(
                $"""<line class="grid" x1="16" x2="{Width - 16}" y1="{y + RowHeight}" y2="{y + RowHeight}"/><text x="16" y="{y + 17}">{WebUtility.HtmlEncode(row.Key)}</text>"""
            )
        );
        var bar = row.Select(line => line.Bar).First();
        var missed = row.Any(line => line.Holds is false) ? " class=\"miss\"" : "";
        svg.AppendLine(
            Invariant(
                $"""<text x="{Width - 16}" y="{y + 17}" text-anchor="end"{missed}>{WebUtility.HtmlEncode(bar)}</text>"""
            )
        );
        foreach (var line in row.Where(line => line.Mark is not null))
            svg.AppendLine(
                Invariant(
                    $"""<circle cx="{At(Score(line)):0.#}" cy="{y + 12}" r="6" fill="{Colours[Array.IndexOf(engines, line.Engine) % 2]}"><title>{WebUtility.HtmlEncode($"{line.Name}, {line.Engine}: {line.Value:0.##} {line.Unit}")}</title></circle>"""
                )
            );
    }

    /// <summary>1 at the bar, 2 when twice as good. What must be met exactly is either met or far off.</summary>
    static double Score(Measurement line)
    {
        if (line.Bar!.StartsWith('='))
            return line.Holds is true ? 1 : 1 / Widest;
        var reached = line.Ratio ?? line.Value;
        return line.Upwards ? reached / line.Mark!.Value : line.Mark!.Value / reached;
    }

    static double At(double score)
    {
        var share = (Math.Log(Math.Clamp(score, 1 / Widest, Widest)) / Math.Log(Widest) + 1) / 2;
        return Left + share * (Width - Right - Left);
    }

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
