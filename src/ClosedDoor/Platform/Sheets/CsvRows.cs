using System.Globalization;
using ClosedDoor.Domain;
using CsvHelper;
using CsvHelper.Configuration;

namespace ClosedDoor.Platform.Sheets;

/// <summary>Rows of a CSV (RFC 4180), whatever ends its lines.</summary>
static class CsvRows
{
    static readonly Text BrokenQuotes = new(
        "引号不成对，无法确定各列。",
        "The quotes do not match, so its cells cannot be told apart."
    );

    /// <summary>Cells that a spreadsheet program writes on a line at the most, empty ones at its end included.</summary>
    const int WidestLine = 16_384;

    /// <summary>
    /// Whether a line holds more of a separator than any program writes. Asked before it is taken apart: one of nothing
    /// but separators takes sixty times its size to read.
    /// </summary>
    public static bool IsTooWide(string text)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (
                line.Length >= WidestLine
                && (line.Count(',') >= WidestLine || line.Count('\t') >= WidestLine || line.Count(';') >= WidestLine)
            )
                return true;
        }
        return false;
    }

    public static Outcome<List<RawRow>> Read(string text, char separator, SheetLimits limits)
    {
        var broken = false;
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = separator.ToString(),
            IgnoreBlankLines = false, // They count, or the rows' numbers would not be those that a person sees.
            BadDataFound = _ => broken = true,
            MaxFieldSize = 0,
            CountBytes = false,
            DetectColumnCountChanges = false,
            LineBreakInQuotedFieldIsBadData = false,
        };
        using var parser = new CsvParser(new StringReader(text), configuration);
        var rows = new List<RawRow>();
        var seen = 0;
        while (parser.Read())
        {
            broken = false;
            var cells = parser.Record!; // Unquoting happens here, and finds what is broken.
            if (++seen > SheetLimits.MostLookedThrough)
                return limits.TooManyRows;
            var row = Tidied(seen, cells, limits, broken);
            if (row.IsBlank)
                continue;
            if (rows.Count == limits.Rows)
                return limits.TooManyRows;
            if (cells.Length > limits.Columns && cells.AsSpan(limits.Columns).ContainsAnyExcept(""))
                return limits.TooManyColumns;
            rows.Add(row);
        }
        return rows;
    }

    static RawRow Tidied(int number, string[] cells, SheetLimits limits, bool broken)
    {
        var tidy = Array.ConvertAll(cells, Tidy);
        return new(number, tidy, broken ? BrokenQuotes : TooLong(tidy, limits));
    }

    internal static Text? TooLong(string[] cells, SheetLimits limits) =>
        Array.Exists(cells, cell => cell.Length > limits.CellLength)
            ? new($"单元格超过 {limits.CellLength} 个字符。", $"A cell is longer than {limits.CellLength} characters.")
            : null;

    /// <summary>
    /// Takes away what keeps a spreadsheet program from changing a text: ="6222…" and a tab beside the digits as banks
    /// write them, and the apostrophe of <see cref="CsvFile"/>.
    /// </summary>
    static string Tidy(string cell)
    {
        var text = cell.AsSpan();
        if (FormulaGuard.IsGuarded(text))
            text = text[1..];
        text = text.Trim();
        if (text.Length > 3 && text.StartsWith("=\"") && text[^1] == '"')
            text = text[2..^1].Trim();
        return text.ToString();
    }

    /// <summary>What may stand between cells; that first which the first lines hold most of, outside quotes.</summary>
    public static IEnumerable<char> Separators(string text)
    {
        var counts = new Dictionary<char, int>
        {
            [','] = 0,
            ['\t'] = 0,
            [';'] = 0,
        };
        var quoted = false;
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, 8 * 1024)))
        {
            if (c == '"')
                quoted = !quoted;
            else if (!quoted && counts.TryGetValue(c, out var count))
                counts[c] = count + 1;
        }
        return counts.OrderByDescending(pair => pair.Value).Select(pair => pair.Key);
    }
}
