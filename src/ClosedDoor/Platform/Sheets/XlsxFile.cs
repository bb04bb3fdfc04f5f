using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using OpenXmlCell = DocumentFormat.OpenXml.Spreadsheet.Cell;
using OpenXmlText = DocumentFormat.OpenXml.Spreadsheet.Text;

namespace ClosedDoor.Platform.Sheets;

/// <summary>Writes XLSX (ECMA-376): text as text, amounts and dates as such, nothing that computes.</summary>
public static partial class XlsxFile
{
    /// <summary>In characters: what Excel takes in one cell.</summary>
    const int LongestCell = 32_767;

    /// <param name="sheet">What is written.</param>
    /// <param name="titles">Rows above the header; readers of ours skip them.</param>
    public static byte[] Write(Worksheet sheet, IReadOnlyList<string> titles)
    {
        var bytes = new MemoryStream();
        using (var document = SpreadsheetDocument.Create(bytes, SpreadsheetDocumentType.Workbook))
        {
            var book = document.AddWorkbookPart();
            book.AddNewPart<WorkbookStylesPart>().Stylesheet = Styles();
            var part = book.AddNewPart<WorksheetPart>();
            using (var writer = OpenXmlWriter.Create(part))
                WriteRows(writer, sheet, titles);
            book.Workbook = new Workbook(
                new DocumentFormat.OpenXml.Spreadsheet.Sheets(
                    new DocumentFormat.OpenXml.Spreadsheet.Sheet
                    {
                        Name = NameOf(sheet.Name),
                        SheetId = 1,
                        Id = book.GetIdOfPart(part),
                    }
                )
            );
        }
        return bytes.ToArray();
    }

    static void WriteRows(OpenXmlWriter writer, Worksheet sheet, IReadOnlyList<string> titles)
    {
        writer.WriteStartElement(new DocumentFormat.OpenXml.Spreadsheet.Worksheet());
        writer.WriteStartElement(new SheetData());
        foreach (var title in titles)
            WriteRow(writer, [Cell.Of(title)]);
        WriteRow(writer, sheet.Headers.Select(Cell.Of));
        foreach (var row in sheet.Rows)
            WriteRow(writer, row);
        writer.WriteEndElement();
        writer.WriteEndElement();
    }

    static void WriteRow(OpenXmlWriter writer, IEnumerable<Cell> cells)
    {
        writer.WriteStartElement(new Row());
        foreach (var cell in cells)
            writer.WriteElement(Element(cell));
        writer.WriteEndElement();
    }

    static OpenXmlCell Element(Cell cell) =>
        cell.Kind switch
        {
            CellKind.Number => new OpenXmlCell(new CellValue(cell.Text)),
            CellKind.Money => new OpenXmlCell(new CellValue(cell.Text)) { StyleIndex = 1 },
            CellKind.Date => new OpenXmlCell(new CellValue(Serial(cell.Text))) { StyleIndex = 2 },
            _ => new OpenXmlCell(
                new InlineString(new OpenXmlText(Taken(cell.Text)) { Space = SpaceProcessingModeValues.Preserve })
            )
            {
                DataType = CellValues.InlineString,
            },
        };

    /// <summary>Excel's day number: 1 is 1900-01-01, and 60 a day that never was.</summary>
    static string Serial(string isoDate) =>
        DateTime
            .ParseExact(isoDate, "yyyy-MM-dd", CultureInfo.InvariantCulture)
            .ToOADate()
            .ToString(CultureInfo.InvariantCulture);

    /// <summary>As XML takes it: no control characters, line ends as LF, and no text that Excel would take for an escape.</summary>
    static string Taken(string text)
    {
        var taken = new StringBuilder(text.Length);
        foreach (var rune in text.ReplaceLineEndings("\n").EnumerateRunes())
        {
            if (rune.Value > 0xFFFF || XmlConvert.IsXmlChar((char)rune.Value))
                taken.Append(rune);
        }
        var escaped = Escape().Replace(taken.ToString(), "_x005F_");
        return escaped.Length <= LongestCell ? escaped : escaped[..LongestCell];
    }

    /// <summary>Excel takes at most 31 characters, and not these seven.</summary>
    static string NameOf(string name)
    {
        var taken = string.Concat(name.Where(c => !@":\/?*[]'".Contains(c)));
        return taken.Length <= 31 ? taken : taken[..31];
    }

    static Stylesheet Styles() =>
        new(
            new Fonts(new Font()),
            new Fills(
                new Fill(new PatternFill { PatternType = PatternValues.None }),
                new Fill(new PatternFill { PatternType = PatternValues.Gray125 })
            ),
            new Borders(new Border()),
            new CellStyleFormats(new CellFormat()),
            new CellFormats(
                new CellFormat(),
                new CellFormat { NumberFormatId = 2, ApplyNumberFormat = true }, // 0.00
                new CellFormat { NumberFormatId = 14, ApplyNumberFormat = true } // A date, in the reader's own order.
            )
        );

    [GeneratedRegex("_(?=x[0-9A-Fa-f]{4}_)", RegexOptions.None, 1000)]
    private static partial Regex Escape();
}
