using ClosedDoor.Domain;
using ClosedDoor.Features.Payments;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Sessions;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments;

/// <summary>Mistakes with money that other ticket shops have made, each as a test that it is not made here.</summary>
public class MistakesOfOthersTests
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
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task Pretix_74_late_money_for_a_released_seat_is_not_lost()
    {
        var sessionId = await _host.Given.PublishedSession(seatCap: 1);
        var (reservationId, paymentId) = await _host.Given.AwaitingTransfer(
            await _host.Given.VettedCompany(),
            sessionId
        );
        _host.Time.Advance(Duration.FromDays(10));
        await new SweepReservations(_host.Data).RunOnce(_host.Time.Now);
        await _host.Given.Hold(await _host.Given.VettedCompany(), sessionId);

        (await _finance.Receive(_host, paymentId)).Expect(200);

        Assert.That(await _host.StatusOf(reservationId), Is.EqualTo("expired"));
        var refund = (await _finance.RefundsOf($"paymentId={paymentId}")).Single();
        Assert.That((refund.Status, refund.Because, refund.Amount), Is.EqualTo(("refund_due", "no_seat", Moves.Price)));
        await Books.AreInOrder(_host, sessionId);
    }

    [Test]
    public async Task Alf_io_531_a_late_payer_is_still_known_and_seated_again()
    {
        var sessionId = await _host.Given.PublishedSession(seatCap: 1);
        var company = await _host.Given.VettedCompany();
        var (reservationId, paymentId) = await _host.Given.AwaitingTransfer(company, sessionId);
        var code = (await company.Api.Get($"/reservations/{reservationId}"))["code"].GetString();
        _host.Time.Advance(Duration.FromDays(10));
        await new SweepReservations(_host.Data).RunOnce(_host.Time.Now);

        (await _finance.Receive(_host, paymentId)).Expect(200);

        var seated = (await company.Api.Get($"/reservations/{reservationId}")).Expect(200);
        Assert.That(seated["status"].GetString(), Is.EqualTo("confirmed"));
        Assert.That(seated["code"].GetString(), Is.EqualTo(code));
        Assert.That(seated["companyId"].GetString(), Is.EqualTo(company.Id));
        await Books.AreInOrder(_host, sessionId);
    }

    [Test]
    public async Task Hi_events_513_a_refund_that_is_rolled_back_was_never_asked_for()
    {
        var sessionId = await _host.Given.PublishedSession();
        var company = await _host.Given.VettedCompany();
        var paymentId = (await _host.Checkout(await _host.Given.Hold(company, sessionId)))!;
        await _host.PaidByCheckout(paymentId, $"pi_{paymentId}");

        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            _host.Data.Write<bool>(
                "test",
                async tx =>
                {
                    var locked = (await PaymentTable.Lock(tx, paymentId))!;
                    var made = await Refunding.Request(
                        tx,
                        locked.Payment,
                        new(1, RefundCause.Goodwill),
                        _host.Time.Now
                    );
                    Assert.That(made, Has.Count.EqualTo(1));
                    throw new InvalidOperationException("What comes after it fails.");
                }
            )
        );

        Assert.That(await _finance.RefundsOf($"paymentId={paymentId}"), Is.Empty);
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM outbox WHERE kind = 'refund.send.v1'"), Is.Zero);
        await Books.AreInOrder(_host, sessionId);
    }

    [Test]
    public async Task Pretix_1189_and_medusa_13301_poll_and_webhook_at_once_confirm_once()
    {
        var sessionId = await _host.Given.PublishedSession();
        var companies = await _host.Given.VettedCompanies(4);
        foreach (var company in companies)
        {
            var reservationId = await _host.Given.Hold(company, sessionId);
            var paymentId = (await _host.Checkout(reservationId))!;

            var settled = await Task.WhenAll(
                Enumerable.Range(0, 4).Select(_ => Task.Run(() => _host.PaidByCheckout(paymentId, $"pi_{paymentId}")))
            );

            Assert.That(settled.Count(won => won), Is.EqualTo(1));
            Assert.That(await _host.MessagesAbout(Settle.Confirmed, reservationId), Is.EqualTo(1));
            var payment = (await company.Api.Get($"/payments/{paymentId}")).Expect(200);
            Assert.That(
                (payment["status"].GetString(), payment["received.amount"].GetInt64()),
                Is.EqualTo(("confirmed", Moves.Price))
            );
        }
        await Books.AreInOrder(_host, sessionId);
    }

    [Test]
    public async Task Pretix_343_refunding_a_duplicate_leaves_the_seat()
    {
        var sessionId = await _host.Given.PublishedSession();
        var company = await _host.Given.VettedCompany();
        var (reservationId, paymentId) = await _host.PaidSeat(company, sessionId);
        (await _finance.Receive(_host, paymentId)).Expect(200);
        var duplicate = (await _finance.RefundsOf($"paymentId={paymentId}")).Single();

        (await _finance.PayOut(_host, duplicate.Id)).Expect(200);

        Assert.That((duplicate.Because, duplicate.Amount), Is.EqualTo(("overpaid", Moves.Price)));
        Assert.That(await _host.StatusOf(reservationId), Is.EqualTo("confirmed"));
        Assert.That(await _host.PaymentStatusOf(paymentId), Is.EqualTo("confirmed"));
        await Books.AreInOrder(_host, sessionId);
    }

    [Test]
    public async Task Pretix_681_nobody_is_offered_a_seat_that_cannot_be_paid_for_any_more()
    {
        var organizer = await _host.Given.Owner();
        var sessionId = await _host.Given.PublishedSession(seatCap: 1);
        var (paid, _) = await _host.PaidSeat(await _host.Given.VettedCompany(), sessionId);
        var waiting = await _host.Given.VettedCompany();
        (await waiting.Api.JoinWaitlist(sessionId)).Expect(201);
        (await organizer.Post($"/sessions/{sessionId}/close")).Expect(200);

        (await organizer.Cancel(paid)).Expect(200);

        Assert.That(await _host.Anonymous.Seats(sessionId), Is.EqualTo((1L, 0L, 0L, 1L)));
        Assert.That(
            await _host.Query<long>(
                "SELECT COUNT(*) FROM reservation WHERE company_id = @Id AND session_id = @sessionId",
                new { waiting.Id, sessionId }
            ),
            Is.Zero
        );
    }

    [Test]
    public async Task A_seat_whose_checkout_may_still_be_paid_is_not_given_away()
    {
        var sessionId = await _host.Given.PublishedSession(seatCap: 1);
        var company = await _host.Given.VettedCompany();
        var reservationId = await _host.Given.Hold(company, sessionId);
        var paymentId = (await _host.Checkout(reservationId))!;
        _host.Time.Advance(Duration.FromHours(3));
        await new SweepReservations(_host.Data).RunOnce(_host.Time.Now);
        var other = await _host.Given.VettedCompany();

        (await other.Api.Reserve(sessionId)).Expect(409, "session_full");
        Assert.That(await _host.Anonymous.Seats(sessionId), Is.EqualTo((1L, 1L, 0L, 0L)));
        var ending = (await company.Api.Cancel(reservationId)).Expect(200);
        Assert.That(
            (ending["status"].GetString(), ending["endedBecause"].GetString()),
            Is.EqualTo(("awaiting_payment", "cancelled"))
        );
        (await other.Api.Reserve(sessionId)).Expect(409, "session_full");
        Assert.That(await _host.MessagesAbout(Settle.CloseCheckout, paymentId), Is.EqualTo(1));

        Assert.That(await _host.Tell(paymentId, (tx, locked) => Settle.CheckoutDead(tx, locked, _host.Time.Now)));

        Assert.That(await _host.StatusOf(reservationId), Is.EqualTo("cancelled"));
        (await other.Api.Reserve(sessionId)).Expect(201);
        await Books.AreInOrder(_host, sessionId);
    }

    [Test]
    public async Task Money_that_was_faster_than_the_closing_of_its_checkout_goes_back_whole()
    {
        var sessionId = await _host.Given.PublishedSession(seatCap: 1);
        var company = await _host.Given.VettedCompany();
        var reservationId = await _host.Given.Hold(company, sessionId);
        var paymentId = (await _host.Checkout(reservationId))!;
        (await company.Api.Cancel(reservationId)).Expect(200);
        var waiting = await _host.Given.VettedCompany();
        (await waiting.Api.JoinWaitlist(sessionId)).Expect(201);

        Assert.That(await _host.PaidByCheckout(paymentId, $"pi_{paymentId}"));

        Assert.That(await _host.StatusOf(reservationId), Is.EqualTo("cancelled"));
        Assert.That(await _host.Anonymous.Seats(sessionId), Is.EqualTo((1L, 1L, 0L, 0L)), "who waits has moved up");
        var refund = (await _finance.RefundsOf($"paymentId={paymentId}")).Single();
        Assert.That((refund.Status, refund.Amount), Is.EqualTo(("refund_due", Moves.Price)));
        Assert.That(
            await _host.Tell(paymentId, (tx, locked) => Settle.CheckoutDead(tx, locked, _host.Time.Now)),
            Is.False
        );
        await Books.AreInOrder(_host, sessionId);
    }
}
