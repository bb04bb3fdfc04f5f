using System.IO.Compression;
using System.Text;
using ClosedDoor.Platform.Outbox;
using ClosedDoor.Tests.Given;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Guests;

/// <summary>Files that are made to break the importer, and imports that are stopped or meet each other half-way.</summary>
public class ImportAttackTests
{
    const string Header = "类别,姓名,职务,职称,专科,单位,手机,邮箱,医院,统一社会信用代码,级别,等次\n";

    TestHost _host = null!;
    ApiClient _organizer = null!;

    static ImportAttackTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    [SetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _organizer = await _host.Given.Owner();
    }

    [TearDown]
    public async Task Stop()
    {
        await Races.Books.AuditIsWhole(_host);
        await _host.DisposeAsync();
    }

    async Task<Reply> Begin(byte[] bytes, bool allOrNothing = false, bool dryRun = false)
    {
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(bytes), "file", "guests.csv" },
            { new StringContent(allOrNothing ? "true" : "false"), "allOrNothing" },
            { new StringContent(dryRun ? "true" : "false"), "dryRun" },
        };
        return await _organizer.Send(HttpMethod.Post, "/guest-imports", form);
    }

    Task<int> Work() => _host.Get<OutboxWorker>().RunOnce(_host.Time.Now);

    async Task<Reply> Import(byte[] bytes, bool allOrNothing = false, bool dryRun = false)
    {
        var id = (await Begin(bytes, allOrNothing, dryRun)).Expect(201).Id;
        await Work();
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM outbox"), Is.Zero, () => $"stuck: {_host.Log.Text}");
        return (await _organizer.Get($"/guest-imports/{id}")).Expect(200);
    }

    Task<Reply> Import(string csv) => Import(Encoding.UTF8.GetBytes(csv));

    async Task<(string Outcome, string Reasons)[]> Lines(Reply import) =>
        [
            .. (await _organizer.Get($"/guest-imports/{import.Id}/rows?limit=200"))
                .Expect(200)["items"]
                .EnumerateArray()
                .Select(row => (row.GetProperty("outcome").GetString()!, row.GetProperty("reasons").ToString())),
        ];

    async Task<string[]> Outcomes(Reply import) => [.. (await Lines(import)).Select(line => line.Outcome)];

    Task<long> Guests() => _host.Query<long>("SELECT COUNT(*) FROM guest");

    static string Expert(int number, string name = "示例嘉宾", string? phone = null, string email = "") =>
        $"科研专家,{name},,研究员,03,示例研究院,{phone ?? $"1370000{number:D4}"},{email},,,,\n";

    static string Experts(int count) => Header + string.Concat(Enumerable.Range(0, count).Select(i => Expert(i)));

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
    public async Task A_formula_counts_with_the_value_that_a_person_saw_and_an_error_is_no_phone_number()
    {
        var file = Xlsx(
            ["类别", "姓名", "专科", "单位", "手机"],
            [
                Text("科研专家"),
                Formula("\"示例\"&\"嘉宾\"", "示例嘉宾", CellValues.String),
                Text("03"),
                Text("示例院"),
                Number("13700000001"),
            ],
            [
                Text("科研专家"),
                Text("示例嘉宾"),
                Text("03"),
                Text("示例院"),
                Formula("1/0", "#DIV/0!", CellValues.Error),
            ],
            [
                Text("科研专家"),
                Formula("A1", null, CellValues.String),
                Text("03"),
                Text("示例院"),
                Number("13700000003"),
            ],
            [Text("科研专家"), Text("_x0000_示例"), Text("03"), Text("示例院"), Number("13700000004")],
            [Text("科研专家"), Text("示例嘉宾"), Text("03"), Text("示例院"), Number("1.3700000005E10")]
        );

        var lines = await Lines(await Import(file));

        Assert.That(
            lines.Select(line => line.Outcome),
            Is.EqualTo(["created", "invalid", "invalid", "invalid", "created"]),
            string.Join('\n', lines)
        );
        Assert.That(lines[3].Reasons, Does.Contain("NUL"), "it would keep the import from ever ending");
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
            Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)));
        }
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM guest_import"), Is.Zero);
    }

    [Test]
    public async Task One_person_in_other_spelling_is_one_person_and_two_people_are_told_apart()
    {
        (
            await Import(
                Header
                    + Expert(1, "示例在册", email: "one@example.com")
                    + Expert(2, "示例另册", email: "two@example.com")
            )
        )["created"]
            .GetInt64();
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

    [TestCase(false, 200)]
    [TestCase(true, 0)]
    public async Task An_import_that_dies_in_the_middle_goes_on_where_it_stood(bool allOrNothing, int atTheStop)
    {
        var id = (await Begin(Encoding.UTF8.GetBytes(Experts(450)), allOrNothing)).Expect(201).Id;
        // Something in the second batch that cannot be written, as when the process is killed there.
        await _host.Tamper(
            "INSERT INTO guest_import_row (import_id, number, outcome) VALUES (@id, 300, 'invalid')",
            new { id }
        );
        await Work();

        var stopped = (await _organizer.Get($"/guest-imports/{id}")).Expect(200);
        Assert.That(
            (stopped["status"].GetString(), stopped["done"].GetInt64()),
            Is.EqualTo(("running", (long)atTheStop))
        );
        Assert.That(await Guests(), Is.EqualTo(atTheStop));

        await _host.Tamper("DELETE FROM guest_import_row WHERE import_id = @id AND number = 300", new { id });
        _host.Time.Advance(Duration.FromHours(1));
        await Work();
        var done = (await _organizer.Get($"/guest-imports/{id}")).Expect(200);
        Assert.That(
            (done["status"].GetString(), done["done"].GetInt64(), done["created"].GetInt64()),
            Is.EqualTo(("done", 450L, 450L))
        );
        Assert.That(await Guests(), Is.EqualTo(450));
    }

    [Test]
    public async Task Two_imports_of_the_same_people_at_once_make_each_once_and_both_show_their_progress()
    {
        await using var second = _host.Another();
        var file = Encoding.UTF8.GetBytes(Experts(600));
        var ids = new[] { (await Begin(file)).Expect(201).Id, (await Begin(file)).Expect(201).Id };
        using var over = new CancellationTokenSource();
        var seen = ids.ToDictionary(id => id, _ => new List<long>());
        var watching = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
                foreach (var id in ids)
                    seen[id].Add((await _organizer.Get($"/guest-imports/{id}")).Expect(200)["done"].GetInt64());
        });

        await Task.WhenAll(
            _host.Get<OutboxWorker>().RunOnce(_host.Time.Now),
            second.Get<OutboxWorker>().RunOnce(_host.Time.Now)
        );
        _host.Time.Advance(Duration.FromHours(1)); // Who lost a race for a lock is tried again.
        await Work();
        await over.CancelAsync();
        await watching;

        var imports = new List<Reply>();
        foreach (var id in ids)
            imports.Add((await _organizer.Get($"/guest-imports/{id}")).Expect(200));
        Assert.That(imports.Select(one => one["status"].GetString()), Is.All.EqualTo("done"));
        Assert.That(imports.Sum(one => one["created"].GetInt64()), Is.EqualTo(600));
        Assert.That(imports.Sum(one => one["exists"].GetInt64()), Is.EqualTo(600));
        Assert.That(await Guests(), Is.EqualTo(600));
        foreach (var steps in seen.Values)
            Assert.That(steps, Is.Ordered.And.All.LessThanOrEqualTo(600));
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
        file.Write(Xlsx(["类别", "姓名"], [Text("科研专家"), Text("示例")]));
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

    static byte[] Xlsx(string[] headers, params Cell[][] rows)
    {
        var bytes = new MemoryStream();
        using (var document = SpreadsheetDocument.Create(bytes, SpreadsheetDocumentType.Workbook))
        {
            var book = document.AddWorkbookPart();
            var part = book.AddNewPart<WorksheetPart>();
            part.Worksheet = new Worksheet(
                new SheetData([
                    new Row(headers.Select(Text)),
                    .. rows.Select(row => new Row(row.Select(cell => (OpenXmlElement)cell))),
                ])
            );
            book.Workbook = new Workbook(
                new Sheets(
                    new Sheet
                    {
                        Name = "表",
                        SheetId = 1,
                        Id = book.GetIdOfPart(part),
                    }
                )
            );
        }
        return bytes.ToArray();
    }

    static Cell Text(string text) =>
        new(new InlineString(new DocumentFormat.OpenXml.Spreadsheet.Text(text))) { DataType = CellValues.InlineString };

    static Cell Number(string number) => new(new CellValue(number));

    static Cell Formula(string formula, string? value, CellValues type)
    {
        var cell = new Cell(new CellFormula(formula)) { DataType = type };
        if (value is not null)
            cell.AppendChild(new CellValue(value));
        return cell;
    }
}
