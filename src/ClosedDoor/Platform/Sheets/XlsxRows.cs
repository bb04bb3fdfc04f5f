using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml;
using ClosedDoor.Domain;
using ExcelDataReader;
using ExcelDataReader.Exceptions;

namespace ClosedDoor.Platform.Sheets;

/// <summary>Rows of an XLSX (ECMA-376), every cell as the text that a person reads in it.</summary>
static class XlsxRows
{
    const int MostParts = 1_000;
    const int MostSheets = 20;

    static readonly Text LostDigits = new(
        "有超过 15 位的数字单元格，末位可能已失真，请把该列设为文本后重新导出。",
        "A number of more than 15 digits: Excel has dropped the last ones. Make the column text and export again."
    );

    static readonly Text NulCell = new("单元格含有空字符（NUL）。", "A cell holds a null character.");

    static readonly Text ErrorCell = new("单元格是公式错误值。", "A cell holds a formula's error value.");

    // ECMA-376, 18.17.3.
    static readonly string[] Errors = ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"];

    // The library asks for Windows-1252, which only files of before 2007 need, whatever it reads.
    static XlsxRows() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>Each sheet's rows.</summary>
    public static Outcome<List<List<RawRow>>> Read(byte[] bytes, SheetLimits limits)
    {
        try
        {
            if (IsTornOrTooLarge(bytes))
                return Broken;
            using var reader = ExcelReaderFactory.CreateOpenXmlReader(new MemoryStream(XlsxErrors.AsText(bytes)));
            var sheets = new List<List<RawRow>>();
            var cells = 0L;
            do
            {
                if (!reader.VisibleState.Equals("visible", StringComparison.OrdinalIgnoreCase))
                    continue;
                var rows = RowsOf(reader, limits, ref cells);
                if (rows.Refused(out var refusal))
                    return refusal;
                sheets.Add(rows.Value);
            } while (sheets.Count < MostSheets && reader.NextResult());
            return sheets;
        }
        catch (Exception e)
            when (e
                    is ExcelReaderException
                        or InvalidDataException
                        or XmlException
                        or FormatException
                        or OverflowException
                        or ArgumentException
                        or InvalidOperationException
                        or NotSupportedException
                        or IndexOutOfRangeException
                        or KeyNotFoundException
                        or NullReferenceException
            )
        {
            // The library throws all of these at files that are damaged, or made to damage.
            return Broken;
        }
    }

    /// <summary>
    /// Unpacks every part once and counts, because the sizes that a zip declares may be lies, and holds it against its
    /// checksum. Throws for what is no zip.
    /// </summary>
    static bool IsTornOrTooLarge(byte[] bytes)
    {
        using var zip = new ZipArchive(new MemoryStream(bytes));
        if (zip.Entries.Count > MostParts)
            return true;
        var buffer = new byte[64 * 1024];
        var total = 0L;
        foreach (var entry in zip.Entries)
        {
            using var part = entry.Open();
            var checksum = new ZipChecksum();
            int read;
            while ((read = part.Read(buffer)) > 0)
            {
                if ((total += read) > SheetLimits.LargestUnpacked)
                    return true;
                checksum.Add(buffer.AsSpan(0, read));
            }
            if (checksum.Value != entry.Crc32)
                return true;
        }
        return false;
    }

    static Outcome<List<RawRow>> RowsOf(IExcelDataReader reader, SheetLimits limits, ref long cells)
    {
        var rows = new List<RawRow>();
        for (var number = 1; reader.Read(); number++)
        {
            if (number > SheetLimits.MostLookedThrough)
                return limits.TooManyRows;
            if ((cells += reader.FieldCount) > SheetLimits.MostCellsLookedThrough)
                return limits.TooManyColumns;
            var row = RowOf(reader, number, limits);
            if (row.IsBlank)
                continue;
            if (rows.Count == limits.Rows)
                return limits.TooManyRows;
            if (row.Cells.Length > limits.Columns)
                return limits.TooManyColumns;
            rows.Add(row);
        }
        return rows;
    }

    static RawRow RowOf(IExcelDataReader reader, int number, SheetLimits limits)
    {
        Text? problem = null;
        var cells = new string[reader.FieldCount];
        var used = 0;
        for (var at = 0; at < cells.Length; at++)
        {
            var value = reader.GetValue(at);
            var text = TextOf(value);
            // _x0000_ in a file becomes one, and neither JSON of ours nor PostgreSQL takes it.
            if (text.Contains('\0'))
                (text, problem) = (text.Replace("\0", "", StringComparison.Ordinal), NulCell);
            cells[at] = text.Trim();
            if (value is double and (>= 1e15 or <= -1e15))
                problem = LostDigits;
            if (value is string && Array.IndexOf(Errors, text) >= 0)
                problem = ErrorCell;
            if (cells[at].Length > 0)
                used = at + 1;
        }
        cells = cells[..used];
        return new(number, cells, problem ?? CsvRows.TooLong(cells, limits));
    }

    static string TextOf(object? value) =>
        value switch
        {
            null => "",
            string text => text,
            bool yes => yes ? "TRUE" : "FALSE",
            // A double holds 15 decimal digits: 38800.300000000003 is 38800.3 to whoever typed it.
            double number => Plain(number),
            int whole => whole.ToString(CultureInfo.InvariantCulture),
            DateTime { TimeOfDay.Ticks: 0 } day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            DateTime moment => moment.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            TimeSpan time => time.ToString(@"hh\:mm\:ss", CultureInfo.InvariantCulture),
            IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };

    static string Plain(double number)
    {
        var text = number.ToString("G15", CultureInfo.InvariantCulture);
        return
            text.Contains('E')
            && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var plain)
            ? plain.ToString("0.############################", CultureInfo.InvariantCulture)
            : text;
    }

    static readonly Refusal Broken = Refusals.SheetUnreadable.Because(
        "XLSX 文件已损坏或过大，无法读取。",
        "The XLSX is damaged, or unpacks to too much."
    );
}
