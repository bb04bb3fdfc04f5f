using System.IO.Compression;
using System.Text;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Sheets;
using ClosedDoor.Tests.Domain;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using static ClosedDoor.Tests.Platform.Sheets.SheetSamples;
using Sheet = ClosedDoor.Platform.Sheets.Sheet;

namespace ClosedDoor.Tests.Platform.Sheets;

public sealed class XlsxTests
{
    [Test]
    public void A_zip_bomb_is_refused_before_it_is_read()
    {
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        using (var part = zip.CreateEntry("xl/worksheets/sheet1.xml").Open())
        {
            var zeros = new byte[1024 * 1024];
            for (var i = 0; i < 65; i++)
                part.Write(zeros);
        }

        Assert.That(bytes.Length, Is.LessThan(100_000));
        Assert.That(SheetReader.Read(bytes.ToArray(), Columns).Refusal?.Code, Is.EqualTo("sheet_unreadable"));
    }

    [Test]
    public void What_is_written_as_XLSX_is_read_back() =>
        Properties.Hold(
            Tables,
            rows =>
                CellsOf(Read(XlsxFile.Write(Sheet(rows), ["标题行"])))
                    .SelectMany(row => row)
                    .SequenceEqual(rows.SelectMany(row => row).Select(cell => cell.ReplaceLineEndings("\n")))
        );

    [Test]
    public void Numbers_amounts_and_dates_of_an_XLSX_are_read_as_a_person_sees_them()
    {
        var written = XlsxFile.Write(
            new(
                "表",
                ["对方户名", "收入金额", "附言"],
                [
                    [Cell.Of("0012"), Cell.Yuan(-3_880_030), Cell.Of(new NodaTime.LocalDate(2026, 2, 28))],
                    [Cell.Of(123_456_789_012_345), Cell.Yuan(1), Cell.Of(0)],
                    [Cell.Of(1_234_567_890_123_456_789), Cell.Yuan(1), Cell.Of(0)],
                ]
            ),
            []
        );

        var sheet = Read(written);
        Assert.That(CellsOf(sheet)[0], Is.EqualTo(["0012", "-38800.3", "2026-02-28"]));
        Assert.That(CellsOf(sheet)[1], Is.EqualTo(["123456789012345", "0.01", "0"]));
        Assert.That(sheet.Rows[2].Problem, Is.Not.Null, "Excel has dropped the last digits");
    }

    [Test]
    public void Text_that_looks_like_an_escape_of_Excel_s_stays_as_it_is()
    {
        var sheet = Read(
            XlsxFile.Write(
                Sheet([
                    ["_x000D_", "\u0001a\uFFFE", "𠮷"],
                ]),
                []
            )
        );

        Assert.That(CellsOf(sheet).Single(), Is.EqualTo(["_x000D_", "a", "𠮷"]));
    }

    [Test]
    public void An_error_spoils_its_own_row_and_no_other_cell_of_the_sheet()
    {
        var sheet = Read(
            RawXlsx.Of([
                [RawXlsx.Text("对方户名"), RawXlsx.Text("收入金额"), RawXlsx.Text("附言")],
                [RawXlsx.Text("甲 & 乙".Replace("&", "&amp;")), RawXlsx.Number("1.5"), RawXlsx.Day("46082")],
                [RawXlsx.Text("丙"), RawXlsx.Error("#SPILL!"), RawXlsx.Text("丁")],
                [RawXlsx.Formula("\"戊\"", "戊"), RawXlsx.Number("2"), "<c t=\"e\"/>"],
                [RawXlsx.Text("己"), RawXlsx.Number("3"), RawXlsx.Text("  ")],
            ])
        );

        Assert.That(sheet.Rows.Select(row => row.Problem?.En), Is.EqualTo([null, Error, Error, null]));
        Assert.That(CellsOf(sheet)[0], Is.EqualTo(["甲 & 乙", "1.5", "2026-03-01"]));
        Assert.That(CellsOf(sheet)[3], Is.EqualTo(["己", "3", ""]));
    }

    const string Error = "A cell holds a formula's error value.";
}
