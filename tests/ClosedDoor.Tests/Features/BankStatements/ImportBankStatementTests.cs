using System.Text;
using System.Text.Json;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Vetting;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.BankStatements;

public class ImportBankStatementTests : BankStatementDesk
{
    [Test]
    public async Task Row_9_code_amount_and_payer_together_confirm_a_seat()
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
                (await BankStatementFile.Send(_finance, File().Row("38800", _company.Name, _code).Xlsx())).Expect(200),
                "outcome"
            ),
            Is.EqualTo("confirmed")
        );

    [Test]
    public async Task A_file_without_a_line_is_no_statement_and_leaves_no_trace()
    {
        var before = await Imports();

        var reply = (await File().Import(_finance)).Expect(200);

        Assert.That((reply["id"].ValueKind, reply["imported"].GetInt32()), Is.EqualTo((JsonValueKind.Null, 0)));
        Assert.That(await Imports(), Is.EqualTo(before));

        Task<long> Imports() =>
            _host.Query<long>("SELECT COUNT(*) FROM audit WHERE action = 'bank_statement.imported'");
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
        var (serial, other) = (BankStatementFile.NewSerial(), BankStatementFile.NewSerial());
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
    public async Task Two_people_with_overlapping_files_take_each_line_once()
    {
        var others = new List<(TestCompany Company, string PaymentId, string Code)>();
        for (var i = 0; i < 4; i++)
            others.Add(await Awaited());
        var serials = others.ConvertAll(_ => BankStatementFile.NewSerial());
        BankStatementFile Lines(params int[] which)
        {
            var file = File();
            foreach (var at in which)
                file.Row("38800.00", others[at].Company.Name, others[at].Code, serials[at]);
            return file;
        }
        var second = await _host.Given.Organizer(Permission.Finance);

        var (one, two) = await Race.Pair(2, () => Lines(0, 1, 2).Import(_finance), () => Lines(3, 2, 1).Import(second));

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
    public async Task What_a_person_recorded_is_not_counted_again_nor_the_other_way_round()
    {
        var serial = BankStatementFile.NewSerial();
        (await _finance.Receive(_host, _paymentId, serial: serial)).Expect(200);
        var told = (await File().Row("38800.00", "示例企业", _code, serial).Import(_finance)).Expect(200);
        Assert.That(Line(told, "outcome"), Is.EqualTo("duplicate"));

        var queued = BankStatementFile.NewSerial();
        (await File().Row("1.00", "示例企业他人", "货款", queued).Import(_finance)).Expect(200);
        (await _finance.Receive(_host, _paymentId, 100, queued)).Expect(409, "bank_serial_recorded");
    }

    [Test]
    public async Task Pretix_74_late_money_of_the_right_amount_takes_a_free_seat()
    {
        _host.Time.Advance(Duration.FromDays(20));
        await new ClosedDoor.Features.Reservations.SweepReservations(_host.Data).RunOnce(_host.Time.Now);
        Assert.That(await Status(), Is.EqualTo("expired"));

        (await File().Row("38800.00", _company.Name, _code).Import(_finance)).Expect(200);

        Assert.That(await Status(), Is.EqualTo("confirmed"));
    }

    [Test]
    public async Task A_name_that_no_reviewer_has_seen_confirms_no_seat()
    {
        // A member gives the company the name of whoever pays.
        var other = $"示例付款方{_code}";
        (await _company.Api.Patch($"/companies/{_company.Id}", new { name = other })).Expect(200);
        var file = File().Row("38800.00", other, _code);
        foreach (var dryRun in new[] { true, false })
        {
            var renamed = (await file.Import(_finance, dryRun)).Expect(200);
            Assert.That((Line(renamed, "outcome"), Line(renamed, "reason")), Is.EqualTo(("queued", "other_payer")));
        }

        // A reviewer who approves it as it is called now has seen that name.
        (await (await _host.Given.Organizer(Permission.Review)).Approve(await _company.Submitted())).Expect(200);
        var approved = (await File().Row("38800.00", other, _code).Import(_finance)).Expect(200);
        Assert.That(Line(approved, "outcome"), Is.EqualTo("confirmed"));
    }

    [Test]
    public async Task A_name_that_comes_after_what_the_reviewers_have_in_hand_is_not_approved_with_it()
    {
        var reviewer = await _host.Given.Organizer(Permission.Review);
        var vetting = await _company.Submitted();
        var path = $"/companies/{_company.Id}";
        var other = $"示例付款方{_code}";

        (await _company.Api.Patch(path, new { name = other })).Expect(409, "wrong_vetting_status");
        (await _company.Api.Patch(path, new { name = _company.Name, contact = new { name = "示例新联系人" } })).Expect(
            200
        );

        // Asked for more, the company has it in hand again, and the reviewers see what they get.
        (await reviewer.Post($"/vettings/{vetting}/request-info", new { message = "请补充" })).Expect(200);
        (await _company.Api.Patch(path, new { name = other })).Expect(200);
        (await _company.Api.Post($"/vettings/{vetting}/submit")).Expect(200);
        (await reviewer.Approve(vetting)).Expect(200);
        var approved = (await File().Row("38800.00", other, _code).Import(_finance)).Expect(200);
        Assert.That(Line(approved, "outcome"), Is.EqualTo("confirmed"));
    }

    [Test]
    public async Task A_contact_that_changes_keeps_no_money_waiting()
    {
        (await _company.Api.Patch($"/companies/{_company.Id}", new { contact = new { name = "示例新联系人" } })).Expect(
            200
        );

        var reply = (await File().Row("38800.00", _company.Name, _code).Import(_finance)).Expect(200);

        Assert.That(Line(reply, "outcome"), Is.EqualTo("confirmed"));
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
        var mapping = (await _finance.Post("/bank-statement-mappings", body)).Expect(201);
        (await _finance.Post("/bank-statement-mappings", body)).Expect(422, "invalid_fields");
        var csv = Encoding.UTF8.GetBytes(
            $"交易日\t转入\t对方单位\t留言\n{ClosedDoor.Domain.Zones.Today(_host.Time.Now):yyyy/M/d}\t38800\t{_company.Name}\t{_code}\n"
        );

        (await BankStatementFile.Send(_finance, csv)).Expect(422, "sheet_unreadable");
        var reply = (await BankStatementFile.Send(_finance, csv, mapping.Id)).Expect(200);
        Assert.That(Line(reply, "outcome"), Is.EqualTo("confirmed"));

        (
            await _finance.Put($"/bank-statement-mappings/{mapping.Id}", new { name = "改名" + _code, body.columns })
        ).Expect(200);
        Assert.That((await _finance.Get("/bank-statement-mappings")).Expect(200).Text, Does.Contain("改名" + _code));
        (await _finance.Delete($"/bank-statement-mappings/{mapping.Id}")).Expect(204);
        (await _finance.Get($"/bank-statement-mappings/{mapping.Id}")).Expect(404);
        (await BankStatementFile.Send(_finance, csv, mapping.Id)).Expect(422, "invalid_fields");
    }

    [Test]
    public async Task A_repeated_request_is_answered_from_the_first()
    {
        var bytes = File().Row("38800.00", _company.Name, _code).Gbk();
        var first = (await BankStatementFile.Send(_finance, bytes, key: _code)).Expect(200);

        var again = (await BankStatementFile.Send(_finance, bytes, key: _code)).Expect(200);

        Assert.That(again.IsReplay);
        Assert.That(again["confirmed"].GetInt32(), Is.EqualTo(1));
        Assert.That(again.Id, Is.EqualTo(first.Id));
    }

    [Test]
    public async Task Nothing_is_taken_of_another_file_under_the_key_of_the_first()
    {
        var serial = BankStatementFile.NewSerial();
        (await BankStatementFile.Send(_finance, File().Row("6.00", "示例企业他人", "货款").Gbk(), key: _code)).Expect(
            200
        );
        var other = File().Row("38800.00", _company.Name, _code, serial).Gbk();

        (await BankStatementFile.Send(_finance, other, key: _code)).Expect(422, "idempotency_key_reused");

        Assert.That(
            await _host.Query<long>("SELECT COUNT(*) FROM bank_line WHERE serial = @serial", new { serial }),
            Is.Zero
        );
        Assert.That(await _host.PaymentStatusOf(_paymentId), Is.EqualTo("awaiting_transfer"));
    }

    [Test]
    public async Task Only_finance_may_import_and_only_a_table_is_taken()
    {
        (await File().Row("1", "", "").Import(_company.Api)).Expect(403);
        (await File().Row("1", "", "").Import(await _host.Given.Organizer(Permission.Review))).Expect(403);
        (await _company.Api.Get("/bank-lines")).Expect(403);
        (await BankStatementFile.Send(_finance, "%PDF-1.7"u8.ToArray())).Expect(415, "sheet_type_refused");
        (await BankStatementFile.Send(_finance, "a,b\n1,2\n"u8.ToArray())).Expect(422, "sheet_unreadable");
    }
}
