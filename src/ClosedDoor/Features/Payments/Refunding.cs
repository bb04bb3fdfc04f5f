using ClosedDoor.Domain;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Payments;

/// <summary>
/// How money goes back. A refund row is written first, in the transaction that decides it; the provider is asked later,
/// from the outbox (<see cref="Send"/>), or finance pays by bank. Callers hold the session's lock. What the outbox
/// handler learns from the provider it tells here: <see cref="Sent"/>, <see cref="Succeeded"/>, <see cref="Failed"/>,
/// and <see cref="External"/> for a refund that was made by somebody else.
/// </summary>
static class Refunding
{
    /// <summary>Ask the provider for this refund (the notice's id), with the refund's id as its idempotency key and metadata.</summary>
    public const string Send = "refund.send.v1";

    /// <summary>The money has left: the company is told.</summary>
    public const string Paid = "refund.paid.v1";

    /// <summary>It did not go through, or came back: finance is told.</summary>
    public const string Returned = "refund.failed.v1";

    /// <summary>It came back after its company was told that it had been paid: the company is told that, too.</summary>
    public const string CameBack = "refund.came_back.v1";

    /// <summary>A refund with its payment, reservation and session locked; null when there is none, or it is another company's.</summary>
    public static async Task<TakenRefund?> Take(Tx tx, string refundId, Func<string, bool> maySee)
    {
        if (
            await RefundTable.Find(tx, refundId) is not { } found
            || await PaymentTable.Take(tx, found.PaymentId, maySee) is not { } taken
        )
            return null;
        // Read again now that the lock is held.
        return new((await RefundTable.Find(tx, refundId))!, taken);
    }

    /// <inheritdoc cref="Take(Tx, string, Func{string, bool})"/>
    public static Task<TakenRefund?> Take(Tx tx, string refundId) => Take(tx, refundId, _ => true);

    /// <summary>
    /// Writes the refunds of <paramref name="amount"/> fen, one for each receipt that it comes out of, the latest first.
    /// At most what may still be refunded: captured, less contested, less what goes back already.
    /// </summary>
    public static async Task<IReadOnlyList<RefundRow>> Request(
        Tx tx,
        PaymentRow payment,
        long amount,
        RefundCause because,
        string? note,
        Instant now
    )
    {
        var receipts = await Receipts(tx, payment.Id);
        amount = Math.Min(amount, receipts.Sum(receipt => receipt.Left));
        if (amount <= 0)
            return [];
        var live = receipts.Sum(receipt => receipt.Refunded);
        var waits = RefundRules.NeedsApproval(amount, live, tx.Settings.RefundApprovalAmount);
        var rows = new List<RefundRow>();
        foreach (var (receipt, part) in RefundRules.Spread(receipts.Select(receipt => (receipt, receipt.Left)), amount))
        {
            var row = await RefundTable.Add(
                tx,
                From(payment, receipt) with
                {
                    Status = (waits ? RefundStatus.AwaitingApproval : RefundStatus.RefundDue).Word(),
                    Because = because.Word(),
                    Note = note,
                    Amount = part,
                    OfferedUntil = OfferedUntil(tx.Settings, receipt, part, because, now),
                },
                now
            );
            await Promise(tx, payment, row, now);
            if (!waits)
                await AskProvider(tx, row, now);
            rows.Add(row);
        }
        await PaymentTable.Move(tx, payment, PaymentTrigger.RefundsOpen, now);
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

    /// <summary>
    /// Whether the provider may be asked for it now. From here on it counts as asked, so that the same money is not taken
    /// for another seat meanwhile: both come through the session's lock.
    /// </summary>
    public static async Task<bool> MaySend(Tx tx, string refundId, Instant now)
    {
        if (
            await Take(tx, refundId) is not { Refund.State: RefundStatus.RefundDue } taken
            || taken.Refund.OfferedUntil > now
        )
            return false;
        await RefundTable.EndOffer(tx, taken.Refund);
        return true;
    }

    /// <summary>What may still be refunded of this payment, in fen.</summary>
    public static async Task<long> Refundable(Statements read, string paymentId) =>
        (await Receipts(read, paymentId)).Sum(receipt => receipt.Left);

    /// <summary>What may still be refunded of the receipt that this refund is of, in fen.</summary>
    public static async Task<long> LeftOf(Statements read, RefundRow refund) =>
        (await Receipts(read, refund.PaymentId)).Single(receipt => receipt.Id == refund.ReceiptId).Left;

    /// <summary>
    /// Whether more would go back than this refund's receipt has: since it was promised, somebody has refunded it at the
    /// provider, or the buyer's bank contests it. Nothing more is paid then.
    /// </summary>
    /// <param name="contested">False leaves out what is contested and not decided: that may come back.</param>
    public static async Task<bool> IsOverdrawn(Statements read, RefundRow refund, bool contested = true) =>
        await read.Get<long>(
            $"""
            SELECT receipt.amount
                - CAST((SELECT COALESCE(SUM(refund.amount), 0) FROM refund
                    WHERE refund.receipt_id = receipt.id AND refund.{RefundRow.Live}) AS BIGINT)
                - CAST((SELECT COALESCE(SUM(dispute.amount), 0) FROM dispute
                    WHERE dispute.receipt_id = receipt.id AND dispute.status IN ('charged_back', @contested)) AS BIGINT)
            FROM receipt WHERE receipt.id = @ReceiptId
            """,
            new
            {
                refund.ReceiptId,
                contested = contested ? DisputeStatus.Disputed.Word() : DisputeStatus.ChargedBack.Word(),
            }
        ) < 0;

    /// <summary>
    /// By how much the refunds of a receipt exceed it, in fen: what was made at the provider of money that was promised
    /// already. It was booked as a gift, for at that time nothing else was left.
    /// </summary>
    static Task<long> RefundedTwice(Statements read, RefundRow refund) =>
        read.Get<long>(
            $"""
            SELECT CASE WHEN live.amount > receipt.amount THEN live.amount - receipt.amount ELSE 0 END
            FROM receipt, (SELECT CAST(COALESCE(SUM(refund.amount), 0) AS BIGINT) AS amount FROM refund
                WHERE refund.receipt_id = @ReceiptId AND refund.{RefundRow.Live}) AS live
            WHERE receipt.id = @ReceiptId
            """,
            new { refund.ReceiptId }
        );

    /// <summary>Why nothing more is paid of this refund's receipt; null when it may be.</summary>
    public static async Task<Refusal?> Frozen(Statements read, RefundRow refund) =>
        await IsOverdrawn(read, refund)
            ? Refusals.RefundTooLarge.Because(
                "该笔款项存在争议，或已在支付机构另行退款。",
                "This money is contested, or was refunded at the provider."
            )
            : null;

    /// <summary>
    /// At its company's wish the money stays here, for another payment: it has left this one, and no bank moves. The
    /// caller books it there. Null when it has left already.
    /// </summary>
    /// <param name="letter">What the company wishes it with.</param>
    public static async Task<RefundRow?> Applied(Tx tx, TakenRefund taken, string paymentId, string letter, Instant now)
    {
        var applied = await RefundTable.Move(
            tx,
            taken.Refund,
            RefundTrigger.Apply,
            now,
            row => row with { AppliedTo = paymentId, Letter = letter, Failure = null, PaidBy = tx.Actor }
        );
        return applied is null ? null : await Left(tx, taken, applied, now);
    }

    /// <summary>A second person agrees. The caller has checked who that is.</summary>
    public static async Task<RefundRow?> Approved(Tx tx, TakenRefund taken, Instant now)
    {
        var row = taken.Refund;
        var trigger = row.ByHand == 1 ? RefundTrigger.ApproveByHand : RefundTrigger.Approve;
        if (await RefundTable.Move(tx, row, trigger, now, to => to with { ApprovedBy = tx.Actor }) is not { } approved)
            return null;
        await AskProvider(tx, approved, now);
        return approved;
    }

    /// <summary>Nothing goes back under this refund: what was promised is taken back.</summary>
    public static async Task<RefundRow?> Withdraw(Tx tx, TakenRefund taken, Instant now)
    {
        var twice = await RefundedTwice(tx, taken.Refund);
        if (await RefundTable.Move(tx, taken.Refund, RefundTrigger.Withdraw, now) is not { } withdrawn)
            return null;
        await LedgerTable.Post(
            tx,
            Posting.RefundWithdrawn(await LedgerTable.Posted(tx, LedgerKind.Refund, withdrawn.Id), twice),
            withdrawn.Id,
            LedgerScope.Of(taken.Of.Payment),
            withdrawn.Currency,
            now
        );
        await CloseIfDone(tx, taken.Of.Payment, now);
        return withdrawn;
    }

    /// <summary>The provider has taken it: RefundDue → RefundPending. Null when it has gone on already.</summary>
    public static async Task<RefundRow?> Sent(Tx tx, TakenRefund taken, string providerRefundId, Instant now) =>
        taken.Refund.ByHand == 1
            ? null // Finance pays it: what the provider says of an earlier try changes nothing.
            : await RefundTable.Move(
                tx,
                taken.Refund,
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
        TakenRefund taken,
        Instant now,
        string? providerRefundId = null,
        Func<RefundRow, RefundRow>? proof = null
    )
    {
        if (taken.Refund.ByHand == 1 && proof is null)
            return null;
        var done = await RefundTable.Move(
            tx,
            taken.Refund,
            RefundTrigger.Succeed,
            now,
            row =>
                (proof ?? (same => same))(row) with
                {
                    ProviderRefundId = providerRefundId ?? row.ProviderRefundId,
                    Failure = null,
                }
        );
        return done is null ? null : await Left(tx, taken, done, now);
    }

    static async Task<RefundRow> Left(Tx tx, TakenRefund taken, RefundRow done, Instant now)
    {
        await LedgerTable.Post(
            tx,
            Posting.Payout(WayOut(done), done.Amount),
            done.Id,
            LedgerScope.Of(taken.Of.Payment),
            done.Currency,
            now,
            again: true
        );
        await tx.Send(Paid, new Notice(done.Id), now);
        await CloseIfDone(tx, taken.Of.Payment, now);
        return done;
    }

    /// <summary>
    /// It did not go through, or came back after it had: it waits in finance's queue. Null when it has failed already.
    /// </summary>
    /// <param name="why">In the provider's or the bank's words; nothing personal.</param>
    public static async Task<RefundRow?> Failed(
        Tx tx,
        TakenRefund taken,
        string why,
        Instant now,
        string? providerRefundId = null
    )
    {
        var before = taken.Refund;
        if (before.ByHand == 1 && providerRefundId is not null)
            return null;
        var failed = await RefundTable.Move(
            tx,
            before,
            RefundTrigger.Fail,
            now,
            row => row with { Failure = why, ProviderRefundId = providerRefundId ?? row.ProviderRefundId }
        );
        if (failed is null)
            return null;
        if (before.State is RefundStatus.Refunded or RefundStatus.ExternalRefund)
            await LedgerTable.Post(
                tx,
                Posting.PayoutReturned(WayOut(before), failed.Amount),
                failed.Id,
                LedgerScope.Of(taken.Of.Payment),
                failed.Currency,
                now,
                again: true
            );
        await PaymentTable.Move(tx, taken.Of.Payment, PaymentTrigger.RefundsOpen, now);
        await tx.Send(Returned, new Notice(failed.Id), now);
        if (before.State is RefundStatus.Refunded)
            await tx.Send(CameBack, new Notice(failed.Id), now);
        return failed;
    }

    /// <summary>
    /// A refund that somebody made at the provider without us, already paid. The organizer decides about the seat. Null
    /// when it is recorded, is one of ours, or the receipt is not this payment's.
    /// </summary>
    /// <param name="serial">The payment intent that it is of.</param>
    public static async Task<RefundRow?> External(
        Tx tx,
        TakenPayment taken,
        string providerRefundId,
        string serial,
        long amount,
        Instant now
    )
    {
        if (await RefundTable.OfProvider(tx, providerRefundId) is not null)
            return null;
        var receipts = await Receipts(tx, taken.Payment.Id);
        if (receipts.Find(receipt => receipt.Serial == serial) is not { } receipt)
            return null;
        var row = await RefundTable.Add(
            tx,
            From(taken.Payment, receipt) with
            {
                Status = RefundStatus.ExternalRefund.Word(),
                Because = RefundCause.External.Word(),
                Amount = amount,
                ProviderRefundId = providerRefundId,
            },
            now
        );
        await Promise(tx, taken.Payment, row, now);
        await LedgerTable.Post(
            tx,
            Posting.Payout(row.Way, row.Amount),
            row.Id,
            LedgerScope.Of(taken.Payment),
            row.Currency,
            now,
            again: true
        );
        return row;
    }

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

    /// <summary>Once nothing is on its way any more, the payment says so.</summary>
    static async Task CloseIfDone(Tx tx, PaymentRow payment, Instant now)
    {
        var open = await tx.Get<long>(
            $"SELECT COUNT(*) FROM refund WHERE payment_id = @Id AND {RefundRow.Open}",
            new { payment.Id }
        );
        if (open == 0)
            await PaymentTable.Move(tx, await PaymentTable.Get(tx, payment.Id), PaymentTrigger.RefundsDone, now);
    }

    static async Task Promise(Tx tx, PaymentRow payment, RefundRow row, Instant now) =>
        await LedgerTable.Post(
            tx,
            Posting.Refund(row.Amount, await LedgerTable.PaidBeyond(tx, payment.Id)),
            row.Id,
            LedgerScope.Of(payment),
            row.Currency,
            now
        );

    static PaymentMethod WayOut(RefundRow row) => row.ByHand == 1 ? PaymentMethod.BankTransfer : row.Way;

    static RefundRow From(PaymentRow payment, ReceiptLeft receipt) =>
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
        };

    static Task<List<ReceiptLeft>> Receipts(Statements read, string paymentId) =>
        read.All<ReceiptLeft>(
            $"""
            SELECT receipt.*,
                CAST((SELECT COALESCE(SUM(refund.amount), 0) FROM refund
                    WHERE refund.receipt_id = receipt.id AND {RefundRow.Live}) AS BIGINT) AS refunded,
                CAST((SELECT COALESCE(SUM(dispute.amount), 0) FROM dispute
                    WHERE dispute.receipt_id = receipt.id AND dispute.status <> 'won') AS BIGINT) AS disputed
            FROM receipt WHERE receipt.payment_id = @paymentId 
            ORDER BY receipt.recorded_at DESC, receipt.serial DESC, receipt.account DESC
            """,
            new { paymentId }
        );

    /// <summary>A receipt, and how much of it may still go back.</summary>
    sealed record ReceiptLeft
    {
        public string Id { get; init; } = "";
        public string Method { get; init; } = "";
        public string Serial { get; init; } = "";
        public long Amount { get; init; }
        public string PayerName { get; init; } = "";
        public string? PayerAccount { get; init; }
        public long Refunded { get; init; }
        public long Disputed { get; init; }

        public long Left => RefundRules.Refundable(Amount, Disputed, Refunded);
    }
}

/// <summary>A refund that its transaction may change: the session's lock is held.</summary>
sealed record TakenRefund(RefundRow Refund, TakenPayment Of);
