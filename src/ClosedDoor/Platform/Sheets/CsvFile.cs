using System.Buffers;
using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace ClosedDoor.Platform.Sheets;

/// <summary>Writes CSV (RFC 4180) in UTF-8 with a byte order mark, without which Excel reads Chinese as noise.</summary>
public static class CsvFile
{
    static readonly SearchValues<char> NeedQuotes = SearchValues.Create(",\"\r\n\t; ");

    // The library's own rule quotes for CRLF, but not for the half of it that a cell may hold.
    static CsvConfiguration Rules =>
        new(CultureInfo.InvariantCulture)
        {
            NewLine = "\r\n",
            ShouldQuote = cell => cell.Field.AsSpan().ContainsAny(NeedQuotes),
        };

    /// <param name="sheet">What is written.</param>
    /// <param name="titles">Lines above the header; readers of ours skip them.</param>
    public static byte[] Write(Worksheet sheet, IReadOnlyList<string> titles)
    {
        var bytes = new MemoryStream();
        using (var text = new StreamWriter(bytes, new UTF8Encoding(true), leaveOpen: true))
        using (var csv = new CsvWriter(text, Rules))
        {
            foreach (var title in titles)
                WriteRow(csv, [title]);
            WriteRow(csv, sheet.Headers);
            foreach (var row in sheet.Rows)
                WriteRow(csv, row.Select(cell => cell.Text));
        }
        return bytes.ToArray();
    }

    static void WriteRow(CsvWriter csv, IEnumerable<string> cells)
    {
        foreach (var cell in cells)
            csv.WriteField(FormulaGuard.Guard(cell));
        csv.NextRecord();
    }
}
