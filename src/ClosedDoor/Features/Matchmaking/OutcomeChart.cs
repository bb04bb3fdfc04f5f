using System.Globalization;
using ClosedDoor.Platform.Pages;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>The report as bars, one row a specialty: planned, held, and how many went on to an intention or further.</summary>
static class OutcomeChart
{
    const int Left = 160;
    const int Bar = 14;
    const int RowHeight = 3 * Bar + 14;
    const int Width = 720;

    public static string Of(OutcomeReportView report)
    {
        OutcomeCountView[] rows = [report.All, .. report.BySpecialty];
        var most = Math.Max(1, rows.Max(row => row.Planned));
        var height = rows.Length * RowHeight + 60;
        return Html.Of(
                $"""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" font-family="sans-serif" font-size="12">
                <rect width="{Width}" height="{height}" fill="#ffffff"/>
                <text x="10" y="22" font-size="15">洽谈成果 Outcomes</text>
                {Legend(Left, "#c9ced6", "安排 planned")}{Legend(Left + 150, "#5b8def", "已进行 held")}{Legend(
                    Left + 300,
                    "#2e9e6b",
                    "意向及以上 intention or further"
                )}
                {Html.Each(rows.Select((row, i) => (row, i)), one => Row(one.row, 50 + one.i * RowHeight, most))}
                </svg>
                """
            )
            .ToString();
    }

    static Html Legend(int x, string colour, string text) =>
        Html.Of(
            $"""<rect x="{x}" y="30" width="10" height="10" fill="{colour}"/><text x="{x + 14}" y="39">{text}</text>"""
        );

    static Html Row(OutcomeCountView row, int y, long most)
    {
        return Html.Of(
            $"""
            <text x="10" y="{y + 2 * Bar}">{row.Name.Zh}</text>
            {Of(row.Planned, y, "#c9ced6")}{Of(row.Held, y + Bar, "#5b8def")}{Of(row.Converted, y + 2 * Bar, "#2e9e6b")}
            """
        );

        Html Of(long value, int top, string colour)
        {
            var width = (Width - Left - 60) * value / most;
            return Html.Of(
                $"""<rect x="{Left}" y="{top}" width="{width}" height="{Bar - 2}" fill="{colour}"/><text x="{Left + 6 + width}" y="{top + Bar - 3}">{value.ToString(CultureInfo.InvariantCulture)}</text>"""
            );
        }
    }
}
