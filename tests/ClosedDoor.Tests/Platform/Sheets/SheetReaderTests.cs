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

public sealed class SheetReaderTests
{
    static readonly Encoding Gb18030 = CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!;

    static string Quoted(string cell) => $"\"{cell.Replace("\"", "\"\"")}\"";

    static byte[] Csv(string[][] rows, Encoding encoding, bool bom, string lineEnd, char separator, bool lastLineEnds)
    {
        string[][] all =
        [
            ["对方户名", "收入金额", "附言"],
            .. rows,
        ];
        var text =
            string.Join(lineEnd, all.Select(row => string.Join(separator, row.Select(Quoted))))
            + (lastLineEnds ? lineEnd : "");
        return [.. bom ? encoding.GetPreamble() : [], .. encoding.GetBytes(text)];
    }

    [Test]
    public void Whatever_the_encoding_the_quotes_and_the_line_ends_the_cells_are_read_as_they_were_written() =>
        Properties.Hold(
            from rows in Tables
            from encoding in Gen.Elements(
                new UTF8Encoding(true),
                Gb18030,
                new UnicodeEncoding(false, true),
                new UnicodeEncoding(true, true)
            )
            from bom in Gen.Elements(true, false)
            from lineEnd in Gen.Elements("\r\n", "\n", "\r")
            from separator in Gen.Elements(',', '\t', ';')
            from ends in Gen.Elements(true, false)
            select (rows, csv: Csv(rows, encoding, bom || encoding is UnicodeEncoding, lineEnd, separator, ends)),
            // What the product's own files guard with an apostrophe, another's file may hold as such.
            sample =>
                CellsOf(Read(sample.csv))
                    .Zip(sample.rows)
                    .All(pair => pair.First.Zip(pair.Second).All(cell => cell.First == Unguarded(cell.Second)))
                && Read(sample.csv).Rows.Count == sample.rows.Length
        );

    static string Unguarded(string cell) =>
        FormulaGuard.IsGuarded(cell) ? cell[1..].Trim()
        : cell.Length > 3 && cell.StartsWith("=\"", StringComparison.Ordinal) && cell[^1] == '"' ? cell[2..^1].Trim()
        : cell;

    [Test]
    public void What_is_written_as_CSV_is_read_back() =>
        Properties.Hold(
            Tables,
            rows =>
                CellsOf(Read(CsvFile.Write(Sheet(rows), ["标题行", "=1+1"])))
                    .SelectMany(row => row)
                    .SequenceEqual(rows.SelectMany(row => row).Select(Formula))
        );

    [Test]
    public void No_cell_of_a_written_CSV_begins_a_formula() =>
        Properties.Hold(
            Cells,
            text =>
                FormulaGuard.Guard(text) is var written
                && (written.Length == 0 || !"=+@\t\r\n＝＋－＠".Contains(written[0]))
                && (written is not ['-', ..] || decimal.TryParse(written, out _))
        );

    // A text that is a formula literal to begin with is guarded as a whole, and unwrapped like a bank's.
    static string Formula(string cell) =>
        cell.Length > 3 && cell.StartsWith("=\"", StringComparison.Ordinal) && cell[^1] == '"'
            ? cell[2..^1].Trim()
            : cell;

    [Test]
    public void The_header_is_found_below_title_lines_under_other_names_and_in_another_order()
    {
        var sheet = Read(
            Encoding.UTF8.GetBytes(
                "示例银行,,,\n账号：,110000000000000001,,\n\n*Credit Amount （元）,Balance,PAYER　NAME\n\n88.00,1,示例企业一\n"
            )
        );

        Assert.That(sheet.HeaderRow, Is.EqualTo(4));
        Assert.That(sheet.Rows.Single().Number, Is.EqualTo(6), "blank lines count");
        Assert.That(sheet.Rows.Single()["name"], Is.EqualTo("示例企业一"));
        Assert.That(sheet.Rows.Single()["amount"], Is.EqualTo("88.00"));
        Assert.That(sheet.Rows.Single()["remark"], Is.Empty);
    }

    [Test]
    public void Digits_are_kept_as_banks_protect_them()
    {
        var sheet = Read(Gb18030.GetBytes("对方户名,收入金额,附言\r\n=\"0012\",\t6222000000000000123,'=1+1\r\n"));

        Assert.That(CellsOf(sheet).Single(), Is.EqualTo(["0012", "6222000000000000123", "=1+1"]));
    }

    [Test]
    public void A_row_with_broken_quotes_is_told_and_the_others_stay()
    {
        var sheet = Read(Encoding.UTF8.GetBytes("对方户名,收入金额\n甲,1\n乙\"丙,2\n丁,3\n"));

        Assert.That(sheet.Rows.Select(row => row.Problem is null), Is.EqualTo([true, false, true]));
    }

    [Test]
    public void A_header_that_lacks_a_column_is_refused_by_name()
    {
        var refusal = SheetReader.Read(Encoding.UTF8.GetBytes("对方户名,附言\n甲,乙\n"), Columns).Refusal!;

        Assert.That(refusal.Is(Refusals.SheetUnreadable));
        Assert.That(refusal.Detail!.Zh, Does.Contain("收入金额").And.Not.Contain("附言"));
        Assert.That(refusal.Detail.En, Does.Contain("Credit amount"));
    }

    [TestCase(
        new byte[] { 0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0 },
        "sheet_type_refused",
        TestName = "Old_XLS_is_refused"
    )]
    [TestCase(new byte[] { 0x25, 0x50, 0x44, 0x46, 0x2D, 0x31 }, "sheet_type_refused", TestName = "A_PDF_is_refused")]
    [TestCase(new byte[] { 0x41, 0x2C, 0x80, 0xFF, 0x0A }, "sheet_unreadable", TestName = "No_encoding_is_refused")]
    [TestCase(
        new byte[] { 0x50, 0x4B, 0x03, 0x04, 1, 2, 3 },
        "sheet_unreadable",
        TestName = "A_broken_XLSX_is_refused"
    )]
    [TestCase(new byte[] { }, "sheet_unreadable", TestName = "An_empty_file_is_refused")]
    public void What_is_no_table_is_refused(byte[] bytes, string code) =>
        Assert.That(SheetReader.Read(bytes, Columns).Refusal?.Code, Is.EqualTo(code));

    [Test]
    public void Any_bytes_are_read_or_refused_and_never_throw()
    {
        var xlsx = XlsxFile.Write(
            Sheet([
                ["甲", "1", "乙"],
            ]),
            []
        );
        Properties.Hold(
            from damage in Gen.ArrayOf(Gen.Choose(0, 255).Select(value => (byte)value), 8)
            from at in Gen.Choose(0, xlsx.Length - 9)
            from whole in Gen.Elements(true, false)
            select (damage, at, whole),
            sample =>
            {
                byte[] bytes = sample.whole ? [.. xlsx] : [.. xlsx.AsSpan(0, sample.at)];
                if (sample.whole)
                    sample.damage.CopyTo(bytes, sample.at);
                SheetReader.Read(bytes, Columns);
                SheetReader.Read(sample.damage, Columns);
                return true;
            }
        );
    }

    [Test]
    public void A_line_of_separators_alone_is_refused_before_it_is_taken_apart()
    {
        var bytes = Encoding.UTF8.GetBytes("对方户名,收入金额,附言" + new string(',', 4_000_000) + "\na,1,b");
        var before = GC.GetAllocatedBytesForCurrentThread();

        var refused = SheetReader.Read(bytes, Columns);

        Assert.That(refused.Refusal?.Detail?.En, Does.Contain("columns"));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(5 * bytes.Length));
    }

    [Test]
    public void Rows_columns_and_cells_have_limits()
    {
        var limits = new SheetLimits(Rows: 3, Columns: 4, CellLength: 5);
        string CodeOf(string text) =>
            SheetReader.Read(Encoding.UTF8.GetBytes(text), Columns, limits).Refusal?.Code ?? "";

        Assert.That(CodeOf("对方户名,收入金额\n1,2\n\n3,4\n"), Is.Empty);
        Assert.That(CodeOf("对方户名,收入金额\n1,2\n3,4\n5,6\n"), Is.EqualTo("sheet_unreadable"));
        Assert.That(CodeOf("对方户名,收入金额,a,b,c\n1,2\n"), Is.EqualTo("sheet_unreadable"));
        Assert.That(
            SheetReader.Read("对方户名,收入金额\n123456,2\n"u8.ToArray(), Columns, limits).Value.Rows.Single().Problem,
            Is.Not.Null
        );
    }
}
