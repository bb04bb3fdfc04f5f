using ClosedDoor.Domain;
using ClosedDoor.Features.Invariants;
using ClosedDoor.Features.Payments.Ledger;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Sessions;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments;

/// <summary>Money that is to go back, and stays for the next session because its company asks.</summary>
public class ApplyRefundTests
{
    TestHost _host = null!;
    ApiClient _finance = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _finance = await _host.Given.Organizer(Permission.Finance);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        Assert.That(await _host.Data.Read(CheckLedger.Faults), Is.Empty);
        Assert.That(await new CheckInvariants(_host.Data).Run(_host.Time.Now), Is.Empty);
        await Books.AuditIsWhole(_host);
        await _host.DisposeAsync();
    }

    Task<Reply> Apply(string refundId, string paymentId, string letter = "转场函 1 号") =>
        _finance.Post($"/refunds/{refundId}/apply", new { paymentId, letter });

    /// <summary>A seat that was paid and given up, with all of it to go back; and another that awaits its money.</summary>
    async Task<(TestCompany Company, string RefundId, string ReservationId, string PaymentId)> GivenUp(
        string? from = null,
        string? to = null
    )
    {
        var company = await _host.Given.VettedCompany();
        var (reservationId, paymentId) = await _host.PaidSeat(company, from ?? await _host.Given.PublishedSession());
        (await company.Api.Cancel(reservationId)).Expect(200);
        var refund = (await _finance.RefundsOf($"paymentId={paymentId}")).Single().Id;
        var next = await _host.Given.AwaitingTransfer(company, to ?? await _host.Given.PublishedSession());
        return (company, refund, next.ReservationId, next.PaymentId);
    }

    Task<long> AtBank() =>
        _host.Query<long>(
            """
            SELECT CAST(COALESCE(SUM(CASE WHEN debit = 'bank' THEN amount WHEN credit = 'bank' THEN -amount ELSE 0 END), 0) AS BIGINT)
            FROM ledger
            """
        );

    [Test]
    public async Task Late_money_takes_the_next_session_when_its_company_asks()
    {
        await using var host = await TestHost.Create();
        var finance = await host.Given.Organizer(Permission.Finance);
        var (sessionId, next) = (await host.Given.PublishedSession(seatCap: 1), await host.Given.PublishedSession());
        var company = await host.Given.VettedCompany();
        var (_, late) = await host.Given.AwaitingTransfer(company, sessionId);
        host.Time.Advance(Duration.FromDays(10));
        await new SweepReservations(host.Data).RunOnce(host.Time.Now);
        await host.Given.Hold(await host.Given.VettedCompany(), sessionId);
        (await finance.Receive(host, late)).Expect(200);
        var refund = (await finance.RefundsOf($"paymentId={late}")).Single();
        Assert.That((refund.Because, refund.Amount), Is.EqualTo(("no_seat", Moves.Price)));
        var (reservationId, paymentId) = await host.Given.AwaitingTransfer(company, next);
        await host.DeliverMails();

        var applied = (
            await finance.Post($"/refunds/{refund.Id}/apply", new { paymentId, letter = "转场函 1 号" })
        ).Expect(200);

        Assert.That(
            (applied["status"].GetString(), applied["appliedTo"].GetString()),
            Is.EqualTo(("refunded", paymentId))
        );
        Assert.That(await host.StatusOf(reservationId), Is.EqualTo("confirmed"));
        Assert.That(
            (await host.PaymentStatusOf(late), await host.PaymentStatusOf(paymentId)),
            Is.EqualTo(("refunded", "confirmed"))
        );
        Assert.That((await host.DeliverMails()).Any(mail => mail.PlainText.Contains("转用", StringComparison.Ordinal)));
        await Books.AreInOrder(host, sessionId);
        await Books.AreInOrder(host, next);
    }

    [Test]
    public async Task No_bank_moves_and_what_goes_back_in_the_end_goes_to_the_account_that_paid()
    {
        var (company, refund, reservationId, paymentId) = await GivenUp();
        var payee = (await _finance.Get($"/refunds/{refund}"))["payeeAccount"].ToString();
        var before = await AtBank();

        (await Apply(refund, paymentId)).Expect(200);

        Assert.That(await AtBank(), Is.EqualTo(before));
        Assert.That(
            (await company.Api.Get($"/payments/{paymentId}/receipt")).Expect(200).Text,
            Does.Contain("原款转入").And.Not.Contain("对公转账")
        );
        (await Apply(refund, paymentId)).Expect(409, "wrong_refund_status");
        (await _finance.PayOut(_host, refund)).Expect(409, "wrong_refund_status");
        (await _finance.Post($"/refunds/{refund}/bounce")).Expect(409, "wrong_refund_status");
        (await company.Api.Cancel(reservationId)).Expect(200);
        var back = (await _finance.RefundsOf($"paymentId={paymentId}")).Single();
        Assert.That(back.Amount, Is.EqualTo(Moves.Price));
        Assert.That((await _finance.Get($"/refunds/{back.Id}"))["payeeAccount"].ToString(), Is.EqualTo(payee));
        (await _finance.PayOut(_host, back.Id)).Expect(200);
        Assert.That(await AtBank(), Is.EqualTo(before - Moves.Price));
    }

    [Test]
    public async Task Another_price_is_topped_up_or_the_difference_goes_back()
    {
        var dear = await GivenUp(to: await _host.Given.PublishedSession(price: Moves.Price + 500));
        (await Apply(dear.RefundId, dear.PaymentId)).Expect(200);
        Assert.That(await _host.PaymentStatusOf(dear.PaymentId), Is.EqualTo("underpaid"));
        (await _finance.Receive(_host, dear.PaymentId, 500)).Expect(200);
        Assert.That(await _host.StatusOf(dear.ReservationId), Is.EqualTo("confirmed"));

        var cheap = await GivenUp(to: await _host.Given.PublishedSession(price: Moves.Price - 500));
        (await Apply(cheap.RefundId, cheap.PaymentId)).Expect(200);
        Assert.That(await _host.StatusOf(cheap.ReservationId), Is.EqualTo("confirmed"));
        var rest = (await _finance.RefundsOf($"paymentId={cheap.PaymentId}")).Single();
        Assert.That((rest.Because, rest.Amount), Is.EqualTo(("overpaid", 500L)));
    }

    [Test]
    public async Task Only_finance_takes_it_and_only_for_a_payment_of_the_same_company_that_awaits_money()
    {
        var (company, refund, reservationId, paymentId) = await GivenUp();
        var other = await GivenUp();
        var own = (await _finance.Get($"/refunds/{refund}"))["paymentId"].GetString()!;

        (await company.Api.Post($"/refunds/{refund}/apply", new { paymentId, letter = "转场函 1 号" })).Expect(
            403,
            "forbidden"
        );
        (await Apply("rfd_01hf7yat00e04awxx9ykvpxjmm", paymentId)).Expect(404);
        (await Apply(refund, "pay_01hf7yat00e04awxx9ykvpxjmm")).Expect(422, "invalid_fields");
        (await Apply(refund, other.PaymentId)).Expect(422, "invalid_fields");
        (await Apply(refund, own)).Expect(422, "invalid_fields");
        (await Apply(refund, paymentId, " ")).Expect(422, "invalid_fields");
        (await company.Api.Cancel(reservationId)).Expect(200);
        (await Apply(refund, paymentId)).Expect(409, "wrong_payment_status");
        (await _finance.PayOut(_host, refund)).Expect(200);
    }

    [Test]
    public async Task What_a_person_gave_is_paid_out_and_not_applied()
    {
        var company = await _host.Given.VettedCompany();
        var (_, paymentId) = await _host.PaidSeat(company, await _host.Given.PublishedSession());
        var goodwill = (await _finance.Refund(paymentId, 1_000)).Expect(201).Id;
        var next = await _host.Given.AwaitingTransfer(company, await _host.Given.PublishedSession());

        (await Apply(goodwill, next.PaymentId)).Expect(409, "wrong_refund_status");
    }

    [Test]
    public async Task Paid_out_and_applied_at_once_it_is_one_of_the_two()
    {
        for (var round = 0; round < 6; round++)
        {
            var (_, refund, _, paymentId) = await GivenUp();

            var (applied, paid) = await Race.Pair(
                round,
                () => Apply(refund, paymentId),
                () => _finance.PayOut(_host, refund)
            );

            Assert.That(new[] { applied.Status, paid.Status }, Is.EquivalentTo([200, 409]));
            Assert.That(
                await _host.PaymentStatusOf(paymentId),
                Is.EqualTo(applied.Status == 200 ? "confirmed" : "awaiting_transfer")
            );
        }
    }

    [Test]
    public async Task Two_companies_that_change_places_do_not_wait_for_each_other()
    {
        var (one, two) = (await _host.Given.PublishedSession(), await _host.Given.PublishedSession());
        for (var round = 0; round < 4; round++)
        {
            var there = await GivenUp(one, two);
            var back = await GivenUp(two, one);

            var (left, right) = await Race.Pair(
                round,
                () => Apply(there.RefundId, there.PaymentId),
                () => Apply(back.RefundId, back.PaymentId)
            );

            left.Expect(200);
            right.Expect(200);
        }
        await Books.AreInOrder(_host, one);
        await Books.AreInOrder(_host, two);
    }
}
