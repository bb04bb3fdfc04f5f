using System.IO.Compression;
using System.Text;
using ClosedDoor.Tests.Platform.Sheets;
using NUnit.Framework;
using static ClosedDoor.Tests.Platform.Sheets.RawXlsx;

namespace ClosedDoor.Tests.Features.Guests;

/// <summary>Files as programs, accidents and attackers make them: each row comes in right, or is named.</summary>
public class ImportFilesTests : ImportDesk
{
    [Test]
    public async Task Encodings_that_carry_Chinese_are_read_and_torn_ones_bring_nothing_in()
    {
        var csv = Header + Expert(1, "欧阳𠮷娜") + Expert(2, "阿依古丽·买买提");
        foreach (
            var (bytes, at) in new[]
            {
                new UnicodeEncoding(bigEndian: true, byteOrderMark: true),
                new UnicodeEncoding(bigEndian: false, byteOrderMark: true),
                new UTF8Encoding(true),
                Encoding.GetEncoding("GB18030"),
            }.Select((encoding, i) => (encoding.GetPreamble().Concat(encoding.GetBytes(csv)).ToArray(), i))
        )
            Assert.That(
                await Outcomes(await Import(bytes)),
                Is.EqualTo(at == 0 ? ["created", "created"] : new[] { "exists", "exists" }),
                $"encoding {at}"
            );
        Assert.That(
            (await _organizer.Get("/guests"))["items"]
                .EnumerateArray()
                .Select(one => one.GetProperty("name").GetString()),
            Is.EquivalentTo(new[] { "欧阳𠮷娜", "阿依古丽·买买提" })
        );

        var gbk = Encoding.GetEncoding("GB18030").GetBytes(Header + Expert(3));
        foreach (
            var torn in new byte[][]
            {
                [.. gbk[..^1], 0xB5], // Half of a character at the end.
                [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Header + Expert(3)), 0x00, 0xD8], // Half of a surrogate pair.
                [.. Encoding.UTF8.GetBytes(Header + Expert(3)), 0xE4, 0xB8],
                [.. Encoding.UTF8.GetBytes(Header), 0, .. Encoding.UTF8.GetBytes(Expert(3))],
            }
        )
            Assert.That((await Begin(torn)).Code, Is.EqualTo("sheet_unreadable").Or.EqualTo("sheet_type_refused"));
        Assert.That(await Guests(), Is.EqualTo(2));
    }

    [Test]
    public async Task Quotes_line_breaks_and_huge_cells_spoil_their_own_row_at_most()
    {
        var import = await Import(
            Header
                + Expert(1, "\"示例\n嘉宾\"")
                + Expert(2, "\"示例\"\"引号\"\"\"")
                + Expert(3, new string('甲', 4_001))
                + Expert(4, $"\"{new string('\n', 50_000)}\"")
                + Expert(5, "=HYPERLINK(1)")
                + Expert(6)
                + "科研专家,\"没有合上的引号,,,\n"
        );
        var lines = await Lines(import);

        Assert.That(import["total"].GetInt64(), Is.EqualTo(import["done"].GetInt64()));
        Assert.That(
            lines.Select(line => line.Outcome),
            Is.EqualTo(["invalid", "created", "invalid", "invalid", "created", "created", "invalid"]),
            string.Join('\n', lines)
        );
        // What would compute in a spreadsheet comes in as the text that it is, and goes out guarded.
        Assert.That(
            (await _organizer.Get("/guest-exports?format=csv&reason=test")).Expect(200).Text,
            Does.Contain(",'=HYPERLINK(1)").And.Not.Contain(",=HYPERLINK")
        );
    }

    [Test]
    public async Task A_formula_counts_with_the_value_that_a_person_saw_and_an_error_is_none()
    {
        string[] Expert(string name, string phone, string email) =>
            [Text("科研专家"), name, Text("03"), Text("示例院"), phone, email];
        var file = RawXlsx.Of([
            [Text("类别"), Text("姓名"), Text("专科"), Text("单位"), Text("手机"), Text("邮箱")],
            Expert(Formula("\"示例\"&\"嘉宾\"", "示例嘉宾"), Number("13700000001"), Text("")),
            Expert(Text("示例嘉宾"), Error("#DIV/0!"), Text("")),
            Expert(Text("示例嘉宾"), Number("13700000002"), Error("#REF!")),
            Expert(Formula("A1", null), Number("13700000003"), Text("")),
            Expert(Text("_x0000_示例"), Number("13700000004"), Text("")),
            Expert(Text("示例嘉宾"), Number("1.3700000005E10"), Text("")),
        ]);

        var lines = await Lines(await Import(file));

        Assert.That(
            lines.Select(line => line.Outcome),
            Is.EqualTo(["created", "invalid", "invalid", "invalid", "invalid", "created"]),
            string.Join('\n', lines)
        );
        Assert.That(lines[1].Reasons, Does.Contain("公式错误值"));
        Assert.That(lines[2].Reasons, Does.Contain("公式错误值"), "the address is not left out, it is unknown");
        Assert.That(lines[4].Reasons, Does.Contain("NUL"), "it would keep the import from ever ending");
        Assert.That(
            (await _organizer.Get("/guests")).Text,
            Does.Contain("+8613700000001").And.Contain("+8613700000005")
        );
    }

    [Test]
    public async Task An_XLSX_that_unpacks_to_too_much_is_refused_soon_and_leaves_nothing()
    {
        foreach (
            var bomb in new[]
            {
                Zip(("xl/worksheets/sheet1.xml", Enumerable.Repeat(new byte[1024 * 1024], 65))),
                Zip([
                    .. Enumerable
                        .Range(0, 1_001)
                        .Select(i =>
                            (
                                $"xl/{i}.xml",
                                (IEnumerable<byte[]>)
                                    [
                                        [1],
                                    ]
                            )
                        ),
                ]),
                Laughing(),
            }
        )
        {
            var watch = System.Diagnostics.Stopwatch.StartNew();
            (await Begin(bomb)).Expect(422, "sheet_unreadable");
            Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(30)));
        }
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM guest_import"), Is.Zero);
    }

    [Test]
    public async Task Rows_that_claim_to_be_wide_are_not_looked_through_for_minutes()
    {
        string[] wide = ["<c r=\"XFD1\"/>"];

        var refused = (
            await Begin(
                RawXlsx.Of([
                    [Text("类别"), Text("姓名")],
                    .. Enumerable.Repeat(wide, 3_000),
                ])
            )
        ).Expect(422, "sheet_unreadable");

        Assert.That(refused.Text, Does.Contain("列"));
    }

    [Test]
    public async Task One_person_in_other_spelling_is_one_person_and_two_people_are_told_apart()
    {
        await Import(
            Header + Expert(1, "示例在册", email: "one@example.com") + Expert(2, "示例另册", email: "two@example.com")
        );
        var import = await Import(
            Header
                + Expert(0, "示例新人", "１３７ ０００１ ０００３", "Three@Example.com")
                + Expert(0, "示例新人", "+86 137-0001-0003")
                + Expert(0, "示例新人", "13700010004", "three@example.COM")
                + Expert(1, "示例在册")
                + Expert(1, "示例改名")
                + Expert(1, "示例在册", email: "two@example.com")
        );
        var lines = await Lines(import);

        Assert.That(
            lines.Select(line => line.Outcome),
            Is.EqualTo(["created", "duplicate", "duplicate", "exists", "duplicate", "duplicate"]),
            string.Join('\n', lines)
        );

        var again = await Lines(await Import(Header + Expert(1, "示例改名")));
        Assert.That(again[0].Outcome, Is.EqualTo("exists"));
        Assert.That(again[0].Reasons, Does.Contain("姓名"), "the same number under another name is said");
        var mixed = await Lines(await Import(Header + Expert(1, "示例在册", email: "two@example.com")));
        Assert.That(mixed[0].Outcome, Is.EqualTo("invalid"), "one row is not two people");
        Assert.That(await Guests(), Is.EqualTo(3));
    }

    [Test]
    public async Task A_hospital_is_not_made_twice_within_a_file()
    {
        const string Codes = "类别,姓名,医院,统一社会信用代码,登记号,级别,等次\n";
        const string Code = "1234567891101051011101";
        var (one, two) = (GuestList.HospitalUscc(820_001).Value, GuestList.HospitalUscc(820_002).Value);
        var outcomes = await Outcomes(
            await Import(
                Codes
                    + $",,示例医院甲,{one},{Code},三级,甲等\n"
                    + $",,示例医院甲,{one},{Code},三级,甲等\n"
                    + $",,示例医院乙,{two},{Code},三级,甲等\n"
            )
        );

        Assert.That(outcomes, Is.EqualTo(["hospital_created", "exists", "invalid"]));
    }

    static byte[] Zip(params (string Name, IEnumerable<byte[]> Parts)[] files)
    {
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, parts) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                foreach (var part in parts)
                    entry.Write(part);
            }
        return bytes.ToArray();
    }

    /// <summary>Entities of entities (CWE-776) in the strings of a workbook that is sound otherwise.</summary>
    static byte[] Laughing()
    {
        var file = new MemoryStream();
        file.Write(
            RawXlsx.Of([
                [Text("类别"), Text("姓名")],
                [Text("科研专家"), Text("示例")],
            ])
        );
        using (var zip = new ZipArchive(file, ZipArchiveMode.Update, leaveOpen: true))
        {
            var sheet = zip.Entries.Single(entry =>
                entry.FullName.Contains("sheet", StringComparison.Ordinal)
                && entry.FullName.EndsWith(".xml", StringComparison.Ordinal)
            );
            string text;
            using (var reader = new StreamReader(sheet.Open()))
                text = reader.ReadToEnd();
            var name = sheet.FullName;
            sheet.Delete();
            using var writer = new StreamWriter(zip.CreateEntry(name).Open());
            var end = text.IndexOf("?>", StringComparison.Ordinal) + 2;
            writer.Write(text[..end]);
            writer.Write("<!DOCTYPE x [<!ENTITY a \"哈哈哈哈哈哈哈哈哈哈\">");
            for (var i = 'b'; i <= 'j'; i++)
                writer.Write($"<!ENTITY {i} \"{string.Concat(Enumerable.Repeat($"&{(char)(i - 1)};", 10))}\">");
            writer.Write("]>");
            writer.Write(text[end..].Replace("示例", "&j;", StringComparison.Ordinal));
        }
        return file.ToArray();
    }
}
