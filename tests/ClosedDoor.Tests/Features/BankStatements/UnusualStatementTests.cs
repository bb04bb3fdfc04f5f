using System.Text;
using ClosedDoor.Domain;
using ClosedDoor.Features.BankStatements;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Payments;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform.Sheets;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;
using static ClosedDoor.Tests.Platform.Sheets.RawXlsx;

namespace ClosedDoor.Tests.Features.BankStatements;

/// <summary>Files as banks, spreadsheet programs and accidents make them: money is taken once and right, or its row is named.</summary>
public class UnusualStatementTests : BankStatementDesk
{
    const string Header = "交易日期,收入金额,支出金额,对方户名,对方账号,附言,流水号,币种,借贷标志";

    string Today => LocalDatePatternOf(Zones.Today(_host.Time.Now));

    static string LocalDatePatternOf(LocalDate day) => day.ToString("uuuu-MM-dd", null);

    /// <summary>A row of <see cref="Header"/>.</summary>
    string Row(
        string amount = "38800.00",
        string paid = "",
        string? payer = null,
        string? remark = null,
        string? serial = null,
        string? date = null,
        string account = "6222000000000000123",
        string currency = "",
        string direction = ""
    ) =>
        $"{date ?? Today},\"{amount}\",\"{paid}\",{payer ?? _company.Name},{account},{remark ?? _code},{serial ?? BankStatementFile.NewSerial()},{currency},{direction}";

    static string Csv(params string[] rows) => $"{Header}\r\n{string.Join("\r\n", rows)}\r\n";

    /// <summary>Sends it for a dry run first, which must say the same.</summary>
    async Task<Reply> Import(byte[] bytes)
    {
        var foretold = (await BankStatementFile.Send(_finance, bytes, dryRun: true)).Expect(200);
        var reply = (await BankStatementFile.Send(_finance, bytes)).Expect(200);
        Assert.That(Outcomes(foretold), Is.EqualTo(Outcomes(reply)), "what the dry run said");
        return reply;
    }

    Task<Reply> Import(params string[] rows) => Import(Encoding.UTF8.GetBytes(Csv(rows)));

    static string[] Outcomes(Reply reply) =>
        [
            .. reply["lines"]
                .EnumerateArray()
                .Select(line => $"{line.GetProperty("outcome")} {line.GetProperty("reason")}".Trim()),
        ];

    static readonly (string Name, Encoding Encoding)[] Encodings =
    [
        ("UTF-8", new UTF8Encoding(false)),
        ("UTF-8 with a mark", new UTF8Encoding(true)),
        ("UTF-16", new UnicodeEncoding(false, true)),
        ("UTF-16, big end first", new UnicodeEncoding(true, true)),
        ("GBK", CodePagesEncodingProvider.Instance.GetEncoding("GBK")!),
        ("GB18030", CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!),
    ];

    static IEnumerable<string> EncodingNames => Encodings.Select(one => one.Name);

    [TestCaseSource(nameof(EncodingNames))]
    public async Task Whatever_a_file_is_written_in_it_says_the_same(string name)
    {
        var encoding = Encodings.Single(one => one.Name == name).Encoding;
        var file = Csv(Row()).Replace("\r\n", name.Length % 2 == 0 ? "\n" : "\r\n", StringComparison.Ordinal);

        var reply = await Import([.. encoding.GetPreamble(), .. encoding.GetBytes(file)]);

        Assert.That(Outcomes(reply), Is.EqualTo(["confirmed"]));
        Assert.That(await Status(), Is.EqualTo("confirmed"));
    }

    [TestCase("38,800.00")]
    [TestCase(" ￥38,800.00 ")]
    [TestCase("３８，８００．００")]
    [TestCase("+38800")]
    [TestCase("CNY 38800.000")]
    [TestCase("38800.00元")]
    public async Task An_amount_is_read_however_a_bank_writes_it(string amount) =>
        Assert.That(Outcomes(await Import(Row(amount))), Is.EqualTo(["confirmed"]));

    [TestCase("38.800,00", "amount_unreadable")]
    [TestCase("388,00", "amount_unreadable")]
    [TestCase("3,88,00.00", "amount_unreadable")]
    [TestCase("3.88万", "amount_unreadable")]
    [TestCase("(38800.00)", "amount_unreadable")]
    [TestCase("38800.005", "amount_unreadable")]
    [TestCase("1E5", "amount_unreadable")]
    [TestCase("9999999999999", "amount_unreadable")]
    [TestCase("38 800", "amount_unreadable")]
    [TestCase("０", "zero_amount")]
    [TestCase("-0.00", "zero_amount")]
    [TestCase("−38800", "negative_amount")]
    [TestCase("-38,800.00", "negative_amount")]
    public async Task An_amount_that_may_mean_another_is_never_guessed(string amount, string reason)
    {
        Assert.That(Outcomes(await Import(Row(amount))), Is.EqualTo([$"rejected {reason}"]));
        Assert.That(await Status(), Is.EqualTo("awaiting_transfer"));
    }

    [Test]
    public async Task What_went_out_is_never_money_that_came_in()
    {
        var reply = await Import(
            Row("", paid: "38800.00"),
            Row("--", paid: "38800.00"),
            Row(direction: "借"),
            Row(direction: "支出"),
            Row(direction: "D"),
            Row(direction: "冲正"),
            Row(currency: "USD"),
            Row(currency: "美元"),
            Row(currency: "人民币", direction: "贷")
        );

        Assert.That(
            Outcomes(reply),
            Is.EqualTo([
                .. Enumerable.Repeat("rejected not_income", 6),
                "rejected other_currency",
                "rejected other_currency",
                "confirmed",
            ])
        );
    }

    [TestCase("2026-02-30", "rejected date_unreadable")]
    [TestCase("0000-00-00", "rejected date_unreadable")]
    [TestCase("1899-12-30", "rejected date_unreadable")]
    [TestCase("9999-12-31", "rejected date_unreadable")]
    [TestCase("26-03-01", "rejected date_unreadable")]
    [TestCase("03/04/2026", "rejected date_unreadable")]
    [TestCase("46082", "rejected date_unreadable")]
    [TestCase("昨天", "rejected date_unreadable")]
    [TestCase("", "rejected date_unreadable")]
    [TestCase("2199-01-01", "rejected date_in_future")]
    [TestCase("2016-03-02", "queued before_request")]
    public async Task A_day_that_cannot_be_is_asked_about(string date, string outcome)
    {
        Assert.That(Outcomes(await Import(Row(date: date))), Is.EqualTo([outcome]));
        Assert.That(await Status(), Is.EqualTo("awaiting_transfer"));
    }

    [Test]
    public async Task A_serial_that_comes_back_with_anything_else_is_named_and_takes_nothing()
    {
        var serial = BankStatementFile.NewSerial();
        var other = await Awaited();
        var yesterday = LocalDatePatternOf(Zones.Today(_host.Time.Now).PlusDays(-1));

        var reply = await Import(
            Row(serial: serial),
            Row("38800.01", serial: serial.ToLowerInvariant()),
            Row(payer: other.Company.Name, remark: other.Code, serial: serial),
            Row(date: yesterday, serial: serial),
            Row(serial: $" {serial} ")
        );

        Assert.That(
            Outcomes(reply),
            Is.EqualTo(["confirmed", .. Enumerable.Repeat("rejected serial_differs", 3), "duplicate"])
        );
        var again = await Import(Row("1.00", serial: serial), Row(date: yesterday, serial: serial));
        Assert.That(Outcomes(again), Is.All.EqualTo("rejected serial_differs"));
        Assert.That(await Status(other.PaymentId), Is.EqualTo("awaiting_transfer"));
    }

    [Test]
    public async Task A_number_that_a_spreadsheet_program_has_shortened_is_not_taken_for_one()
    {
        var reply = await Import(
            Row(serial: "2.02703E+12"),
            Row(account: "6.222E+18"),
            Row(serial: "２.０２７０３e+12"),
            Row(serial: "BE+12")
        );

        Assert.That(Outcomes(reply), Is.EqualTo([.. Enumerable.Repeat("rejected digits_lost", 3), "confirmed"]));
    }

    [Test]
    public async Task A_quote_that_is_never_closed_swallows_no_money()
    {
        var (other, late) = (await Awaited(), await Awaited());
        var broken = Row(payer: other.Company.Name, remark: $"\"{other.Code}");
        var swallowed = Row(payer: late.Company.Name, remark: late.Code);

        var reply = await Import(Row(), broken, swallowed);

        Assert.That(Outcomes(reply)[0], Is.EqualTo("confirmed"));
        Assert.That(Outcomes(reply)[1], Is.EqualTo("rejected row_unreadable"));
        Assert.That(
            (await Status(other.PaymentId), await Status(late.PaymentId)),
            Is.EqualTo(("awaiting_transfer", "awaiting_transfer"))
        );
        // Mended, the same file takes what is left.
        var mended = await Import(Row(payer: other.Company.Name, remark: other.Code), swallowed);
        Assert.That(Outcomes(mended), Is.EqualTo(["confirmed", "confirmed"]));
    }

    [Test]
    public async Task A_file_that_is_cut_off_or_torn_is_refused_whole_or_read_as_far_as_it_goes()
    {
        var gbk = CodePagesEncodingProvider.Instance.GetEncoding("GBK")!.GetBytes(Csv(Row(serial: ""), Row("5.00")));
        (await BankStatementFile.Send(_finance, gbk[..^12])).Expect(200); // In the midst of a row, and at no half of a hanzi.
        Assert.That(await Status(), Is.EqualTo("confirmed"));

        var xlsx = File().Row("38800", _company.Name, _code).Xlsx();
        (await BankStatementFile.Send(_finance, xlsx[..(xlsx.Length / 2)])).Expect(422, "sheet_unreadable");
        for (var at = 40; at < xlsx.Length - 40; at += 97)
        {
            var torn = (byte[])xlsx.Clone();
            torn[at] ^= 0x55;
            var reply = await BankStatementFile.Send(_finance, torn, dryRun: true);
            // What is not refused as torn has lost nothing that is read: a time stamp, a flag.
            if (reply.Status != 422)
                Assert.That(Outcomes(reply.Expect(200)), Is.EqualTo(["queued already_paid"]), $"byte {at}");
        }
        (await BankStatementFile.Send(_finance, [.. Encoding.UTF8.GetBytes(Csv(Row())), 0, 0])).Expect(
            415,
            "sheet_type_refused"
        );
        (await BankStatementFile.Send(_finance, [.. Encoding.UTF8.GetBytes(Csv(Row())), 0xFF])).Expect(
            422,
            "sheet_unreadable"
        );
        (await BankStatementFile.Send(_finance, [])).Expect(422);
    }

    [Test]
    public async Task Numbers_and_days_of_an_XLSX_are_what_they_show()
    {
        var today = Zones.Today(_host.Time.Now);
        var day = Period.DaysBetween(new LocalDate(1899, 12, 30), today);
        var (second, third) = (await Awaited(), await Awaited());
        var xlsx = RawXlsx.Of([
            [Text("交易日期"), Text("收入金额"), Text("对方户名"), Text("对方账号"), Text("附言"), Text("流水号")],
            [
                Day($"{day}"),
                Number("38800"),
                Text(_company.Name),
                Text("6222000000000000123"),
                Text(_code),
                Number("20270301001"),
            ],
            [
                Day($"{day}.5"),
                Number("38799.999999999996"),
                Text(second.Company.Name),
                Text(""),
                Text(second.Code),
                Text("S1"),
            ],
            [
                Text(LocalDatePatternOf(today)),
                Text("38,800.00"),
                Text(third.Company.Name),
                Number("6222000000000000123"),
                Text(third.Code),
                Text("S2"),
            ],
            [Day($"{day}"), "<c t=\"str\"><v>#REF!</v></c>", Text("示例企业他人"), Text(""), Text(""), Text("S3")],
            [Day($"{day}"), Error("#REF!"), Text("示例企业他人"), Text(""), Text(""), Text("S5")],
            // An error where nothing need stand is not nothing: the remark says whose money it is.
            [Day($"{day}"), Number("38800"), Text("示例企业他人"), Text(""), Error("#N/A"), Text("S6")],
            [Day($"{day}"), "<c t=\"b\"><v>1</v></c>", Text("示例企业他人"), Text(""), Text(""), Text("S4")],
        ]);

        var reply = await Import(xlsx);

        Assert.That(
            Outcomes(reply),
            Is.EqualTo([
                "confirmed",
                "confirmed",
                "rejected row_unreadable",
                "rejected row_unreadable",
                "rejected row_unreadable",
                "rejected row_unreadable",
                "rejected amount_unreadable",
            ])
        );
        var line = (await _finance.Get($"/bank-lines/{Line(reply, "lineId")}")).Expect(200);
        Assert.That(line["bankSerial"].GetString(), Is.EqualTo("20270301001"));
        Assert.That(line["receivedOn"].GetString(), Is.EqualTo(LocalDatePatternOf(today)));
        Assert.That(await Status(third.PaymentId), Is.EqualTo("awaiting_transfer"));
    }

    [Test]
    public async Task Late_money_that_finds_no_seat_has_its_own_word_in_the_dry_run_too()
    {
        var taken = await _host.Given.PublishedSession(seatCap: 1);
        var company = await _host.Given.VettedCompany();
        var (_, late) = await _host.Given.AwaitingTransfer(company, taken);
        var code = (await company.Api.Get($"/payments/{late}"))["reference"].GetString()!;
        _host.Time.Advance(Duration.FromDays(10));
        await new SweepReservations(_host.Data).RunOnce(_host.Time.Now);
        await _host.Given.Hold(await _host.Given.VettedCompany(), taken);

        // The fixture's own company is late, too, and its seat is free.
        var reply = await Import(Row(), Row(payer: company.Name, remark: code));

        Assert.That(Outcomes(reply), Is.EqualTo(["confirmed", "refund_due"]));
        Assert.That(
            (reply["imported"].GetInt32(), reply["confirmed"].GetInt32(), reply["refundDue"].GetInt32()),
            Is.EqualTo((2, 1, 1))
        );
        Assert.That(await Status(late), Is.EqualTo("refund_due"));
        Assert.That((await _finance.RefundsOf($"paymentId={late}")).Single().Because, Is.EqualTo("no_seat"));
        await Books.AreInOrder(_host, taken);
    }

    [Test]
    public async Task Of_two_that_are_late_for_one_seat_the_dry_run_foretells_which_gets_it()
    {
        var sessionId = await _host.Given.PublishedSession(seatCap: 2);
        var late = new List<(TestCompany Company, string Code)>();
        foreach (var company in await _host.Given.VettedCompanies(2))
        {
            var (_, paymentId) = await _host.Given.AwaitingTransfer(company, sessionId);
            late.Add((company, (await company.Api.Get($"/payments/{paymentId}"))["reference"].GetString()!));
        }
        _host.Time.Advance(Duration.FromDays(10));
        await new SweepReservations(_host.Data).RunOnce(_host.Time.Now);
        await _host.Given.Hold(await _host.Given.VettedCompany(), sessionId);

        var reply = await Import([.. late.Select(one => Row(payer: one.Company.Name, remark: one.Code))]);

        Assert.That(Outcomes(reply), Is.EqualTo(["confirmed", "refund_due"]));
        await Books.AreInOrder(_host, sessionId);
    }

    [Test]
    public async Task Two_people_with_overlapping_files_take_each_line_once()
    {
        var others = new List<(TestCompany Company, string PaymentId, string Code)>();
        for (var i = 0; i < 4; i++)
            others.Add(await Awaited());
        var rows = others.ConvertAll(one => Row(payer: one.Company.Name, remark: one.Code));
        var second = await _host.Given.Organizer(Permission.Finance);
        Task<Reply> Send(ApiClient who, IEnumerable<string> part) =>
            BankStatementFile.Send(who, Encoding.UTF8.GetBytes(Csv([.. part])));

        var (one, two) = await Race.Pair(
            0,
            () => Send(_finance, rows.Take(3)),
            () => Send(second, rows.Skip(1).Reverse())
        );

        var (first, other) = (one.Expect(200), two.Expect(200));
        Assert.That(
            (
                first["confirmed"].GetInt32() + other["confirmed"].GetInt32(),
                first["duplicates"].GetInt32() + other["duplicates"].GetInt32()
            ),
            Is.EqualTo((4, 2))
        );
        foreach (var payment in others)
        {
            Assert.That(await Status(payment.PaymentId), Is.EqualTo("confirmed"));
            Assert.That(
                await _host.Query<long>(
                    "SELECT COUNT(*) FROM receipt WHERE payment_id = @PaymentId",
                    new { payment.PaymentId }
                ),
                Is.EqualTo(1)
            );
        }
    }

    [Test]
    public void Every_reason_is_said_in_words() =>
        Assert.That(Enum.GetValues<BankLineReason>().Select(reason => reason.Say().Zh), Is.Unique.And.All.Not.Empty);

    [Test]
    public void Every_outcome_is_counted()
    {
        var view = BankStatementView.Of(
            null,
            true,
            [
                .. Enum.GetValues<BankStatementRowOutcome>()
                    .Select((one, at) => new BankStatementRowView(at, one, null, null, null, null)),
            ]
        );
        Assert.That(
            (view.Confirmed, view.RefundDue, view.Queued, view.Duplicates, view.Rejected, view.Imported),
            Is.EqualTo((1, 1, 1, 1, 1, 3))
        );
    }
}
