using System.IO.Compression;
using System.Security;

namespace ClosedDoor.Tests.Platform.Sheets;

/// <summary>A workbook cell by cell, with what our own writer never writes: numbers for accounts, days as numbers, errors.</summary>
static class RawXlsx
{
    public static string Text(string text) => $"<c t=\"inlineStr\"><is><t>{text}</t></is></c>";

    public static string Number(string number) => $"<c><v>{number}</v></c>";

    /// <summary>A day as spreadsheet programs hold it: days since 1899-12-30, shown by the cell's style.</summary>
    public static string Day(string days) => $"<c s=\"1\"><v>{days}</v></c>";

    /// <summary>A formula with the text that it came to when the file was saved; null for one that was never computed.</summary>
    public static string Formula(string formula, string? value) =>
        $"<c t=\"str\"><f>{SecurityElement.Escape(formula)}</f>{(value is null ? "" : $"<v>{value}</v>")}</c>";

    /// <summary>A formula that came to an error, such as <c>#N/A</c>.</summary>
    public static string Error(string error) => $"<c t=\"e\"><f>A1</f><v>{error}</v></c>";

    /// <summary>A workbook of these cells, as ECMA-376 has it and no more.</summary>
    public static byte[] Of(string[][] rows)
    {
        const string Office = "http://schemas.openxmlformats.org";
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            void Part(string name, string xml)
            {
                using var part = new StreamWriter(zip.CreateEntry(name).Open());
                part.Write($"<?xml version=\"1.0\" encoding=\"UTF-8\"?>{xml}");
            }
            Part(
                "[Content_Types].xml",
                $"<Types xmlns=\"{Office}/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/><Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/><Override PartName=\"/xl/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/></Types>"
            );
            Part(
                "_rels/.rels",
                $"<Relationships xmlns=\"{Office}/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"{Office}/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            );
            Part(
                "xl/workbook.xml",
                $"<workbook xmlns=\"{Office}/spreadsheetml/2006/main\" xmlns:r=\"{Office}/officeDocument/2006/relationships\"><sheets><sheet name=\"明细\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            );
            Part(
                "xl/_rels/workbook.xml.rels",
                $"<Relationships xmlns=\"{Office}/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"{Office}/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"r2\" Type=\"{Office}/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/></Relationships>"
            );
            Part(
                "xl/styles.xml",
                $"<styleSheet xmlns=\"{Office}/spreadsheetml/2006/main\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
            );
            Part(
                "xl/worksheets/sheet1.xml",
                $"<worksheet xmlns=\"{Office}/spreadsheetml/2006/main\"><sheetData>{string.Concat(rows.Select(row => $"<row>{string.Concat(row)}</row>"))}</sheetData></worksheet>"
            );
        }
        return bytes.ToArray();
    }
}
