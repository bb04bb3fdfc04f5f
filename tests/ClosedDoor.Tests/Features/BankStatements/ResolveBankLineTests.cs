using ClosedDoor.Features.Payments.Ledger;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Payments;
using ClosedDoor.Tests.Races;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.BankStatements;

/// <summary>What a person makes of money that could not be placed.</summary>
public class ResolveBankLineTests : BankStatementDesk
{
    [Test]
    public async Task Row_10_too_little_waits_is_matched_in_one_call_and_topped_up_by_the_next_statement()
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
    public async Task Nobody_is_two_people_by_holding_a_key()
    {
        var owner = await _host.Given.Owner();
        var key = await _host.Given.Key(owner, "finance");
        var import = (await File().Row("50000.01", "示例企业他人", "误付").Import(_finance)).Expect(200);
        var line = $"/bank-lines/{Line(import, "lineId")}";
        object Proof() => new { bankSerial = $"R{Moves.NewSerial()}", paidOn = "2026-03-02" };

        (await owner.Post($"{line}/return", new { reason = "付款方称误付" })).Expect(200);
        (await key.Post($"{line}/approve")).Expect(409, "second_person_needed");
        (await _finance.Post($"{line}/hold", new { reason = "再查" })).Expect(200);
        (await _finance.Post($"{line}/return", new { reason = "确系误付" })).Expect(200);
        (await key.Post($"{line}/approve")).Expect(200);
        (await owner.Post($"{line}/pay", Proof())).Expect(409, "second_person_needed");
        (await _finance.Post($"{line}/pay", Proof())).Expect(200);
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
}
