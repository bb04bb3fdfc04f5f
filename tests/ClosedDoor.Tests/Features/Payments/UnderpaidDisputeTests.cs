using ClosedDoor.Features.Payments;
using ClosedDoor.Features.Payments.Ledger;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.BankStatements;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments;

/// <summary>
/// Card money that found no seat was taken for a dearer one, of which it is a part, and its bank contests it there: it counts
/// toward no price until that is decided.
/// </summary>
public class UnderpaidDisputeTests : RefundDesk
{
    const long Part = 1_000_000;

    string _reservationId = null!;
    string _paymentId = null!;
    string _serial = null!;

    [SetUp]
    public async Task Apply()
    {
        var cheap = await _host.Given.PublishedSession(seatCap: 1, price: Part);
        var late = (await _host.Checkout(await _host.Given.Hold(_company, cheap)))!;
        await _host.Tell(late, (tx, locked) => Settle.CheckoutDead(tx, locked, _host.Time.Now));
        await _host.Given.Hold(await _host.Given.VettedCompany(), cheap);
        await _host.PaidByCheckout(late, "pi_1", Part);
        var refund = (await _finance.RefundsOf($"paymentId={late}")).Single().Id;
        (_reservationId, _paymentId) = await _host.Given.AwaitingTransfer(_company, _sessionId);
        (
            await _finance.Post($"/refunds/{refund}/apply", new { paymentId = _paymentId, letter = "转场函 1 号" })
        ).Expect(200);
        _serial = ApplyRefund.Serial + refund;
        Assert.That(await _host.PaymentStatusOf(_paymentId), Is.EqualTo("underpaid"));
        await _host.Tell(
            _paymentId,
            (tx, locked) => Settle.DisputeOpened(tx, locked, new("dp_1", _serial, Part, "fraudulent"), _host.Time.Now)
        );
    }

    [Test]
    public async Task Row_10_17_money_that_was_charged_back_is_no_part_of_the_price()
    {
        await Decide(won: false);
        (await _finance.Receive(_host, _paymentId, Moves.Price - Part)).Expect(200);
        Assert.That((await Status(), await Seat()), Is.EqualTo(("underpaid", "awaiting_payment")));

        (await _finance.Receive(_host, _paymentId, Part)).Expect(200);

        Assert.That((await Status(), await Seat()), Is.EqualTo(("confirmed", "confirmed")));
        Assert.That(await _finance.RefundsOf($"paymentId={_paymentId}"), Is.Empty);
    }

    [TestCase(Moves.Price - Part, "queued", "underpaid")]
    [TestCase(Moves.Price, "confirmed", "confirmed")]
    public async Task A_statements_line_is_held_against_what_counts_of_the_price(
        long amount,
        string outcome,
        string status
    )
    {
        await Decide(won: false);
        var code = (await _company.Api.Get($"/payments/{_paymentId}"))["reference"].GetString()!;
        var yuan = FormattableString.Invariant($"{amount / 100}.00");

        var line = (await new BankStatementFile(_host).Row(yuan, _company.Name, code).Import(_finance)).Expect(200)[
            "lines"
        ][0];

        Assert.That((line.GetProperty("outcome").GetString(), await Status()), Is.EqualTo((outcome, status)));
    }

    [Test]
    public async Task Row_10_17_money_that_is_contested_is_part_of_the_price_once_that_is_won()
    {
        (await _finance.Receive(_host, _paymentId, Moves.Price - Part)).Expect(200);
        Assert.That((await Status(), await Seat()), Is.EqualTo(("underpaid", "awaiting_payment")));

        await Decide(won: true);

        Assert.That((await Status(), await Seat()), Is.EqualTo(("confirmed", "confirmed")));
    }

    [TestCase(true, "overpaid")]
    [TestCase(false, "confirmed")]
    public async Task Row_10_17_a_price_that_came_beside_contested_money_is_disputed_until_that_is_decided(
        bool won,
        string status
    )
    {
        (await _finance.Receive(_host, _paymentId)).Expect(200);
        Assert.That((await Status(), await Seat()), Is.EqualTo(("disputed", "confirmed")));

        await Decide(won);

        Assert.That(await Status(), Is.EqualTo(status));
        Assert.That(
            (await _finance.RefundsOf($"paymentId={_paymentId}")).Sum(one => one.Amount),
            Is.EqualTo(won ? Part : 0)
        );
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Row_10_17_contested_money_of_a_seat_that_lapses_goes_back_only_if_it_is_won(bool won)
    {
        (await _finance.Receive(_host, _paymentId, 100)).Expect(200);
        _host.Time.Advance(Duration.FromDays(20));
        await new SweepReservations(_host.Data).RunOnce(_host.Time.Now);
        Assert.That(await Promised(), Is.EqualTo(100));

        await Decide(won);

        Assert.That(await Promised(), Is.EqualTo(won ? Part + 100 : 100));
        Assert.That(await _host.Data.Read(read => LedgerTable.Owed(read, _paymentId)), Is.Zero);
    }

    Task<string> Status() => _host.PaymentStatusOf(_paymentId);

    Task<string> Seat() => _host.StatusOf(_reservationId);

    async Task<long> Promised() => (await _finance.RefundsOf($"paymentId={_paymentId}")).Sum(one => one.Amount);

    Task<bool> Decide(bool won) =>
        _host.Tell(_paymentId, (tx, locked) => Settle.DisputeClosed(tx, locked, "dp_1", won, _host.Time.Now));
}
