using System.IO.Compression;
using System.Text;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Sheets;
using ClosedDoor.Tests.Domain;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Sheet = ClosedDoor.Platform.Sheets.Sheet;

namespace ClosedDoor.Tests.Platform.Sheets;

public sealed class SheetReaderTests
{
    static readonly Encoding Gb18030 = CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!;

    static readonly SheetColumn[] Columns =
    [
        SheetColumn.Needed("name", "对方户名", "Payer name"),
        SheetColumn.Needed("amount", "收入金额", "Credit amount"),
        SheetColumn.Optional("remark", "附言", "摘要", "Remark"),
    ];

    static readonly string[] Hanzi =
    [
        .. "一丁七万丈三上下示例企业医疗器械有限公司北京（）·，。￥㐀镕𠮷"
            .EnumerateRunes()
            .Select(rune => rune.ToString()),
    ];

    static readonly Gen<string> Pieces = Gen.OneOf(
        Gen.Elements(Hanzi),
        Gen.Elements(
            "a",
            "Z",
            "0",
            "-",
            "é",
            "Ж",
            "\"",
            "\"\"",
            "'",
            ",",
            "\t",
            ";",
            "=",
            "+",
            "@",
            " ",
            "\n",
            "\r\n",
            "\r"
        ),
        Gen.Choose(32, 126).Select(c => ((char)c).ToString())
    );

    static readonly Gen<string> Cells = Gen.Choose(0, 12)
        .SelectMany(length => Gen.ArrayOf(Pieces, length))
        .Select(pieces => string.Concat(pieces).Trim());

    static readonly Gen<string[][]> Tables = Gen.Choose(1, 8)
        .SelectMany(rows => Gen.ArrayOf(Gen.ArrayOf(Cells, 3), rows))
        .Where(rows => Array.TrueForAll(rows, row => row.Any(cell => cell.Length > 0)));

    static Sheet Read(byte[] bytes) => SheetReader.Read(bytes, Columns).Value;

    static string[][] CellsOf(Sheet sheet) =>
        [.. sheet.Rows.Select(row => new[] { row["name"], row["amount"], row["remark"] })];

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
    public void What_is_written_as_XLSX_is_read_back() =>
        Properties.Hold(
            Tables,
            rows =>
                CellsOf(Read(XlsxFile.Write(Sheet(rows), ["标题行"])))
                    .SelectMany(row => row)
                    .SequenceEqual(rows.SelectMany(row => row).Select(cell => cell.ReplaceLineEndings("\n")))
        );

    static Worksheet Sheet(string[][] rows) =>
        new("流水", ["对方户名", "收入金额", "附言"], [.. rows.Select(row => row.Select(Cell.Of).ToArray())]);

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
