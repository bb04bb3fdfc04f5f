using System.Text;
using ClosedDoor.Domain;

namespace ClosedDoor.Platform.Sheets;

/// <summary>A column that a reader looks for.</summary>
/// <param name="Key">What the reader calls it.</param>
/// <param name="Required">Without it the file is refused.</param>
/// <param name="Names">The headers that it goes by in files, Chinese or English. The first is what messages call it.</param>
public sealed record SheetColumn(string Key, bool Required, params string[] Names)
{
    public static SheetColumn Needed(string key, params string[] names) => new(key, true, names);

    public static SheetColumn Optional(string key, params string[] names) => new(key, false, names);

    internal bool Goes(string tidyHeader) => Array.Exists(Names, name => Tidy(name) == tidyHeader);

    /// <summary>
    /// A header without what differs between files that mean the same: width, case, spaces, the star of a required
    /// column, and a unit in brackets: <c>*收入金额（元）</c> is <c>收入金额</c>.
    /// </summary>
    internal static string Tidy(string header)
    {
        var tidy = new StringBuilder();
        var depth = 0;
        foreach (var c in HalfWidth.Of(header))
        {
            if (c is '(' or '[' or '【')
                depth++;
            else if (c is ')' or ']' or '】')
                depth = Math.Max(0, depth - 1);
            else if (
                depth == 0
                && !char.IsWhiteSpace(c)
                && !char.IsControl(c)
                && c is not ('*' or ':' or '_' or '\uFEFF')
            )
                tidy.Append(char.ToLowerInvariant(c));
        }
        return tidy.ToString();
    }
}

/// <summary>What a file may hold at the most; beyond that it is refused before it costs memory.</summary>
/// <param name="Rows">Rows that are not blank, title lines and header included.</param>
/// <param name="Columns">Columns that are not blank.</param>
/// <param name="CellLength">Characters in one cell.</param>
public sealed record SheetLimits(int Rows = 20_000, int Columns = 100, int CellLength = 4_000)
{
    public static readonly SheetLimits Usual = new();

    /// <summary>Bytes that an XLSX may unpack to: its own size says nothing (a zip bomb).</summary>
    internal const long LargestUnpacked = 64L * 1024 * 1024;

    /// <summary>Cells of an XLSX that are looked through, blank ones included: a row can claim 16,384 in a few bytes.</summary>
    internal const long MostCellsLookedThrough = 20_000_000;

    /// <summary>Rows that are looked through, blank ones included.</summary>
    internal const int MostLookedThrough = 200_000;

    internal Refusal TooManyRows =>
        Refusals.SheetUnreadable.Because(
            $"文件超过 {Rows} 行，请分批导入。",
            $"More than {Rows} rows: import in parts."
        );

    internal Refusal TooManyColumns =>
        Refusals.SheetUnreadable.Because($"文件超过 {Columns} 列。", $"More than {Columns} columns.");
}

/// <summary>A row as it stands in the file, before anybody knows which columns it has.</summary>
/// <param name="Number">As a spreadsheet program counts it, from 1.</param>
/// <param name="Cells">Trimmed text.</param>
/// <param name="Problem">Why the row cannot be trusted; null when it can.</param>
sealed record RawRow(int Number, string[] Cells, Text? Problem = null)
{
    public bool IsBlank => Problem is null && Array.TrueForAll(Cells, cell => cell.Length == 0);
}

/// <summary>A row below the header, its cells by the reader's own column keys.</summary>
/// <param name="Number">As a spreadsheet program counts it, from 1.</param>
/// <param name="Cells">Trimmed text by column key; a column that the file does not have is absent.</param>
/// <param name="Problem">Why the row cannot be trusted (broken quotes, a number that has lost digits); null when it can.</param>
public sealed record SheetRow(int Number, IReadOnlyDictionary<string, string> Cells, Text? Problem)
{
    /// <summary>The cell's text; empty when the cell or the whole column is not there.</summary>
    public string this[string key] => Cells.GetValueOrDefault(key, "");
}

/// <summary>What a file says, below its header.</summary>
/// <param name="HeaderRow">The number of the header's row.</param>
/// <param name="Headers">Every header as it is written.</param>
/// <param name="Rows">The rows that are not blank.</param>
public sealed record Sheet(int HeaderRow, IReadOnlyList<string> Headers, IReadOnlyList<SheetRow> Rows);
