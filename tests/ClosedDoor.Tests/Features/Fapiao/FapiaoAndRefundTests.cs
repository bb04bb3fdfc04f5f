using ClosedDoor.Platform.Sheets;
using ClosedDoor.Tests.Features.Payments;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Fapiao;

/// <summary>Money that goes back before, while and after its fapiao is issued.</summary>
public class FapiaoAndRefundTests : FapiaoDesk
{
    /// <summary>What an export asks to be issued, in yuan; null when it does not ask.</summary>
    async Task<string?> Exported(string id)
    {
        var export = (await _finance.Get("/fapiaos/export?reason=开票&format=csv")).Expect(200);
        return SheetReader
            .Read(export.Body, [SheetColumn.Needed("id", "申请编号"), SheetColumn.Needed("amount", "金额")])
            .Value.Rows.SingleOrDefault(row => row["id"] == id)
            ?["amount"];
    }

    static bool IsWarned(Reply results) =>
        results["lines"][0].GetProperty("message").ValueKind is System.Text.Json.JsonValueKind.Object;

    async Task<string[]> RedLettersDue(string id) =>
        [
            .. (await _finance.Get($"/fapiaos/{id}"))
                .Expect(200)["redLettersDue"]
                .EnumerateArray()
                .Select(one => one.GetString()!),
        ];

    [Test]
    public async Task What_was_refunded_before_the_export_is_neither_issued_nor_in_need_of_a_red_letter()
    {
        var first = await Goodwill(100_000);
        var id = await Requested();
        var second = await Goodwill(200_000);
        Assert.That(await Exported(id), Is.EqualTo("35800.00"));

        var results = (await Results(id, NewNumber(), "35800.00")).Expect(200);

        Assert.That((Outcome(results), IsWarned(results)), Is.EqualTo(("issued", false)));
        Assert.That(await RedLettersDue(id), Is.Empty);
        (await RedLetter(id, first, NewNumber())).Expect(422, "invalid_fields");
        (await _finance.PayOut(_host, first)).Expect(200);
        (await _finance.PayOut(_host, second)).Expect(200);
        // What comes after it is another matter.
        var third = await Goodwill(1);
        (await _finance.PayOut(_host, third)).Expect(409, "red_letter_needed");
    }

    [Test]
    public async Task What_was_refunded_between_export_and_issue_needs_a_red_letter()
    {
        var id = await Requested();
        Assert.That(await Exported(id), Is.EqualTo("38800.00"));
        var refund = await Goodwill(100_000);

        var results = (await Results(id, NewNumber(), "38800")).Expect(200);

        Assert.That((Outcome(results), IsWarned(results)), Is.EqualTo(("issued", true)));
        Assert.That(await RedLettersDue(id), Is.EqualTo([refund]));
        (await _finance.PayOut(_host, refund)).Expect(409, "red_letter_needed");
        (await RedLetter(id, refund, NewNumber())).Expect(200);
        Assert.That(await RedLettersDue(id), Is.Empty);
        (await _finance.PayOut(_host, refund)).Expect(200);
    }

    [Test]
    public async Task A_seat_that_was_cancelled_before_its_fapiao_asks_for_none_and_one_that_is_issued_all_the_same_is_told()
    {
        var id = await Requested();
        (await _company.Api.Cancel(_reservationId)).Expect(200);
        Assert.That(await Exported(id), Is.Null);
        Assert.That((await _company.Api.Get($"/fapiaos/{id}"))["amount.amount"].GetInt64(), Is.Zero);
        var refund = (await _finance.RefundsOf($"paymentId={_paymentId}")).Single().Id;
        (await _finance.PayOut(_host, refund)).Expect(200);

        var results = (await Results(id, NewNumber(), "38800.00")).Expect(200);

        Assert.That((Outcome(results), IsWarned(results)), Is.EqualTo(("issued", true)));
        Assert.That(await RedLettersDue(id), Is.EqualTo([refund]), "though it has been paid");
        (await RedLetter(id, refund, NewNumber())).Expect(200);
    }

    [Test]
    public async Task Money_that_comes_and_goes_after_the_seats_end_leaves_the_fapiao_of_what_stays()
    {
        var id = await Requested();
        var owner = await _host.Given.Owner();
        (
            await owner.Post($"/reservations/{_reservationId}/cancel", new { reason = "示例原因", refundPercent = 50 })
        ).Expect(200);
        Assert.That(await Exported(id), Is.EqualTo("19400.00"));
        (await _finance.Receive(_host, _paymentId)).Expect(200);
        var refunds = (await _finance.RefundsOf($"paymentId={_paymentId}")).Select(one => (one.Because, one.Amount));
        Assert.That(refunds, Is.EquivalentTo([("override", Moves.Price / 2), ("no_seat", Moves.Price)]));

        Assert.That(await Exported(id), Is.EqualTo("19400.00"));
        Assert.That(
            (await _company.Api.Get($"/fapiaos/{id}"))["amount.amount"].GetInt64(),
            Is.EqualTo(Moves.Price / 2)
        );
        var results = (await Results(id, NewNumber(), "19400.00")).Expect(200);

        Assert.That((Outcome(results), IsWarned(results)), Is.EqualTo(("issued", false)));
        Assert.That(await RedLettersDue(id), Is.Empty);
        foreach (var refund in await _finance.RefundsOf($"paymentId={_paymentId}&status=refund_due"))
            (await _finance.PayOut(_host, refund.Id)).Expect(200);
    }

    [Test]
    public async Task What_was_exported_before_more_of_it_was_refunded_may_be_issued_though_money_came_meanwhile()
    {
        var id = await Requested();
        (
            await (await _host.Given.Owner()).Post(
                $"/reservations/{_reservationId}/cancel",
                new { reason = "示例原因", refundPercent = 50 }
            )
        ).Expect(200);
        (await _finance.Receive(_host, _paymentId)).Expect(200);
        Assert.That(await Exported(id), Is.EqualTo("19400.00"));
        _host.Time.Advance(NodaTime.Duration.FromMinutes(1));
        var gift = await Goodwill(100_000);
        Assert.That(await Exported(id), Is.EqualTo("18400.00"));

        var results = (await Results(id, NewNumber(), "19400.00")).Expect(200);

        Assert.That((Outcome(results), IsWarned(results)), Is.EqualTo(("issued", true)));
        Assert.That(await RedLettersDue(id), Is.EqualTo([gift]));
    }

    [Test]
    public async Task Money_beyond_the_price_was_on_no_fapiao_and_goes_back_without_a_red_letter()
    {
        var (id, _) = await Issued();
        (await _finance.Receive(_host, _paymentId)).Expect(200);
        var twice = (await _finance.RefundsOf($"paymentId={_paymentId}")).Single();

        (await RedLetter(id, twice.Id, NewNumber())).Expect(422, "invalid_fields");
        (await _finance.PayOut(_host, twice.Id)).Expect(200);
        Assert.That(await RedLettersDue(id), Is.Empty);
    }

    [Test]
    public async Task Money_that_came_after_the_fapiao_goes_back_without_a_red_letter_and_the_price_does_not()
    {
        var (id, _) = await Issued();
        (await _company.Api.Cancel(_reservationId)).Expect(200);
        var price = (await _finance.RefundsOf($"paymentId={_paymentId}")).Single().Id;
        (await _finance.Receive(_host, _paymentId, 88)).Expect(200);
        var late = (await _finance.RefundsOf($"paymentId={_paymentId}")).Single(refund => refund.Amount == 88).Id;

        Assert.That(await RedLettersDue(id), Is.EqualTo([price]));
        (await RedLetter(id, late, NewNumber())).Expect(422, "invalid_fields");
        (await _finance.PayOut(_host, late)).Expect(200);
        (await _finance.PayOut(_host, price)).Expect(409, "red_letter_needed");
        (await RedLetter(id, price, NewNumber())).Expect(200);
        (await _finance.PayOut(_host, price)).Expect(200);
        Assert.That(await RedLettersDue(id), Is.Empty);
    }

    [Test]
    public async Task A_red_letter_of_a_promise_that_was_withdrawn_holds_for_what_is_promised_in_its_place()
    {
        var (id, _) = await Issued();
        var first = await Goodwill(100_000);
        (await RedLetter(id, first, NewNumber())).Expect(200);
        (await _finance.Post($"/refunds/{first}/withdraw")).Expect(200);

        var anew = await Goodwill(100_000);
        Assert.That(await RedLettersDue(id), Is.Empty);
        (await _finance.PayOut(_host, anew)).Expect(200);
        var more = await Goodwill(1);
        Assert.That(await RedLettersDue(id), Is.EqualTo([more]));
    }

    [Test]
    public async Task Each_refund_has_its_own_red_letter()
    {
        var (id, number) = await Issued();
        var (first, second) = (await Goodwill(100_000), await Goodwill(200_000));
        var withdrawn = await Goodwill(300_000);
        (await _finance.Post($"/refunds/{withdrawn}/withdraw")).Expect(200);
        var red = NewNumber();

        (await RedLetter(id, withdrawn, NewNumber())).Expect(422, "invalid_fields");
        (await RedLetter(id, first, NewNumber(), on: "2026-03-01")).Expect(422, "invalid_fields");
        (await RedLetter(id, first, NewNumber(), on: "2030-01-01")).Expect(422, "invalid_fields");
        (await RedLetter(id, first, number)).Expect(409, "red_letter_recorded");
        (await RedLetter(id, first, red)).Expect(200);
        (await RedLetter(id, second, red)).Expect(409, "red_letter_recorded");
        (await _finance.PayOut(_host, second)).Expect(409, "red_letter_needed");
        (await _finance.PayOut(_host, first)).Expect(200);
        Assert.That(await RedLettersDue(id), Is.EqualTo([second]));
    }

    [Test]
    public async Task Two_red_letters_at_once_are_one()
    {
        for (var round = 0; round < 4; round++)
        {
            var (id, _) = await Issued();
            var (first, second) = (await Goodwill(100), await Goodwill(200));
            var (red, other) = (NewNumber(), NewNumber());
            var same = round % 2 == 0;

            var (left, right) = await Race.Pair(
                round,
                () => RedLetter(id, first, red),
                () => RedLetter(id, same ? first : second, same ? other : red)
            );

            Assert.That(new[] { left.Status, right.Status }, Is.EquivalentTo([200, 409]));
            await Start();
        }
    }
}
