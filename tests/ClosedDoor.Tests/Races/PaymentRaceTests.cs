using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Races;

/// <summary>Companies and finance at the same reservation in the same moment: money is neither lost nor counted twice.</summary>
public class PaymentRaceTests : TwoInstances
{
    const int Rounds = 12;

    ApiClient _finance = null!;

    [OneTimeSetUp]
    public async Task Start() => _finance = await _host.Given.Owner();

    [Test]
    public async Task A_seat_cancelled_as_its_money_arrives_is_free_and_the_money_is_due_back()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var sessionId = await _host.Given.PublishedSession(seatCap: 1);
            var company = await _host.Given.VettedCompany();
            var (reservationId, paymentId) = await _host.Given.AwaitingTransfer(company, sessionId);

            var (cancelled, money) = await Race.Pair(
                round,
                () => company.Api.Cancel(reservationId),
                () => Finance(round).Receive(_host, paymentId)
            );

            cancelled.Expect(200);
            // Confirmed and then cancelled, or cancelled before the money came: it goes back in both cases.
            var told = money.Expect(200)["status"].GetString();
            Assert.That(
                told,
                round == 0 ? Is.EqualTo("refund_due")
                    : round == 1 ? Is.EqualTo("confirmed")
                    : Is.AnyOf("refund_due", "confirmed")
            );
            Assert.That(await _host.StatusOf(reservationId), Is.EqualTo("cancelled"));
            Assert.That(await _host.PaymentStatusOf(paymentId), Is.EqualTo("refund_due"));
            await Books.AreInOrder(_host, sessionId);
        }
    }

    [Test]
    public async Task Of_several_choices_of_payment_at_once_one_stands()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var sessionId = await _host.Given.PublishedSession(seatCap: 1);
            var company = await _host.Given.VettedCompany();
            var reservationId = await _host.Given.Hold(company, sessionId);
            var elsewhere = Instance(round).As(company.Api.Token!);

            var replies = await Race.Run(4, i => (i % 2 == 0 ? company.Api : elsewhere).ChooseTransfer(reservationId));

            Assert.That(replies.Count(reply => reply.Status == 201), Is.EqualTo(1));
            Assert.That(
                replies.Where(reply => reply.Status != 201).Select(reply => $"{reply.Status} {reply.Code}"),
                Is.All.EqualTo("409 payment_exists")
            );
            await Books.AreInOrder(_host, sessionId);
        }
    }

    [Test]
    public async Task Of_several_records_of_one_bank_serial_at_once_one_counts()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var sessionId = await _host.Given.PublishedSession(seatCap: 2);
            var companies = await _host.Given.VettedCompanies(2);
            var payments = new string[2];
            for (var i = 0; i < 2; i++)
                (_, payments[i]) = await _host.Given.AwaitingTransfer(companies[i], sessionId);
            var serial = Moves.NewSerial();

            // The second payment belongs to another company, but under the same session's lock.
            var replies = await Race.Run(
                4,
                i => (i % 2 == 0 ? _finance : Finance(round)).Receive(_host, payments[i / 2], serial: serial)
            );

            Assert.That(replies.Count(reply => reply.Status == 200), Is.EqualTo(1));
            Assert.That(
                replies.Where(reply => reply.Status != 200).Select(reply => $"{reply.Status} {reply.Code}"),
                Is.All.EqualTo("409 bank_serial_recorded")
            );
            await Books.AreInOrder(_host, sessionId);
        }
    }

    [Test]
    public async Task One_bank_serial_recorded_at_once_for_payments_of_two_sessions_counts_once()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var sessions = new string[2];
            var payments = new string[2];
            for (var i = 0; i < 2; i++)
            {
                sessions[i] = await _host.Given.PublishedSession(seatCap: 1);
                (_, payments[i]) = await _host.Given.AwaitingTransfer(await _host.Given.VettedCompany(), sessions[i]);
            }
            var serial = Moves.NewSerial();

            var replies = await Race.Run(
                2,
                i => (i == 0 ? _finance : Finance(round)).Receive(_host, payments[i], serial: serial)
            );

            Assert.That(replies.Count(reply => reply.Status == 200), Is.EqualTo(1));
            Assert.That(replies.Count(reply => reply.Code == "bank_serial_recorded"), Is.EqualTo(1));
            foreach (var sessionId in sessions)
                await Books.AreInOrder(_host, sessionId);
        }
    }

    [Test]
    public async Task Two_halves_of_the_price_recorded_at_once_confirm_the_seat()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var sessionId = await _host.Given.PublishedSession(seatCap: 1);
            var (reservationId, paymentId) = await _host.Given.AwaitingTransfer(
                await _host.Given.VettedCompany(),
                sessionId
            );

            var replies = await Race.Run(
                2,
                i => (i == 0 ? _finance : Finance(round)).Receive(_host, paymentId, Moves.Price / 2)
            );

            Assert.That(
                replies.Select(reply => reply.Expect(200)["status"].GetString()),
                Is.EquivalentTo(["underpaid", "confirmed"])
            );
            Assert.That(await _host.StatusOf(reservationId), Is.EqualTo("confirmed"));
            await Books.AreInOrder(_host, sessionId);
        }
    }

    [Test]
    public async Task Control_cancel_and_confirm_that_read_first_and_write_later_break_the_books()
    {
        await using var host = await Unguarded.Host();
        for (var round = 0; round < 4; round++)
        {
            var (sessionId, reservationId, paymentId) = await Awaiting(host);
            var meet = new Rendezvous(2);

            await Race.Run(
                2,
                i =>
                    i == 0
                        ? UnguardedPayments.Confirm(host, reservationId, paymentId, meet)
                        : UnguardedSeats.End(host, reservationId, "cancelled", meet)
            );

            Assert.That(await Books.Faults(host, sessionId), Is.Not.Empty);
        }
    }

    [Test]
    public async Task Control_choices_of_payment_that_read_first_and_write_later_make_two()
    {
        await using var host = await Unguarded.Host();
        var sessionId = await host.Given.PublishedSession(seatCap: 1);
        var reservationId = await host.Given.Hold(await host.Given.VettedCompany(), sessionId);
        var meet = new Rendezvous(2);

        await Race.Run(2, _ => UnguardedPayments.ChoosePayment(host, reservationId, meet));

        Assert.That(await Books.Faults(host, sessionId), Is.EqualTo(["a reservation has two live payments"]));
    }

    [Test]
    public async Task Control_records_that_look_for_the_serial_first_and_write_later_count_money_twice()
    {
        await using var host = await Unguarded.Host();
        var (_, _, paymentId) = await Awaiting(host);
        var serial = Moves.NewSerial();
        var meet = new Rendezvous(2);

        var recorded = await Race.Run(2, _ => UnguardedPayments.Receive(host, paymentId, serial, meet));

        Assert.That(recorded.Count(one => one), Is.EqualTo(2));
        Assert.That(
            await host.Query<long>("SELECT COUNT(*) FROM receipt WHERE serial = @serial", new { serial }),
            Is.EqualTo(2)
        );
    }

    static async Task<(string SessionId, string ReservationId, string PaymentId)> Awaiting(TestHost host)
    {
        var sessionId = await host.Given.PublishedSession(seatCap: 1);
        var (reservationId, paymentId) = await host.Given.AwaitingTransfer(await host.Given.VettedCompany(), sessionId);
        return (sessionId, reservationId, paymentId);
    }

    ApiClient Finance(int round) => Instance(round).As(_finance.Token!);
}
