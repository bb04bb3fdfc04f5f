using ClosedDoor.Features.Payments;
using ClosedDoor.Features.Payments.Ledger;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments;

/// <summary>A seat that is paid by card, to be cancelled at some percent, contested, refunded at the provider.</summary>
public abstract class EndedSeatDesk : RefundDesk
{
    const string Intent = "pi_1";
    private protected const long Half = Moves.Price / 2;

    private protected ApiClient _owner = null!;
    string _reservationId = null!;
    private protected string _paymentId = null!;

    private protected override string ApprovalLimit => "2000000";

    [SetUp]
    public async Task Pay()
    {
        _owner = await _host.Given.Owner();
        (_reservationId, _paymentId) = await PaidByCard(Intent);
    }

    /// <summary>60 % of the price is promised, and waits for a second person.</summary>
    private protected async Task<string> CancelAtSixty()
    {
        await Cancel(60);
        var promised = (await Promises()).Single();
        Assert.That(promised.Status, Is.EqualTo("awaiting_approval"));
        return promised.Id;
    }

    private protected async Task<Reply> Cancel(int percent) =>
        (
            await _owner.Post(
                $"/reservations/{_reservationId}/cancel",
                new { reason = "示例原因", refundPercent = percent }
            )
        ).Expect(200);

    private protected async Task<(string Status, string Because, long Amount, string Id)[]> Promises() =>
        [
            .. (await _finance.RefundsOf($"paymentId={_paymentId}")).Where(one =>
                one.Status is "awaiting_approval" or "refund_due" or "refund_failed" or "manual_payout"
            ),
        ];

    private protected async Task<long> Promised() => (await Promises()).Sum(one => one.Amount);

    private protected Task<bool> MaySend(string refund) =>
        _host.Data.Write("test", tx => Refunding.MaySend(tx, refund, _host.Time.Now));

    /// <summary>The provider may have been asked for it, and has forgotten; it lists nothing of it.</summary>
    private protected Task NotListed(string refund) =>
        _host.Data.Write(
            "test",
            async tx =>
            {
                await Refunding.NotListed(tx, refund, _host.Time.Now);
                return true;
            }
        );

    private protected Task<long> PaidBeyond() => _host.Data.Read(read => LedgerTable.PaidBeyond(read, _paymentId));

    private protected async Task FailsOutside(string id)
    {
        var outside = await _host.Query<string>("SELECT id FROM refund WHERE provider_refund_id = @id", new { id });
        await _host.TellRefund(
            outside,
            (tx, locked) => Refunding.Failed(tx, locked, "expired_card", _host.Time.Now, id)
        );
    }

    private protected Task<long> Owed() => _host.Data.Read(read => LedgerTable.Owed(read, _paymentId));

    private protected Task<bool> External(string id, long amount) =>
        _host.Tell(_paymentId, (tx, locked) => Refunding.External(tx, locked, id, Intent, amount, _host.Time.Now));

    private protected Task<bool> Contest(string id, long amount) =>
        _host.Tell(
            _paymentId,
            (tx, locked) => Settle.DisputeOpened(tx, locked, new(id, Intent, amount, "fraudulent"), _host.Time.Now)
        );

    /// <param name="cameBack">In all, of a lost one.</param>
    private protected Task<bool> PartlyReinstate(string id, long cameBack) =>
        _host.Tell(
            _paymentId,
            (tx, locked) => Settle.DisputePartlyReinstated(tx, locked, id, cameBack, _host.Time.Now)
        );

    private protected Task<bool> Decide(string id, bool won) =>
        _host.Tell(_paymentId, (tx, locked) => Settle.DisputeClosed(tx, locked, id, won, _host.Time.Now));
}
