using ClosedDoor.Features.Reservations;
using ClosedDoor.Tests.Features.Payments;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.BankStatements;

/// <summary>What a dry run says will happen, happens.</summary>
public class ForetellBankStatementTests : BankCsvDesk
{
    [Test]
    public async Task A_dry_run_says_what_would_happen_and_does_nothing()
    {
        var file = File().Row("38800.00", _company.Name, _code).Row("38800.00", _company.Name, _code).Row("0", "", "");

        var reply = (await file.Import(_finance, dryRun: true)).Expect(200);

        Assert.That(reply["dryRun"].GetBoolean());
        Assert.That(
            reply["lines"].EnumerateArray().Select(line => line.GetProperty("outcome").GetString()),
            Is.EqualTo(["confirmed", "queued", "rejected"])
        );
        Assert.That(await Status(), Is.EqualTo("awaiting_transfer"));
        Assert.That((await file.Import(_finance)).Expect(200)["confirmed"].GetInt32(), Is.EqualTo(1));
    }

    [TestCase("TRUE")]
    [TestCase("True")]
    [TestCase(" true ")]
    public async Task A_dry_run_is_asked_for_in_capitals_too(string written)
    {
        var bytes = File().Row("38800.00", _company.Name, _code).Gbk();

        var reply = (await BankStatementFile.Send(_finance, bytes, null, written)).Expect(200);

        Assert.That(reply["dryRun"].GetBoolean());
        Assert.That(await Status(), Is.EqualTo("awaiting_transfer"));
    }

    [TestCase("1")]
    [TestCase("yes")]
    [TestCase("ture")]
    public async Task What_is_neither_true_nor_false_is_no_run_at_all(string written)
    {
        var bytes = File().Row("38800.00", _company.Name, _code).Gbk();

        var refused = (await BankStatementFile.Send(_finance, bytes, "bsm_none", written)).Expect(
            422,
            "invalid_fields"
        );

        Assert.That(
            refused["errors"].EnumerateObject().Select(field => field.Name),
            Is.EquivalentTo(new[] { "dryRun", "mappingId" })
        );
        Assert.That(await Status(), Is.EqualTo("awaiting_transfer"));
    }

    [Test]
    public async Task A_repeated_dry_run_is_answered_from_the_first_and_its_key_is_for_nothing_else()
    {
        var bytes = File().Row("38800.00", _company.Name, _code).Gbk();
        var first = (await BankStatementFile.Send(_finance, bytes, dryRun: true, key: _code)).Expect(200);
        (await BankStatementFile.Send(_finance, bytes)).Expect(200);

        var again = (await BankStatementFile.Send(_finance, bytes, dryRun: true, key: _code)).Expect(200);

        Assert.That(again.IsReplay);
        Assert.That(again.Text, Is.EqualTo(first.Text));
        (await BankStatementFile.Send(_finance, bytes, key: _code)).Expect(422, "idempotency_key_reused");
        var other = File().Row("6.00", "示例企业他人", "货款").Gbk();
        (await BankStatementFile.Send(_finance, other, dryRun: true, key: _code)).Expect(422, "idempotency_key_reused");
    }

    [Test]
    public async Task A_row_that_is_twice_in_one_file_has_no_line_in_a_dry_run()
    {
        var serial = BankStatementFile.NewSerial();
        var file = File()
            .Row("38800.00", _company.Name, _code, serial)
            .Row("38800.00", _company.Name, _code, serial)
            .Row("9.00", _company.Name, _code, serial);

        var reply = (await file.Import(_finance, dryRun: true)).Expect(200);

        Assert.That(Outcomes(reply), Is.EqualTo(["confirmed", "duplicate", "rejected serial_differs"]));
        Assert.That(
            reply["lines"].EnumerateArray().Select(line => line.GetProperty("lineId").ValueKind),
            Is.All.EqualTo(System.Text.Json.JsonValueKind.Null)
        );
        var done = (await file.Import(_finance)).Expect(200);
        Assert.That(
            done["lines"].EnumerateArray().Select(line => line.GetProperty("lineId").GetString()),
            Is.All.EqualTo(Line(done, "lineId"))
        );
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
}
