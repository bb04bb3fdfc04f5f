using ClosedDoor.Domain;
using ClosedDoor.Features.Payments.Ledger;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Payments.Refunds;

/// <summary>
/// What becomes of a refund, as the provider or the bank tells of it: <see cref="Sent"/>, <see cref="Succeeded"/>,
/// <see cref="Failed"/>. What was made there by somebody else: Refunding.Outside.cs.
/// </summary>
static partial class Refunding
{
    /// <summary>The money has left: the company is told.</summary>
    public const string Paid = "refund.paid.v1";

    /// <summary>It did not go through, or came back: finance is told.</summary>
    public const string Returned = "refund.failed.v1";

    /// <summary>It came back after its company was told that it had been paid: the company is told that, too.</summary>
    public const string CameBack = "refund.came_back.v1";

    /// <summary>
    /// Sends refunds on their way that a gate held back (<see cref="RedLetterGate"/>). Called when the gate opens.
    /// </summary>
    public static async Task GateOpened(Tx tx, string paymentId, Instant now)
    {
        var waiting = await tx.All<RefundRow>(
            "SELECT * FROM refund WHERE payment_id = @paymentId AND status = 'refund_due' ORDER BY id",
            new { paymentId }
        );
        foreach (var row in waiting)
            await AskProvider(tx, row, now);
    }

    /// <summary>Asks the provider, unless a gate holds it back or finance pays it.</summary>
    internal static async Task AskProvider(Tx tx, RefundRow row, Instant now)
    {
        if (
            row is { State: RefundStatus.RefundDue, Way: PaymentMethod.Stripe }
            && await RedLetterGate.Closed(tx, row) is null
        )
            await tx.Send(Send, new Notice(row.Id), now, row.OfferedUntil);
    }

    /// <summary>
    /// Whether the provider may be asked for it now. From here on it counts as asked, so that the same money is not taken
    /// for another seat meanwhile, nor the promise withdrawn: both come through the session's lock. What is contested waits,
    /// and what a fapiao was issued for since it was promised.
    /// </summary>
    public static async Task<bool> MaySend(Tx tx, string refundId, Instant now)
    {
        if (
            await Lock(tx, refundId) is not { Refund: { State: RefundStatus.RefundDue, ByHand: 0 } refund }
            || refund.OfferedUntil > now
            || await Refundable.Frozen(tx, refund) is not null
        )
            return false;
        if (refund.Asked == 1)
            return true; // It may have left: only the provider can say, and is asked under the same key.
        if (await RedLetterGate.Closed(tx, refund) is not null)
            return false;
        await RefundTable.Ask(tx, refund);
        return true;
    }

    /// <summary>
    /// The provider may have been asked, and lists nothing of it: it has not left. While it could not be withdrawn somebody
    /// may have refunded the same in the provider's dashboard; then it is withdrawn now, so that it is not paid twice.
    /// </summary>
    public static async Task NotListed(Tx tx, string refundId, Instant now)
    {
        if (
            await Lock(tx, refundId)
            is not { Refund: { State: RefundStatus.RefundDue, ByHand: 0, Asked: 1 } refund } locked
        )
            return;
        await RefundTable.NotAsked(tx, refund);
        await StoodIn(tx, locked.Of.Payment, refund with { Asked = 0 }, now);
        await Settle.Balance(tx, locked.Of, now);
    }

    /// <summary>The provider has taken it: RefundDue → RefundPending. Null when it has gone on already.</summary>
    public static async Task<RefundRow?> Sent(Tx tx, LockedRefund locked, string providerRefundId, Instant now) =>
        locked.Refund.ByHand == 1
            ? null // Finance pays it: what the provider says of an earlier try changes nothing.
            : await RefundTable.Transition(
                tx,
                locked.Refund,
                RefundTrigger.Send,
                now,
                row => row with { ProviderRefundId = providerRefundId }
            );

    /// <summary>
    /// The money has left. By the provider's word, with its id; or by the bank's, with the serial that
    /// <paramref name="proof"/> sets. Null when it had left already.
    /// </summary>
    public static async Task<RefundRow?> Succeeded(
        Tx tx,
        LockedRefund locked,
        Instant now,
        string? providerRefundId = null,
        Func<RefundRow, RefundRow>? proof = null
    )
    {
        if (locked.Refund.ByHand == 1 && proof is null)
            return null;
        var done = await RefundTable.Transition(
            tx,
            locked.Refund,
            RefundTrigger.Succeed,
            now,
            row =>
                (proof ?? (same => same))(row) with
                {
                    ProviderRefundId = providerRefundId ?? row.ProviderRefundId,
                    Failure = null,
                }
        );
        return done is null ? null : await Left(tx, locked, done, now);
    }

    static async Task<RefundRow> Left(Tx tx, LockedRefund locked, RefundRow done, Instant now)
    {
        await LedgerTable.Post(
            tx,
            Posting.Payout(WayOut(done), done.Amount),
            done.Id,
            LedgerScope.Of(locked.Of.Payment),
            done.Currency,
            now,
            again: true
        );
        await tx.Send(Paid, new Notice(done.Id), now);
        await CloseIfDone(tx, locked.Of.Payment, now);
        return done;
    }

    /// <summary>
    /// It did not go through, or came back after it had: it waits in finance's queue; but one that somebody else made is
    /// withdrawn, and what is due goes back under a promise of ours. Null when it has failed already.
    /// </summary>
    /// <param name="why">In the provider's or the bank's words; nothing personal.</param>
    public static async Task<RefundRow?> Failed(
        Tx tx,
        LockedRefund locked,
        string why,
        Instant now,
        string? providerRefundId = null
    )
    {
        var (before, (payment, _, _)) = locked;
        if (before.ByHand == 1 && providerRefundId is not null)
            return null;
        var failed = await RefundTable.Transition(
            tx,
            before,
            RefundTrigger.Fail,
            now,
            row => row with { Failure = why, ProviderRefundId = providerRefundId ?? row.ProviderRefundId, Asked = 0 }
        );
        if (failed is null)
            return null;
        if (before.State.HasGoneBack())
            await LedgerTable.Post(
                tx,
                Posting.PayoutReturned(WayOut(before), failed.Amount),
                failed.Id,
                LedgerScope.Of(payment),
                failed.Currency,
                now,
                again: true
            );
        if (failed.State is RefundStatus.Withdrawn)
            await TakeBack(tx, payment, failed, now);
        else
            await PaymentTable.Transition(tx, payment, PaymentTrigger.RefundsOpen, now);
        // Not taken by the provider at all, it may be because the same was refunded there; then nothing waits for finance.
        if (before.State is not RefundStatus.RefundDue || !await StoodIn(tx, payment, failed, now))
            await tx.Send(Returned, new Notice(failed.Id), now);
        if (before.State is RefundStatus.Refunded)
            await tx.Send(CameBack, new Notice(failed.Id), now);
        await Settle.Balance(tx, locked.Of, now);
        return await RefundTable.Find(tx, failed.Id);
    }

    /// <summary>Once nothing is on its way any more, the payment says so, or that something is owed for it.</summary>
    internal static async Task CloseIfDone(Tx tx, PaymentRow payment, Instant now)
    {
        if (await RefundRow.CountOpen(tx, payment.Id) > 0)
            return;
        payment = await PaymentTable.Get(tx, payment.Id);
        var done = await PaymentTable.Transition(tx, payment, PaymentTrigger.RefundsDone, now) ?? payment;
        if (
            done.State is PaymentStatus.Refunded or PaymentStatus.Forfeited
            && await LedgerTable.Owed(tx, payment.Id) > 0
        )
            await PaymentTable.Transition(tx, done, PaymentTrigger.DisputeLost, now);
    }

    static PaymentMethod WayOut(RefundRow row) => row.ByHand == 1 ? PaymentMethod.BankTransfer : row.Way;
}
