using System.Text;
using ClosedDoor.Domain;
using ClosedDoor.Features.BankStatements;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.BankStatements;

/// <summary>Rows as banks, spreadsheet programs and accidents write them: money is taken once and right, or its row is named.</summary>
public class BankStatementRowTests : BankCsvDesk
{
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

    [TestCase("金额")]
    [TestCase("交易金额（元）")]
    [TestCase("发生额")]
    [TestCase("Amount")]
    public async Task Amounts_that_may_have_gone_out_are_not_taken_for_money_that_came(string header)
    {
        byte[] Statement(string amount, string[] directions) =>
            Encoding.UTF8.GetBytes(
                $"交易日期,{header},对方户名,附言,流水号,借贷标志\r\n"
                    + string.Concat(
                        directions.Select(direction =>
                            $"{Today},{amount},{_company.Name},{_code},{BankStatementFile.NewSerial()},{direction}\r\n"
                        )
                    )
            );

        var refused = (await BankStatementFile.Send(_finance, Statement("38800.00", ["", ""]))).Expect(
            422,
            "sheet_unreadable"
        );
        Assert.That(refused["detail"].GetString(), Does.Contain("借贷标志"));
        Assert.That(await Status(), Is.EqualTo("awaiting_transfer"));

        Assert.That(
            Outcomes(await Import(Statement("38800.00", ["借", "", "贷"]))),
            Is.EqualTo(["rejected not_income", "rejected row_unreadable", "confirmed"])
        );
        Assert.That(Outcomes(await Import(Statement("-1.00", [""]))), Is.EqualTo(["rejected negative_amount"]));
        Assert.That(Outcomes(await Import(Statement("+1.00", [""]))), Is.EqualTo(["queued already_paid"]));
        var mapping = (
            await _finance.Post(
                "/bank-statement-mappings",
                new { name = $"{header} {_code}", columns = new { amount = new[] { header } } }
            )
        ).Expect(201);
        var mapped = await BankStatementFile.Send(_finance, Statement("1.00", [""]), mapping.Id);
        Assert.That(Outcomes(mapped.Expect(200)), Is.EqualTo(["queued already_paid"]));
    }

    /// <summary>A file whose header tells neither money in nor money out.</summary>
    byte[] EitherWay(params (string Amount, string Payer, string Remark, string Direction)[] rows) =>
        Encoding.UTF8.GetBytes(
            "交易日期,交易金额,对方户名,附言,流水号,借贷标志\r\n"
                + string.Concat(
                    rows.Select(row =>
                        $"{Today},\"{row.Amount}\",{row.Payer},{row.Remark},{BankStatementFile.NewSerial()},{row.Direction}\r\n"
                    )
                )
        );

    [TestCase("-12.00", "示例银行", "手续费")]
    [TestCase("－38,800.00", "示例企业他人", "退款")]
    public async Task In_a_column_in_which_a_minus_is_what_went_out_the_rest_has_come_in(
        string minus,
        string payer,
        string remark
    ) =>
        Assert.That(
            Outcomes(await Import(EitherWay((minus, payer, remark, ""), ("38800.00", _company.Name, _code, "")))),
            Is.EqualTo(["rejected negative_amount", "confirmed"])
        );

    [TestCase("冲正")]
    [TestCase("错账红冲 0301")]
    [TestCase("Reversal of 0301")]
    [TestCase("", Description = "Nothing is said: what it takes back stands beside it.")]
    public async Task A_reversed_booking_alone_does_not_tell_that_the_rest_has_come_in(string remark)
    {
        // The first went out: nothing of the file says so.
        var rows = EitherWay(("38800.00", _company.Name, _code, ""), ("-38800.00", _company.Name, remark, ""));

        foreach (var dryRun in new[] { true, false })
        {
            var refused = (await BankStatementFile.Send(_finance, rows, dryRun: dryRun)).Expect(
                422,
                "sheet_unreadable"
            );
            Assert.That(refused["detail"].GetString(), Does.Contain("冲正"));
        }
        Assert.That(await Status(), Is.EqualTo("awaiting_transfer"));
    }

    [TestCase("借/贷", "借", "贷")]
    [TestCase("收/支", "支", "收")]
    [TestCase("收付标志", "付", "收")]
    [TestCase("Dr/Cr", "D", "C")]
    public async Task A_column_that_says_which_way_the_money_went_is_known_by_each_of_its_names(
        string header,
        string went,
        string came
    ) =>
        Assert.That(
            Outcomes(
                await Import(
                    Encoding.UTF8.GetBytes(
                        $"交易日期,金额,对方户名,附言,{header}\r\n"
                            + $"{Today},-5.00,示例企业他人,冲正,{came}\r\n"
                            + $"{Today},38800.00,{_company.Name},{_code},{went}\r\n"
                            + $"{Today},38800.00,{_company.Name},{_code},{came}\r\n"
                    )
                )
            ),
            Is.EqualTo(["rejected negative_amount", "rejected not_income", "confirmed"])
        );

    [Test]
    public async Task A_reversed_booking_changes_nothing_where_a_column_or_a_plus_tells()
    {
        var reversed = ("-5.00", "示例企业他人", "冲正", "贷");
        var unmarked = ("-7.00", "示例企业某人", "", "");
        Assert.That(
            Outcomes(
                await Import(
                    EitherWay(
                        reversed,
                        unmarked,
                        ("38800.00", _company.Name, _code, "借"),
                        ("38800.00", _company.Name, _code, ""),
                        ("-38800.00", _company.Name, _code, "支出"),
                        ("38800.00", _company.Name, _code, "收")
                    )
                )
            ),
            Is.EqualTo([
                "rejected negative_amount",
                "rejected negative_amount",
                "rejected not_income",
                "rejected row_unreadable",
                "rejected not_income",
                "confirmed",
            ])
        );
        var other = await Awaited();
        Assert.That(
            Outcomes(
                await Import(
                    EitherWay(
                        unmarked,
                        ("38800.00", other.Company.Name, other.Code, ""),
                        ("+38800.00", other.Company.Name, other.Code, "")
                    )
                )
            ),
            Is.EqualTo(["rejected negative_amount", "rejected row_unreadable", "confirmed"])
        );
        Assert.That(
            Outcomes(
                await Import(
                    Row("-38800.00"),
                    Row("", paid: "-38800.00"),
                    Row("0.00", paid: "38800.00"),
                    Row("", paid: "38800.00"),
                    Row()
                )
            ),
            Is.EqualTo([
                "rejected negative_amount",
                "rejected not_income",
                "rejected zero_amount",
                "rejected not_income",
                "queued already_paid",
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
        var yesterday = Iso(Zones.Today(_host.Time.Now).PlusDays(-1));

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
