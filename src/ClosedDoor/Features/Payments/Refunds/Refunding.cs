using ClosedDoor.Domain;
using ClosedDoor.Features.Payments.Ledger;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Payments.Refunds;

/// <summary>
/// Money is promised back, and a promise decided about. A refund row is written first, in the transaction that decides it;
/// the provider is asked later, from the outbox (<see cref="Send"/>), or finance pays by bank. Callers hold the session's
/// lock. What then becomes of it, provider and bank tell: Refunding.Outcome.cs. How much may be promised, and what stands
/// in a promise's way: <see cref="Refundable"/>.
/// </summary>
static partial class Refunding
{
    /// <summary>Ask the provider for this refund (the notice's id), with the refund's id in its metadata.</summary>
    public const string Send = "refund.send.v1";

    /// <summary>A refund with its payment, reservation and session locked; null when there is none, or it is another company's.</summary>
    public static async Task<LockedRefund?> Lock(Tx tx, string refundId, Func<string, bool> maySee)
    {
        if (
            await RefundTable.Find(tx, refundId) is not { } found
            || await PaymentTable.Lock(tx, found.PaymentId, maySee) is not { } locked
        )
            return null;
        // Read again now that the lock is held.
        return new((await RefundTable.Find(tx, refundId))!, locked);
    }

    /// <inheritdoc cref="Lock(Tx, string, Func{string, bool})"/>
    public static Task<LockedRefund?> Lock(Tx tx, string refundId) => Lock(tx, refundId, _ => true);

    /// <summary>
    /// Writes the refunds of what is <paramref name="wanted"/>, one for each receipt that it comes out of, the latest first.
    /// At most what may still be refunded: captured, less contested, less what goes back already.
    /// </summary>
    public static async Task<IReadOnlyList<RefundRow>> Request(
        Tx tx,
        PaymentRow payment,
        WantedRefund wanted,
        Instant now
    )
    {
        var amount = Math.Min(wanted.Amount, await Refundable.Of(tx, payment.Id));
        if (amount <= 0)
            return [];
        var receipts = await Refundable.Receipts(tx, payment.Id);
        var live = receipts.Sum(receipt => receipt.Refunded);
        var waits = RefundRules.NeedsApproval(amount, live, tx.Settings.RefundApprovalAmount);
        var given = wanted.Because is RefundCause.Goodwill;
        var outOfPrice = wanted.RestOf is { } gift ? gift.OutOfPrice > 0 : payment.Terms is null;
        var rows = new List<RefundRow>();
        foreach (var (receipt, part) in RefundRules.Spread(receipts.Select(receipt => (receipt, receipt.Left)), amount))
        {
            var row = await Promise(
                tx,
                payment,
                From(tx, payment, receipt) with
                {
                    Status = (waits ? RefundStatus.AwaitingApproval : RefundStatus.RefundDue).Word(),
                    Because = wanted.Because.Word(),
                    Note = wanted.Note,
                    Amount = part,
                    OutOfPrice = given && outOfPrice ? part : 0,
                    Given = given && !outOfPrice ? part : 0,
                    RequestedBy = wanted.By ?? tx.Actor,
                    OfferedUntil = OfferedUntil(tx.Settings, receipt, part, wanted.Because, now),
                },
                now
            );
            if (!waits)
                await AskProvider(tx, row, now);
            rows.Add(row);
        }
        await PaymentTable.Transition(tx, payment, PaymentTrigger.RefundsOpen, now);
        return rows;
    }

    /// <summary>
    /// Card money that found no seat waits a while, for its company may want the next session instead: once the provider is
    /// asked it is gone. What is paid by hand waits for finance anyway. Only a whole receipt, which a dispute is about whole.
    /// </summary>
    static Instant? OfferedUntil(
        Settings settings,
        ReceiptLeft receipt,
        long amount,
        RefundCause because,
        Instant now
    ) =>
        because is RefundCause.NoSeat
        && receipt.Method == PaymentMethod.Stripe.Word()
        && amount == receipt.Amount
        && settings.LateRefundHours > 0
            ? now + Duration.FromHours(settings.LateRefundHours)
            : null;

    /// <summary>A second person agrees. The caller has checked who that is.</summary>
    public static async Task<RefundRow?> Approved(Tx tx, LockedRefund locked, Instant now)
    {
        var row = locked.Refund;
        var trigger = row.ByHand == 1 ? RefundTrigger.ApproveByHand : RefundTrigger.Approve;
        if (
            await RefundTable.Transition(tx, row, trigger, now, to => to with { ApprovedBy = tx.Actor })
            is not { } approved
        )
            return null;
        await AskProvider(tx, approved, now);
        return approved;
    }

    /// <summary>
    /// At its company's wish the money stays here, for another payment: it has left this one, and no bank moves. The
    /// caller books it there. Null when it has left already.
    /// </summary>
    /// <param name="letter">What the company wishes it with.</param>
    public static async Task<RefundRow?> Applied(
        Tx tx,
        LockedRefund locked,
        string paymentId,
        string letter,
        Instant now
    )
    {
        var applied = await RefundTable.Transition(
            tx,
            locked.Refund,
            RefundTrigger.Apply,
            now,
            row => row with { AppliedTo = paymentId, Letter = letter, Failure = null, PaidBy = tx.Actor }
        );
        return applied is null ? null : await Left(tx, locked, applied, now);
    }

    /// <summary>
    /// Nothing goes back under this refund: what was promised is taken back. The caller then has <see cref="Settle.Balance"/>
    /// say whether its money goes back otherwise.
    /// </summary>
    public static async Task<RefundRow?> Withdraw(Tx tx, PaymentRow payment, RefundRow promise, Instant now)
    {
        if (await RefundTable.Transition(tx, promise, RefundTrigger.Withdraw, now) is not { } withdrawn)
            return null;
        await TakeBack(tx, payment, withdrawn, now);
        return withdrawn;
    }

    static async Task TakeBack(Tx tx, PaymentRow payment, RefundRow withdrawn, Instant now) =>
        await LedgerTable.Post(
            tx,
            Posting.RefundWithdrawn(await LedgerTable.Posted(tx, LedgerKind.Refund, withdrawn.Id)),
            withdrawn.Id,
            LedgerScope.Of(payment),
            withdrawn.Currency,
            now
        );

    /// <summary>
    /// Writes the row and posts it. What is given comes out of what was sold; the rest first out of what was paid beyond the
    /// price, and where the price is still awaited, out of what has come for it.
    /// </summary>
    static async Task<RefundRow> Promise(Tx tx, PaymentRow payment, RefundRow row, Instant now)
    {
        row = await RefundTable.Add(tx, row, now);
        var beyond = payment.State.IsAwaited() ? row.Amount : await LedgerTable.PaidBeyond(tx, payment.Id);
        await LedgerTable.Post(
            tx,
            Posting.Refund(row.Amount, Math.Min(beyond, row.Amount - row.OutOfPrice - row.Given)),
            row.Id,
            LedgerScope.Of(payment),
            row.Currency,
            now
        );
        return row;
    }

    static RefundRow From(Tx tx, PaymentRow payment, ReceiptLeft receipt) =>
        new()
        {
            PaymentId = payment.Id,
            ReceiptId = receipt.Id,
            ReservationId = payment.ReservationId,
            SessionId = payment.SessionId,
            CompanyId = payment.CompanyId,
            Method = receipt.Method,
            Currency = payment.Currency,
            PayeeName = receipt.PayerName,
            PayeeAccount = receipt.PayerAccount,
            ByHand = receipt.Method == PaymentMethod.BankTransfer.Word() ? 1 : 0,
            RequestedBy = tx.Actor,
        };
}

/// <summary>Money that is to go back, and why.</summary>
/// <param name="Amount">In fen.</param>
/// <param name="Note">In words of whoever wants it; null where a rule says it all.</param>
sealed record WantedRefund(long Amount, RefundCause Because, string? Note = null)
{
    /// <summary>Whose wish it is, where that is not who acts now.</summary>
    public string? By { get; init; }

    /// <summary>The gift of which this is the rest: it comes out of the same.</summary>
    public RefundRow? RestOf { get; init; }
}

/// <summary>A refund that its transaction may change: the session's lock is held.</summary>
sealed record LockedRefund(RefundRow Refund, LockedPayment Of);
