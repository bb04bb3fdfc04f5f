using ClosedDoor.Features.Reservations;
using ClosedDoor.Tests.Given;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Races;

/// <summary>
/// A hold lapses in the moment in which its money arrives. Whichever comes first: the company has its seat, or the
/// money is due back; and who waited is never overtaken by who comes now.
/// </summary>
public class ExpiryRaceTests : TwoInstances
{
    const int Rounds = 12;

    ApiClient _finance = null!;

    [OneTimeSetUp]
    public async Task Start() => _finance = await _host.Given.Owner();

    [Test]
    public async Task Money_that_comes_as_the_hold_lapses_keeps_the_seat_or_is_due_back_to_who_lost_it()
    {
        var kept = 0;
        var lost = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var sessionId = await _host.Given.PublishedSession(seatCap: 1);
            var (payer, waiting, late) = (await _host.Given.VettedCompanies(3)) switch
            {
                var all => (all[0], all[1], all[2]),
            };
            var (reservationId, paymentId) = await _host.Given.AwaitingTransfer(payer, sessionId);
            var entry = (await waiting.Api.JoinWaitlist(sessionId)).Expect(201);
            await PassDeadline(reservationId);

            var (money, (claim, _)) = await Race.Pair(
                round,
                () => _finance.Receive(_host, paymentId),
                async () =>
                {
                    var claim = Task.FromResult<Reply>(null!);
                    if (round > 1)
                        claim = late.Api.Reserve(sessionId);
                    var ended = await new SweepReservations(Instance(round).Data).RunOnce(_host.Time.Now);
                    return (await claim, ended);
                }
            );

            money.Expect(200);
            claim?.Expect(409, "session_full");
            var promoted = (await waiting.Api.Get($"/waitlist/{entry.Id}"))["status"].GetString() == "promoted";
            var status = await _host.StatusOf(reservationId);
            Assert.That(status, Is.EqualTo(promoted ? "expired" : "confirmed"));
            Assert.That(await _host.PaymentStatusOf(paymentId), Is.EqualTo(promoted ? "refund_due" : "confirmed"));
            Assert.That(
                await _host.MessagesAbout(
                    promoted ? "payment.refund_due.v1" : "reservation.confirmed.v1",
                    promoted ? paymentId : reservationId
                ),
                Is.EqualTo(1)
            );
            await Books.AreInOrder(_host, sessionId);
            kept += promoted ? 0 : 1;
            lost += promoted ? 1 : 0;
        }
        Assert.That((kept, lost), Is.Not.EqualTo((Rounds, 0)).And.Not.EqualTo((0, Rounds)));
    }

    [Test]
    public async Task Money_that_comes_as_the_hold_lapses_has_its_seat_when_nobody_else_wants_it()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var sessionId = await _host.Given.PublishedSession(seatCap: 1);
            var payer = await _host.Given.VettedCompany();
            var (reservationId, paymentId) = await _host.Given.AwaitingTransfer(payer, sessionId);
            await PassDeadline(reservationId);

            var (money, _) = await Race.Pair(
                round,
                () => _finance.Receive(_host, paymentId),
                () => new SweepReservations(Instance(round).Data).RunOnce(_host.Time.Now)
            );

            Assert.That(money.Expect(200)["status"].GetString(), Is.EqualTo("confirmed"));
            Assert.That(await _host.StatusOf(reservationId), Is.EqualTo("confirmed"));
            await Books.AreInOrder(_host, sessionId);
        }
    }

    [Test]
    public async Task Of_two_sweeps_at_once_one_ends_each_hold_and_one_notice_goes_out()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var sessionId = await _host.Given.PublishedSession(seatCap: 2);
            var companies = await _host.Given.VettedCompanies(4);
            var first = await _host.Given.Hold(companies[0], sessionId);
            var second = await _host.Given.Hold(companies[1], sessionId);
            (await companies[2].Api.JoinWaitlist(sessionId)).Expect(201);
            (await companies[3].Api.JoinWaitlist(sessionId)).Expect(201);
            await PassDeadline(second);

            var ended = await Race.Run(
                4,
                i => new SweepReservations(i % 2 == 0 ? _host.Data : Instance(round).Data).RunOnce(_host.Time.Now)
            );

            Assert.That(ended.Sum(), Is.EqualTo(2));
            foreach (var id in new[] { first, second })
                Assert.That(await _host.MessagesAbout("reservation.expired.v1", id), Is.EqualTo(1));
            await Books.AreInOrder(_host, sessionId);
            // What was promoted here is not to lapse in the next round.
            foreach (var company in companies[2..])
            {
                var id = (await company.Api.Get($"/reservations?sessionId={sessionId}")).Expect(200)["items"][0];
                (await company.Api.Cancel(id.GetProperty("id").GetString()!)).Expect(200);
            }
        }
    }

    [Test]
    public async Task Control_expiry_and_payment_that_read_first_and_write_later_break_the_books()
    {
        await using var host = await Unguarded.Host();
        for (var round = 0; round < 4; round++)
        {
            var sessionId = await host.Given.PublishedSession(seatCap: 1);
            var (reservationId, paymentId) = await host.Given.AwaitingTransfer(
                await host.Given.VettedCompany(),
                sessionId
            );
            var meet = new Rendezvous(2);

            await Race.Run(
                2,
                i =>
                    i == 0
                        ? UnguardedPayments.Confirm(host, reservationId, paymentId, meet)
                        : UnguardedSeats.End(host, reservationId, "expired", meet)
            );

            Assert.That(await Books.Faults(host, sessionId), Is.Not.Empty);
        }
    }

    [Test]
    public async Task Control_sweeps_that_read_first_and_write_later_tell_a_company_twice()
    {
        await using var host = await Unguarded.Host();
        var sessionId = await host.Given.PublishedSession(seatCap: 1);
        var reservationId = await host.Given.Hold(await host.Given.VettedCompany(), sessionId);
        var meet = new Rendezvous(2);

        await Race.Run(2, _ => UnguardedSeats.Sweep(host, reservationId, meet));

        Assert.That(await host.MessagesAbout("reservation.expired.v1", reservationId), Is.EqualTo(2));
    }

    async Task PassDeadline(string reservationId)
    {
        var deadline = await _host.Query<Instant>(
            "SELECT hold_expires_at FROM reservation WHERE id = @reservationId",
            new { reservationId }
        );
        _host.Time.Advance(deadline - _host.Time.Now + Duration.FromMilliseconds(1));
    }
}
