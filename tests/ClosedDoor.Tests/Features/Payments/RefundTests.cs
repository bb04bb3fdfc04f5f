using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Sessions;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments;

/// <summary>What goes back when a seat is given up or a person decides so, and who may decide it.</summary>
public class RefundTests : RefundDesk
{
    // The day is Monday the 30th of March; the 16th is ten working days before it.
    [TestCase(0, Moves.Price, "refund_due")]
    [TestCase(14, Moves.Price, "refund_due")]
    [TestCase(15, Moves.Price / 2, "refund_due")]
    [TestCase(23, Moves.Price / 2, "refund_due")]
    [TestCase(25, 0, "forfeited")]
    public async Task Row_12_a_cancelled_seat_gives_back_what_its_policy_says(int days, long back, string status)
    {
        var (reservationId, paymentId) = await _host.PaidSeat(_company, _sessionId);
        _host.Time.Advance(Duration.FromDays(days));

        var cancelled = (await _company.Api.Cancel(reservationId)).Expect(200);

        Assert.That(cancelled["refund.amount"].GetInt64(), Is.EqualTo(back));
        Assert.That(cancelled["refundCountedInCalendarDays"].GetBoolean(), Is.False);
        var payment = (await _company.Api.Get($"/payments/{paymentId}")).Expect(200);
        Assert.That(payment["status"].GetString(), Is.EqualTo(status));
        Assert.That(payment["refundDue.amount"].GetInt64(), Is.EqualTo(back));
        Assert.That(await _host.Anonymous.Seats(_sessionId), Is.EqualTo((2L, 0L, 0L, 2L)));
        Assert.That(
            await _host.Query<string>(
                "SELECT after FROM audit WHERE action = 'reservation.refund_noted' AND subject = @reservationId",
                new { reservationId }
            ),
            Does.Contain($"\"amount\":{back},")
        );
    }

    [Test]
    public async Task A_reservation_keeps_the_policy_that_it_was_made_under()
    {
        var organizer = await _host.Given.Owner();
        var (reservationId, _) = await _host.PaidSeat(_company, _sessionId);
        (
            await organizer.Patch(
                $"/sessions/{_sessionId}",
                new { refundPolicy = new { tiers = new[] { new { workingDays = 0, percent = 10 } } } }
            )
        ).Expect(200);
        var later = await _host.PaidSeat(await _host.Given.VettedCompany(), _sessionId);

        Assert.That(
            (await _company.Api.Cancel(reservationId)).Expect(200)["refund.amount"].GetInt64(),
            Is.EqualTo(Moves.Price)
        );
        Assert.That(
            (await organizer.Cancel(later.ReservationId)).Expect(200)["refund.amount"].GetInt64(),
            Is.EqualTo(Moves.Price / 10)
        );
    }

    [Test]
    public async Task A_policy_that_nobody_could_go_by_is_refused()
    {
        var organizer = await _host.Given.Owner();

        var refused = (
            await organizer.Patch(
                $"/sessions/{_sessionId}",
                new { refundPolicy = new { tiers = new[] { new { workingDays = 3, percent = 101 } } } }
            )
        ).Expect(422, "invalid_fields");
        Assert.That(refused["errors"].EnumerateObject().Single().Name, Is.EqualTo("refundPolicy"));
    }

    [Test]
    public async Task Row_12_an_organizer_may_say_otherwise_and_a_company_may_not()
    {
        var organizer = await _host.Given.Organizer(Permission.Organize);
        var (reservationId, paymentId) = await _host.PaidSeat(_company, _sessionId);

        (
            await _company.Api.Post($"/reservations/{reservationId}/cancel", new { reason = "x", refundPercent = 100 })
        ).Expect(403, "forbidden");
        (
            await organizer.Post($"/reservations/{reservationId}/cancel", new { reason = "x", refundPercent = 101 })
        ).Expect(422, "invalid_fields");
        (
            await organizer.Post(
                $"/reservations/{reservationId}/cancel",
                new { reason = "示例原因", refundPercent = 80 }
            )
        ).Expect(200);

        var refund = (await _finance.RefundsOf($"paymentId={paymentId}")).Single();
        Assert.That(refund, Is.EqualTo(("refund_due", "override", Moves.Price * 8 / 10, refund.Id)));
        Assert.That((await _finance.Get($"/refunds/{refund.Id}"))["reason"].GetString(), Is.EqualTo("示例原因"));
    }

    [Test]
    public async Task Small_steps_do_not_pass_the_second_person()
    {
        var dear = await _host.Given.PublishedSession(price: 9_000_000);
        var (_, paymentId) = await _host.Given.AwaitingTransfer(_company, dear);
        (await _finance.Receive(_host, paymentId, 9_000_000)).Expect(200);

        Assert.That(
            (await _finance.Refund(paymentId, 4_000_000)).Expect(201)["status"].GetString(),
            Is.EqualTo("refund_due")
        );
        var second = (await _finance.Refund(paymentId, 1_000_001)).Expect(201);

        Assert.That(second["status"].GetString(), Is.EqualTo("awaiting_approval"));
        (await _finance.PayOut(_host, second.Id)).Expect(409, "wrong_refund_status");
        (await _finance.Post($"/refunds/{second.Id}/approve")).Expect(409, "second_person_needed");
        (await _other.Post($"/refunds/{second.Id}/withdraw")).Expect(200);
        (await _other.Post($"/refunds/{second.Id}/approve")).Expect(409, "wrong_refund_status");
        await Books.AreInOrder(_host, dear);
    }

    [Test]
    public async Task Row_12_partial_refunds_end_where_the_seat_would_be_kept_for_nothing()
    {
        var (reservationId, paymentId) = await _host.PaidSeat(_company, _sessionId);

        (await _company.Api.Refund(paymentId, 1)).Expect(403, "forbidden");
        (await _finance.Refund(paymentId, Moves.Price + 1)).Expect(409, "refund_too_large");
        (await _finance.Refund(paymentId, Moves.Price)).Expect(409, "refund_too_large");
        (await _finance.Refund(paymentId, 1_000_000)).Expect(201);
        (await _finance.Refund(paymentId, Moves.Price - 1_000_000)).Expect(409, "refund_too_large");
        (await _finance.Refund(paymentId, 0)).Expect(422, "invalid_fields");
        Assert.That(await _host.StatusOf(reservationId), Is.EqualTo("confirmed"));

        // What is left goes by the policy.
        Assert.That(
            (await _company.Api.Cancel(reservationId)).Expect(200)["refund.amount"].GetInt64(),
            Is.EqualTo(Moves.Price - 1_000_000)
        );
    }

    [Test]
    public async Task What_a_rule_gives_back_cannot_be_withdrawn()
    {
        var (reservationId, paymentId) = await _host.PaidSeat(_company, _sessionId);
        (await _company.Api.Cancel(reservationId)).Expect(200);
        var refund = (await _finance.RefundsOf($"paymentId={paymentId}")).Single().Id;

        (await _other.Post($"/refunds/{refund}/withdraw")).Expect(409, "wrong_refund_status");
    }

    [Test]
    public async Task A_cancelled_session_gives_every_seat_its_money_back()
    {
        var (_, one) = await _host.PaidSeat(_company, _sessionId);
        var (_, two) = await _host.PaidSeat(await _host.Given.VettedCompany(), _sessionId);
        _host.Time.Advance(Duration.FromDays(26));

        (await (await _host.Given.Owner()).Post($"/sessions/{_sessionId}/cancel")).Expect(200);

        Assert.That(
            (await _finance.RefundsOf($"sessionId={_sessionId}")).Select(refund => (refund.Because, refund.Amount)),
            Is.EqualTo([("session_cancelled", Moves.Price), ("session_cancelled", Moves.Price)])
        );
        Assert.That(await _host.PaymentStatusOf(one), Is.EqualTo("refund_due"));
        Assert.That(await _host.PaymentStatusOf(two), Is.EqualTo("refund_due"));
    }

    [Test]
    public async Task A_refund_is_its_companys_and_finances_to_see()
    {
        var (reservationId, paymentId) = await _host.PaidSeat(_company, _sessionId);
        (await _company.Api.Cancel(reservationId)).Expect(200);
        var refund = (await _company.Api.RefundsOf($"paymentId={paymentId}")).Single().Id;
        var stranger = await _host.Given.VettedCompany();

        (await _company.Api.Get($"/refunds/{refund}")).Expect(200);
        (await stranger.Api.Get($"/refunds/{refund}")).Expect(404, "not_found");
        Assert.That(await stranger.Api.RefundsOf($"paymentId={paymentId}"), Is.Empty);
        (await _company.Api.PayOut(_host, refund)).Expect(403, "forbidden");
        (await _finance.Get("/refunds?status=lost")).Expect(422, "invalid_fields");
    }
}
