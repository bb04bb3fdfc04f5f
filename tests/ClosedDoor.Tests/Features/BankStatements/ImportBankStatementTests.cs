using System.Text;
using ClosedDoor.Features.Payments;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Payments;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.BankStatements;

public class ImportBankStatementTests
{
    TestHost _host = null!;
    ApiClient _finance = null!;
    TestCompany _company = null!;
    string _paymentId = null!;
    string _code = null!;

    [OneTimeSetUp]
    public async Task Open()
    {
        _host = await TestHost.Create();
        _finance = await _host.Given.Organizer(Permission.Finance);
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        Assert.That(await _host.Data.Read(CheckLedger.Faults), Is.Empty);
        await Books.AuditIsWhole(_host);
        await _host.DisposeAsync();
    }

    [SetUp]
    public async Task Start() => (_company, _paymentId, _code) = await Awaited();

    async Task<(TestCompany Company, string PaymentId, string Code)> Awaited(int seatCap = 8)
    {
        var company = await _host.Given.VettedCompany();
        var (_, paymentId) = await _host.Given.AwaitingTransfer(company, await _host.Given.PublishedSession(seatCap));
        return (company, paymentId, (await company.Api.Get($"/payments/{paymentId}"))["reference"].GetString()!);
    }

    StatementFile File() => new(_host);

    async Task<string> Status(string? paymentId = null) => await _host.PaymentStatusOf(paymentId ?? _paymentId);

    static string Line(Reply reply, string property, int at = 0) => reply["lines"][at].GetProperty(property).ToString();

    Task<Reply> Resolve(Reply import, string how, object body, int at = 0) =>
        _finance.Post($"/bank-lines/{Line(import, "lineId", at)}/{how}", body);

    [Test]
    public async Task Code_amount_and_payer_together_confirm_a_seat()
    {
        var reply = (
            await File()
                .Row(
                    "38,800.00",
                    $" {_company.Name.Replace("示例", "示例　")} ",
                    $"闭门会席位{_code.ToLowerInvariant()}"
                )
                .Import(_finance)
        ).Expect(200);

        Assert.That(Line(reply, "outcome"), Is.EqualTo("confirmed"));
        Assert.That(Line(reply, "paymentId"), Is.EqualTo(_paymentId));
        Assert.That(Line(reply, "row"), Is.EqualTo("5"));
        Assert.That(reply["confirmed"].GetInt32(), Is.EqualTo(1));
        Assert.That(reply["imported"].GetInt32(), Is.EqualTo(1));
        Assert.That(await Status(), Is.EqualTo("confirmed"));
        var line = (await _finance.Get($"/bank-lines/{Line(reply, "lineId")}")).Expect(200);
        Assert.That(line["payments"][0].GetProperty("paymentId").GetString(), Is.EqualTo(_paymentId));
        Assert.That(line["status"].GetString(), Is.EqualTo("confirmed"));
    }

    [Test]
    public async Task An_XLSX_is_taken_too() =>
        Assert.That(
            Line(
                (await StatementFile.Send(_finance, File().Row("38800", _company.Name, _code).Xlsx())).Expect(200),
                "outcome"
            ),
            Is.EqualTo("confirmed")
        );

    [Test]
    public async Task Too_little_waits_is_matched_in_one_call_and_topped_up_by_the_next_statement()
    {
        var first = (await File().Row("30000.00", _company.Name, _code).Import(_finance)).Expect(200);
        Assert.That((Line(first, "outcome"), Line(first, "reason")), Is.EqualTo(("queued", "underpaid")));
        Assert.That(await Status(), Is.EqualTo("awaiting_transfer"));

        Assert.That(
            (await Resolve(first, "match", new { paymentId = _paymentId })).Expect(200)["status"].GetString(),
            Is.EqualTo("matched")
        );
        Assert.That(await Status(), Is.EqualTo("underpaid"));
        (await Resolve(first, "match", new { paymentId = _paymentId })).Expect(409, "wrong_bank_line_status");

        var rest = (await File().Row("8800", _company.Name, _code).Import(_finance)).Expect(200);
        Assert.That(Line(rest, "outcome"), Is.EqualTo("confirmed"));
        Assert.That(await Status(), Is.EqualTo("confirmed"));
    }

    [Test]
    public async Task What_does_not_fit_together_waits_with_its_reason_and_candidates()
    {
        var wrong = _code[..3] + (_code[3] == '7' ? '8' : '7') + _code[4..];
        var (_, _, otherCode) = await Awaited();
        var reply = (
            await File()
                .Row("38800.00", "示例企业他人", _code)
                .Row("38800.01", _company.Name, _code)
                .Row("38800.00", _company.Name, wrong)
                .Row("38800.00", _company.Name, "货款")
                .Row("77600.00", _company.Name, $"{_code} {otherCode}")
                .Row("38800.00", "示例企业他人", ClosedDoor.Domain.PaymentReference.New().Value)
                .Import(_finance)
        ).Expect(200);

        Assert.That(
            reply["lines"].EnumerateArray().Select(line => line.GetProperty("reason").GetString()),
            Is.EqualTo(["other_payer", "overpaid", "typo_in_code", "no_code", "several_matches", "unknown_code"])
        );
        Assert.That(reply["queued"].GetInt32(), Is.EqualTo(6));
        Assert.That(await Status(), Is.EqualTo("awaiting_transfer"));
        var typo = (await _finance.Get($"/bank-lines/{Line(reply, "lineId", 2)}")).Expect(200);
        Assert.That(typo["candidates"][0].GetProperty("paymentId").GetString(), Is.EqualTo(_paymentId));
        Assert.That(typo["message"].GetProperty("zh").GetString(), Is.Not.Empty);
        var queue = (await _finance.Get("/bank-lines?status=queued&limit=200")).Expect(200);
        Assert.That(queue["items"].GetArrayLength(), Is.GreaterThanOrEqualTo(6));
    }

    [Test]
    public async Task Pretix_5168_zero_negative_and_garbled_rows_are_named_and_send_nobody_a_mail()
    {
        var before = await _host.Query<long>("SELECT COUNT(*) FROM outbox");
        var reply = (
            await File()
                .Row("0.00", _company.Name, _code)
                .Row("-38800.00", _company.Name, _code)
                .Row("38800.001", _company.Name, _code)
                .Row("", _company.Name, _code)
                .Row("38800", _company.Name, _code, date: "2026-13-01")
                .Row("38800", _company.Name, _code, date: "2030-01-01")
                .Import(_finance)
        ).Expect(200);

        Assert.That(
            reply["lines"].EnumerateArray().Select(line => line.GetProperty("reason").GetString()),
            Is.EqualTo([
                "zero_amount",
                "negative_amount",
                "amount_unreadable",
                "not_income",
                "date_unreadable",
                "date_in_future",
            ])
        );
        Assert.That(reply["rejected"].GetInt32(), Is.EqualTo(6));
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM outbox"), Is.EqualTo(before));
        Assert.That(await Status(), Is.EqualTo("awaiting_transfer"));
    }

    [Test]
    public async Task The_same_file_twice_and_one_that_overlaps_change_nothing_twice()
    {
        var (serial, other) = (StatementFile.NewSerial(), StatementFile.NewSerial());
        var file = File().Row("38800.00", _company.Name, _code, serial).Row("5.00", "示例企业他人", "货款", other);
        (await file.Import(_finance)).Expect(200);

        var again = (await file.Row("6.00", "示例企业他人", "货款").Import(_finance)).Expect(200);

        Assert.That(
            again["lines"].EnumerateArray().Select(line => line.GetProperty("outcome").GetString()),
            Is.EqualTo(["duplicate", "duplicate", "queued"])
        );
        Assert.That(again["duplicates"].GetInt32(), Is.EqualTo(2));
        Assert.That(
            await _host.Query<long>("SELECT COUNT(*) FROM receipt WHERE payment_id = @_paymentId", new { _paymentId }),
            Is.EqualTo(1)
        );
        var changed = (await File().Row("38801.00", _company.Name, _code, serial).Import(_finance)).Expect(200);
        Assert.That(Line(changed, "reason"), Is.EqualTo("serial_differs"));
    }

    [Test]
    public async Task Rows_without_a_serial_are_told_apart_by_what_they_say()
    {
        var file = File().Row("7.00", "示例企业他人", "货款", "").Row("7.00", "示例企业他人", "货款", "");

        Assert.That((await file.Import(_finance)).Expect(200)["queued"].GetInt32(), Is.EqualTo(2), "two are two");
        Assert.That(
            (await file.Import(_finance)).Expect(200)["duplicates"].GetInt32(),
            Is.EqualTo(2),
            "again they are the same"
        );
    }

    [Test]
    public async Task Money_that_a_file_tells_of_with_its_serial_and_another_without_waits_for_a_person()
    {
        (await File().Row("38800.00", _company.Name, "货款", "").Import(_finance)).Expect(200);

        var reply = (await File().Row("38800.00", _company.Name, _code).Import(_finance)).Expect(200);

        Assert.That(Line(reply, "reason"), Is.EqualTo("possible_duplicate"));
        Assert.That(await Status(), Is.EqualTo("awaiting_transfer"));
    }

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

    [Test]
    public async Task What_a_person_recorded_is_not_counted_again_nor_the_other_way_round()
    {
        var serial = StatementFile.NewSerial();
        (await _finance.Receive(_host, _paymentId, serial: serial)).Expect(200);
        var told = (await File().Row("38800.00", "示例企业", _code, serial).Import(_finance)).Expect(200);
        Assert.That(Line(told, "outcome"), Is.EqualTo("duplicate"));

        var queued = StatementFile.NewSerial();
        (await File().Row("1.00", "示例企业他人", "货款", queued).Import(_finance)).Expect(200);
        (await _finance.Receive(_host, _paymentId, 100, queued)).Expect(409, "bank_serial_recorded");
    }

    [Test]
    public async Task One_transfer_is_split_over_two_reservations()
    {
        var (_, secondPayment, secondCode) = await Awaited();
        var import = (await File().Row("77600.00", _company.Name, $"{_code}、{secondCode}").Import(_finance)).Expect(
            200
        );
        object Parts(long first) =>
            new
            {
                parts = new[]
                {
                    new { paymentId = _paymentId, amount = new { amount = first, currency = "CNY" } },
                    new { paymentId = secondPayment, amount = new { amount = Moves.Price, currency = "CNY" } },
                },
            };

        (await Resolve(import, "split", Parts(Moves.Price - 1))).Expect(422, "invalid_fields");
        var split = (await Resolve(import, "split", Parts(Moves.Price))).Expect(200);

        Assert.That(split["payments"].GetArrayLength(), Is.EqualTo(2));
        Assert.That((await Status(), await Status(secondPayment)), Is.EqualTo(("confirmed", "confirmed")));
    }

    [Test]
    public async Task Money_without_an_owner_is_held_and_goes_back_with_the_bank_s_serial_as_proof()
    {
        var import = (await File().Row("9.99", "示例企业他人", "误付").Import(_finance)).Expect(200);

        Assert.That(
            (await Resolve(import, "hold", new { reason = "待查" })).Expect(200)["status"].GetString(),
            Is.EqualTo("suspense")
        );
        (await Resolve(import, "pay", new { bankSerial = "R1", paidOn = "2026-03-02" })).Expect(
            409,
            "wrong_bank_line_status"
        );
        (await Resolve(import, "return", new { reason = "付款方称误付" })).Expect(200);
        var returned = (await Resolve(import, "pay", new { bankSerial = "r1", paidOn = "2026-03-02" })).Expect(200);

        Assert.That(returned["status"].GetString(), Is.EqualTo("returned"));
        Assert.That(returned["returnSerial"].GetString(), Is.EqualTo("R1"));
        (await Resolve(import, "match", new { paymentId = _paymentId })).Expect(409, "wrong_bank_line_status");
        Assert.That(await _host.Data.Read(CheckLedger.Faults), Is.Empty);
    }

    [Test]
    public async Task Large_money_without_an_owner_goes_back_only_with_a_second_person()
    {
        var other = await _host.Given.Organizer(Permission.Finance);
        var import = (await File().Row("50000.01", "示例企业他人", "误付").Import(_finance)).Expect(200);
        var line = $"/bank-lines/{Line(import, "lineId")}";
        object Proof() => new { bankSerial = $"R{Moves.NewSerial()}", paidOn = "2026-03-02" };

        (await other.Post($"{line}/approve")).Expect(409, "wrong_bank_line_status");
        (await _finance.Post($"{line}/return", new { reason = "付款方称误付" })).Expect(200);
        (await _finance.Post($"{line}/pay", Proof())).Expect(409, "second_person_needed");
        (await _finance.Post($"{line}/approve")).Expect(409, "second_person_needed");
        (await _company.Api.Post($"{line}/approve")).Expect(403, "forbidden");
        (await other.Post($"{line}/approve")).Expect(200);
        (await other.Post($"{line}/approve")).Expect(409, "wrong_bank_line_status");
        // Who looks at it again asks again.
        (await _finance.Post($"{line}/hold", new { reason = "再查" })).Expect(200);
        (await _finance.Post($"{line}/return", new { reason = "确系误付" })).Expect(200);
        (await _finance.Post($"{line}/pay", Proof())).Expect(409, "second_person_needed");
        (await other.Post($"{line}/approve")).Expect(200);
        (await other.Post($"{line}/pay", Proof())).Expect(409, "second_person_needed");
        Assert.That(
            (await _finance.Post($"{line}/pay", Proof())).Expect(200)["status"].GetString(),
            Is.EqualTo("returned")
        );
    }

    [Test]
    public async Task A_serial_proves_one_payout_whether_a_refund_or_a_return()
    {
        var import = (
            await File().Row("1.00", "示例企业他人", "误付").Row("2.00", "示例企业他人", "误付").Import(_finance)
        ).Expect(200);
        foreach (var at in new[] { 0, 1 })
            (await Resolve(import, "return", new { reason = "付款方称误付" }, at)).Expect(200);
        var (reservationId, paymentId) = await _host.PaidSeat(_company, await _host.Given.PublishedSession());
        (await _company.Api.Cancel(reservationId)).Expect(200);
        var refund = (await _finance.RefundsOf($"paymentId={paymentId}")).Single().Id;
        var (one, two) = ($"S{Moves.NewSerial()}", $"S{Moves.NewSerial()}");

        (await Resolve(import, "pay", new { bankSerial = one, paidOn = "2026-03-02" })).Expect(200);
        (await _finance.PayOut(_host, refund, one)).Expect(409, "bank_serial_recorded");
        (await _finance.PayOut(_host, refund, two)).Expect(200);
        (await Resolve(import, "pay", new { bankSerial = two, paidOn = "2026-03-02" }, 1)).Expect(
            409,
            "bank_serial_recorded"
        );
        (await Resolve(import, "pay", new { bankSerial = one, paidOn = "2026-03-02" }, 1)).Expect(
            409,
            "bank_serial_recorded"
        );
    }

    [Test]
    public async Task Pretix_74_late_money_of_the_right_amount_takes_a_free_seat_or_goes_back()
    {
        _host.Time.Advance(Duration.FromDays(20));
        await new ClosedDoor.Features.Reservations.SweepReservations(_host.Data).RunOnce(_host.Time.Now);
        Assert.That(await Status(), Is.EqualTo("expired"));

        (await File().Row("38800.00", _company.Name, _code).Import(_finance)).Expect(200);

        Assert.That(await Status(), Is.EqualTo("confirmed"));
    }

    [Test]
    public async Task A_bank_with_other_headers_has_a_saved_mapping()
    {
        var body = new
        {
            name = $"示例银行{_code}",
            columns = new
            {
                date = new[] { "交易日" },
                amount = new[] { "转入" },
                payerName = new[] { "对方单位" },
                remark = new[] { "留言" },
            },
        };
        var mapping = (await _finance.Post("/statement-mappings", body)).Expect(201);
        (await _finance.Post("/statement-mappings", body)).Expect(422, "invalid_fields");
        var csv = Encoding.UTF8.GetBytes($"交易日\t转入\t对方单位\t留言\n2026/3/1\t38800\t{_company.Name}\t{_code}\n");

        (await StatementFile.Send(_finance, csv)).Expect(422, "sheet_unreadable");
        var reply = (await StatementFile.Send(_finance, csv, mapping.Id)).Expect(200);
        Assert.That(Line(reply, "outcome"), Is.EqualTo("confirmed"));

        (await _finance.Put($"/statement-mappings/{mapping.Id}", new { name = "改名" + _code, body.columns })).Expect(
            200
        );
        Assert.That((await _finance.Get("/statement-mappings")).Expect(200).Text, Does.Contain("改名" + _code));
        (await _finance.Delete($"/statement-mappings/{mapping.Id}")).Expect(204);
        (await _finance.Get($"/statement-mappings/{mapping.Id}")).Expect(404);
        (await StatementFile.Send(_finance, csv, mapping.Id)).Expect(422, "invalid_fields");
    }

    [Test]
    public async Task A_repeated_request_is_answered_from_the_first()
    {
        var bytes = File().Row("38800.00", _company.Name, _code).Gbk();
        var first = (await StatementFile.Send(_finance, bytes, key: _code)).Expect(200);

        var again = (await StatementFile.Send(_finance, bytes, key: _code)).Expect(200);

        Assert.That(again.IsReplay);
        Assert.That(again["confirmed"].GetInt32(), Is.EqualTo(1));
        Assert.That(again.Id, Is.EqualTo(first.Id));
    }

    [Test]
    public async Task Only_finance_may_import_and_only_a_table_is_taken()
    {
        (await File().Row("1", "", "").Import(_company.Api)).Expect(403);
        (await File().Row("1", "", "").Import(await _host.Given.Organizer(Permission.Review))).Expect(403);
        (await _company.Api.Get("/bank-lines")).Expect(403);
        (await StatementFile.Send(_finance, "%PDF-1.7"u8.ToArray())).Expect(415, "sheet_type_refused");
        (await StatementFile.Send(_finance, "a,b\n1,2\n"u8.ToArray())).Expect(422, "sheet_unreadable");
    }
}
