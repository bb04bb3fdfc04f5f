using System.Diagnostics;
using System.Globalization;
using System.Text;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Outbox;
using ClosedDoor.Platform.Sheets;
using ClosedDoor.Tests.Domain;
using ClosedDoor.Tests.Given;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Guests;

public class ImportTests
{
    const string Header = "类别,姓名,职务,职称,专科,单位,手机,邮箱,医院,统一社会信用代码,级别,等次\n";

    TestHost _host = null!;
    ApiClient _organizer = null!;

    static ImportTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

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

    Task<Reply> Import(string csv, bool dryRun = false, bool allOrNothing = false) =>
        Import(Encoding.UTF8.GetBytes(csv), dryRun, allOrNothing);

    async Task<Reply> Import(byte[] bytes, bool dryRun = false, bool allOrNothing = false)
    {
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(bytes), "file", "guests.csv" },
            { new StringContent(dryRun ? "true" : "false"), "dryRun" },
            { new StringContent(allOrNothing ? "true" : "false"), "allOrNothing" },
        };
        var begun = (await _organizer.Send(HttpMethod.Post, "/guest-imports", form)).Expect(201);
        Assert.That(begun["status"].GetString(), Is.EqualTo("running"));
        await _host.Get<OutboxWorker>().RunOnce(_host.Time.Now);
        return (await _organizer.Get($"/guest-imports/{begun.Id}")).Expect(200);
    }

    async Task<string[]> Outcomes(Reply import) =>
        [
            .. (await _organizer.Get($"/guest-imports/{import.Id}/rows?limit=200"))
                .Expect(200)["items"]
                .EnumerateArray()
                .Select(row => row.GetProperty("outcome").GetString()!),
        ];

    Task<long> Guests() => _host.Query<long>("SELECT COUNT(*) FROM guest");

    static string Director(int number, string uscc) =>
        $"医院主管领导,示例嘉宾{number},科室主任,主任医师,内科,,1380000{number:D4},g{number}@example.com,示例医院{uscc[^3..]},{uscc},三级,甲等\n";

    static string Expert(int number) => $"科研专家,示例嘉宾{number},,研究员,03,示例研究院,1370000{number:D4},,,,,\n";

    [Test]
    public async Task Guests_and_their_hospitals_come_in_together()
    {
        var uscc = GuestList.HospitalUscc(800_001).Value;
        var import = await Import(Header + Director(1, uscc) + Director(2, uscc) + Expert(3));

        Assert.That(import["status"].GetString(), Is.EqualTo("done"));
        Assert.That(import["created"].GetInt64(), Is.EqualTo(3));
        Assert.That(import["done"].GetInt64(), Is.EqualTo(3));
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM hospital"), Is.EqualTo(1));
        var guest = (await _organizer.Get("/guests?kind=research_expert"))["items"][0];
        Assert.That(guest.GetProperty("title").GetString(), Is.EqualTo("researcher"));
        Assert.That(guest.GetProperty("phone").GetString(), Is.EqualTo("+8613700000003"));
        Assert.That(
            await _host.Query<long>("SELECT COUNT(*) FROM guest_import WHERE content IS NOT NULL"),
            Is.Zero,
            "the people in the file are not kept beside the register"
        );
    }

    [Test]
    public async Task A_dry_run_says_row_by_row_what_would_happen_and_changes_nothing()
    {
        (
            await _organizer.Post(
                "/guests",
                new
                {
                    kind = "research_expert",
                    name = "示例在册",
                    unit = "示例单位",
                    phone = "13700000009",
                }
            )
        ).Expect(201);
        var import = await Import(
            Header
                + Expert(1)
                + Expert(1).Replace("示例嘉宾1", "示例同号")
                + Expert(9)
                + "专家,,,,,,,,,,,\n"
                + "医院,示例甲某,厅长,,99,,123,nobody,,1,四级,\n",
            dryRun: true
        );

        Assert.That(await Outcomes(import), Is.EqualTo(["would_create", "duplicate", "exists", "invalid", "invalid"]));
        var faults = (await _organizer.Get($"/guest-imports/{import.Id}/rows?outcome=invalid"))["items"][1];
        Assert.That(faults.GetProperty("row").GetInt64(), Is.EqualTo(6));
        Assert.That(
            faults.GetProperty("reasons").EnumerateArray().Select(fault => fault.GetProperty("column").GetString()),
            Is.SupersetOf(new[] { "post", "specialty", "phone", "email", "uscc", "level" })
        );
        Assert.That(await Guests(), Is.EqualTo(1));
    }

    [Test]
    public async Task Rows_that_cannot_come_in_leave_the_others_alone()
    {
        var import = await Import(Header + Expert(1) + "专家,,,,,,,,,,,\n" + Expert(2));

        Assert.That(await Outcomes(import), Is.EqualTo(["created", "invalid", "created"]));
        Assert.That(await Guests(), Is.EqualTo(2));
    }

    [Test]
    public async Task All_or_nothing_is_nothing_when_one_row_is_bad()
    {
        var uscc = GuestList.HospitalUscc(800_002).Value;
        var import = await Import(Header + Director(1, uscc) + Expert(2) + "专家,,,,,,,,,,,\n", allOrNothing: true);

        Assert.That(import["status"].GetString(), Is.EqualTo("refused"));
        Assert.That(await Outcomes(import), Is.EqualTo(["would_create", "would_create", "invalid"]));
        Assert.That(await Guests(), Is.Zero);
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM hospital"), Is.Zero);

        var whole = await Import(Header + Director(1, uscc) + Expert(2), allOrNothing: true);
        Assert.That(whole["status"].GetString(), Is.EqualTo("done"));
        Assert.That(await Guests(), Is.EqualTo(2));
    }

    [Test]
    public async Task English_headers_and_words_are_read_too()
    {
        var uscc = GuestList.HospitalUscc(800_003).Value;
        var import = await Import(
            "Kind,Name,Post,Title,Specialty,Phone,Hospital,USCC,Level,Grade\n"
                + $"hospital_director,示例嘉宾,vice_president,chief_physician,03,13700000001,示例医院,{uscc},tertiary,a\n"
                + $",,,,,,示例医院乙,{GuestList.HospitalUscc(800_004).Value},三级甲等,\n"
        );

        Assert.That(await Outcomes(import), Is.EqualTo(["created", "hospital_created"]));
    }

    [Test]
    public async Task What_is_exported_comes_in_again_and_says_who_took_it_and_why(
        [Values("csv", "xlsx")] string format
    )
    {
        await _organizer.Director();
        await _organizer.Expert();
        await _organizer.Hospital("secondary", "b");
        (await _organizer.Get($"/guest-exports?format={format}")).Expect(422, "invalid_fields");
        var file = (
            await _organizer.Get($"/guest-exports?format={format}&reason={Uri.EscapeDataString("核对名册")}")
        ).Expect(200);

        Assert.That(await Outcomes(await Import(file.Body)), Is.EqualTo(["exists", "exists", "exists"]));
        Assert.That(
            await _host.Query<string>("SELECT after FROM audit WHERE action = 'export.made'"),
            Does.Contain("核对名册").And.Not.Contain("示例嘉宾")
        );

        var (host, organizer) = (_host, _organizer);
        await using var empty = await TestHost.Create();
        (_host, _organizer) = (empty, await empty.Given.Owner());
        try
        {
            Assert.That(
                await Outcomes(await Import(file.Body)),
                Is.EqualTo(["created", "created", "hospital_created"])
            );
        }
        finally
        {
            (_host, _organizer) = (host, organizer);
        }
    }

    [Test]
    public async Task Five_thousand_rows_take_seconds()
    {
        var csv = new StringBuilder(Header);
        for (var i = 0; i < 5_000; i++)
            csv.Append(i % 2 == 0 ? Director(i, GuestList.HospitalUscc(810_000 + i / 20).Value) : Expert(i));
        var watch = Stopwatch.StartNew();

        var import = await Import(csv.ToString());

        TestContext.Out.WriteLine($"5,000 rows in {watch.Elapsed.TotalSeconds:F1} s");
        Assert.That(import["created"].GetInt64(), Is.EqualTo(5_000));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(60)));
    }

    [Test]
    public async Task Two_workers_on_one_import_take_each_row_once()
    {
        var rows = new StringBuilder(Header);
        for (var i = 0; i < 450; i++)
            rows.Append(Expert(i));
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(Encoding.UTF8.GetBytes(rows.ToString())), "file", "guests.csv" },
        };
        var begun = (await _organizer.Send(HttpMethod.Post, "/guest-imports", form)).Expect(201);
        await using var second = _host.Another();

        await Task.WhenAll(
            _host.Get<OutboxWorker>().RunOnce(_host.Time.Now),
            second.Get<OutboxWorker>().RunOnce(_host.Time.Now + NodaTime.Duration.FromMinutes(10))
        );

        Assert.That((await _organizer.Get($"/guest-imports/{begun.Id}"))["created"].GetInt64(), Is.EqualTo(450));
        Assert.That(await Guests(), Is.EqualTo(450));
    }

    [Test]
    public async Task What_is_no_table_is_refused()
    {
        foreach (
            var (bytes, code) in new[]
            {
                ("%PDF-1.7"u8.ToArray(), "sheet_type_refused"),
                ("a,b\n1,2\n"u8.ToArray(), "sheet_unreadable"),
            }
        )
        {
            using var form = new MultipartFormDataContent { { new ByteArrayContent(bytes), "file", "guests.csv" } };
            var reply = await _organizer.Send(HttpMethod.Post, "/guest-imports", form);
            Assert.That(reply.Code, Is.EqualTo(code));
        }
    }

    sealed record Written(
        string Encoding,
        string LineEnd,
        char Separator,
        bool AlwaysQuoted,
        string[] Units,
        int? Broken
    );

    /// <summary>Units with what breaks parsers of tables: separators, quotes, blanks, other scripts.</summary>
    static Gen<Written> Files()
    {
        var unit = Gen.Elements("示例,研究院;\"\t' =+-@中心ABC一二三乙".ToCharArray())
            .ListOf()
            .Select(chars => $"示例{string.Concat(chars).Trim()}院");
        return from encoding in Gen.Elements("utf-8", "utf-8-bom", "gb18030", "utf-16")
            from lineEnd in Gen.Elements("\n", "\r\n", "\r")
            from separator in Gen.Elements(',', '\t', ';')
            from quoted in Gen.Elements(true, false)
            from units in unit.NonEmptyListOf()
            from broken in Gen.Frequency((1, Gen.Constant((int?)null)), (1, Gen.Choose(0, 20).Select(at => (int?)at)))
            select new Written(encoding, lineEnd, separator, quoted, [.. units.Take(12)], broken);
    }

    static byte[] Bytes(Written file)
    {
        var text = new StringBuilder();
        Line("类别", "姓名", "单位", "手机");
        for (var i = 0; i < file.Units.Length; i++)
            Line(
                "科研专家",
                $"示例嘉宾{i}",
                file.Units[i],
                i == file.Broken % file.Units.Length
                    ? "12"
                    : string.Create(CultureInfo.InvariantCulture, $"1370000{i:D4}")
            );
        return file.Encoding switch
        {
            "utf-8" => new UTF8Encoding(false).GetBytes(text.ToString()),
            "utf-8-bom" => [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text.ToString())],
            "utf-16" => [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(text.ToString())],
            var name => Encoding.GetEncoding(name).GetBytes(text.ToString()),
        };

        void Line(params string[] cells) =>
            text.Append(string.Join(file.Separator, cells.Select(Cell))).Append(file.LineEnd);

        string Cell(string cell) =>
            file.AlwaysQuoted || cell.AsSpan().IndexOfAny(",\t;\"") >= 0 || cell.Contains(' ')
                ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
                : cell;
    }

    [Test]
    public void Whatever_encoding_quotes_and_line_ends_all_of_a_file_comes_in_or_nothing() =>
        Properties.Hold(
            Files(),
            file =>
            {
                var import = Import(Bytes(file), allOrNothing: true).GetAwaiter().GetResult();
                var units = _host
                    .Data.Read(read => read.All<string>("SELECT unit FROM guest ORDER BY phone"))
                    .GetAwaiter()
                    .GetResult();
                _host.Tamper("DELETE FROM guest").GetAwaiter().GetResult();
                return file.Broken is null
                    ? import["status"].GetString() == "done"
                        && units.SequenceEqual(file.Units.Select(unit => unit.Trim()))
                    : import["status"].GetString() == "refused" && units.Count == 0;
            },
            runs: 60
        );
}
