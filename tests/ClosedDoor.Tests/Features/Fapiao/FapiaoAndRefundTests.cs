using System.Text;
using ClosedDoor.Platform.Sheets;
using ClosedDoor.Tests.Features.Payments;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform.Sheets;
using ClosedDoor.Tests.Races;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Fapiao;

/// <summary>Money that goes back before, while and after its fapiao is issued; and lists that say what cannot be.</summary>
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

    Task<Reply> Results(string id, string number, string amount, string date = "2026-03-02") =>
        Upload(
            "/fapiaos/results",
            Encoding.UTF8.GetBytes($"申请编号,发票号码,开票日期,金额\n{id},{number},{date},{amount}\n")
        );

    static string Outcome(Reply results, int at = 0) => results["lines"][at].GetProperty("outcome").GetString()!;

    static bool IsWarned(Reply results) =>
        results["lines"][0].GetProperty("message").ValueKind is System.Text.Json.JsonValueKind.Object;

    async Task<string> Goodwill(long amount) => (await _finance.Refund(_paymentId, amount)).Expect(201).Id;

    Task<Reply> RedLetter(string fapiaoId, string refundId, string number, string on = "2026-03-02") =>
        _finance.Post(
            $"/fapiaos/{fapiaoId}/red-letters",
            new
            {
                refundId,
                number,
                issuedOn = on,
            }
        );

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

    [TestCase("38799.99")]
    [TestCase("38800.01")]
    [TestCase("37,000.00")]
    [TestCase("0")]
    [TestCase("-38800")]
    [TestCase("3.88万")]
    [TestCase("38.800,00")]
    public async Task An_amount_that_nobody_asked_for_is_not_taken(string amount)
    {
        var id = await Requested();
        await Goodwill(100_000);

        Assert.That(Outcome((await Results(id, NewNumber(), $"\"{amount}\"")).Expect(200)), Is.EqualTo("rejected"));
        Assert.That((await _company.Api.Get($"/fapiaos/{id}"))["status"].GetString(), Is.EqualTo("requested"));
    }

    [Test]
    public async Task A_list_that_comes_again_changes_nothing_and_one_that_says_otherwise_is_named()
    {
        var (id, number) = await Issued();
        foreach (
            var (amount, date, outcome) in new[]
            {
                ("38800.00", "2026-03-02", "duplicate"),
                ("", "2026/3/2", "duplicate"),
                ("38800.00", "2026-03-01", "rejected"),
                ("38000.00", "2026-03-02", "rejected"),
            }
        )
            Assert.That(
                Outcome((await Results(id, number, amount, date)).Expect(200)),
                Is.EqualTo(outcome),
                $"{amount} {date}"
            );
        Assert.That(Outcome((await Results(id, NewNumber(), "38800.00")).Expect(200)), Is.EqualTo("rejected"));
        Assert.That((await _company.Api.Get($"/fapiaos/{id}"))["number"].GetString(), Is.EqualTo(number));
    }

    [Test]
    public async Task A_number_is_one_fapiaos_whether_blue_or_red()
    {
        var (id, number) = await Issued();
        var refund = await Goodwill(1);
        var red = NewNumber();
        (await RedLetter(id, refund, red)).Expect(200);
        await Start();
        var other = await Requested();

        Assert.That(Outcome((await Results(other, number, "38800")).Expect(200)), Is.EqualTo("rejected"));
        Assert.That(Outcome((await Results(other, red, "38800")).Expect(200)), Is.EqualTo("rejected"));
        Assert.That(Outcome((await Results(other, "2.7112E+19", "38800")).Expect(200)), Is.EqualTo("rejected"));
        Assert.That(Outcome((await Results(other, NewNumber(), "38800")).Expect(200)), Is.EqualTo("issued"));
    }

    [Test]
    public async Task A_number_that_an_XLSX_holds_as_a_number_has_lost_digits_and_is_not_taken()
    {
        var id = await Requested();
        var xlsx = RawXlsx.Of([
            [RawXlsx.Text("申请编号"), RawXlsx.Text("发票号码"), RawXlsx.Text("开票日期")],
            [RawXlsx.Text(id), RawXlsx.Number("27112000000000000001"), RawXlsx.Text("2026-03-02")],
            [RawXlsx.Text(id), RawXlsx.Text(NewNumber()), RawXlsx.Day("46083")],
        ]);

        var results = (await Upload("/fapiaos/results", xlsx)).Expect(200);

        Assert.That((Outcome(results), Outcome(results, 1)), Is.EqualTo(("rejected", "issued")));
        Assert.That(
            (await _company.Api.Get($"/fapiaos/{id}"))["issuedOn"].GetString(),
            Is.EqualTo(new NodaTime.LocalDate(1899, 12, 30).PlusDays(46083).ToString("uuuu-MM-dd", null))
        );
    }

    [Test]
    public async Task Two_people_with_one_list_or_one_number_issue_once()
    {
        for (var round = 0; round < 4; round++)
        {
            var one = await Requested();
            await Start();
            var (two, shared) = (await Requested(), NewNumber());

            var (left, right) = await Race.Pair(
                round,
                () => Results((one, shared, "2026-03-02")),
                () => Results((round % 2 == 0 ? one : two, shared, "2026-03-02"))
            );

            Assert.That(
                new[] { Outcome(left.Expect(200)), Outcome(right.Expect(200)) },
                Is.EquivalentTo(["issued", round % 2 == 0 ? "duplicate" : "rejected"])
            );
            await Start();
        }
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

    [Test]
    public async Task A_fapiao_that_is_asked_for_twice_at_once_is_one()
    {
        (await SetProfile(Ordinary)).Expect(200);

        var (left, right) = await Race.Pair(
            2,
            () => _company.Api.Post($"/payments/{_paymentId}/fapiao"),
            () => _company.Api.Post($"/payments/{_paymentId}/fapiao")
        );

        Assert.That(new[] { left.Status, right.Status }, Is.EquivalentTo([201, 409]));
    }
}
