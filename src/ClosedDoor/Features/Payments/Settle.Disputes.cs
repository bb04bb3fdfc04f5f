using ClosedDoor.Domain;
using ClosedDoor.Features.Payments.Ledger;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Payments;

/// <summary>
/// Disputes: while one is open its money counts for nothing, toward no price, and is not refunded. What either end of it makes
/// of the payment, <see cref="Balance"/> says. Each method answers null when the provider's word changes nothing any more.
/// </summary>
static partial class Settle
{
    /// <summary>The organizers' matter: finance is told, and sees it in the list of disputes, with the day by which evidence is due.</summary>
    public static async Task<DisputeRow?> DisputeOpened(
        Tx tx,
        LockedPayment locked,
        ContestedMoney contested,
        Instant now
    )
    {
        var receipt = await tx.Find<string>(
            "SELECT id FROM receipt WHERE payment_id = @Id AND serial = @Serial",
            new { locked.Payment.Id, contested.Serial }
        );
        if (receipt is null)
            return null;
        var opened = await DisputeTable.Add(
            tx,
            locked.Payment,
            new()
            {
                ReceiptId = receipt,
                ProviderDisputeId = contested.DisputeId,
                Amount = contested.Amount,
                Reason = contested.Reason,
                EvidenceDueAt = contested.EvidenceDueAt,
            },
            now
        );
        if (opened is null)
            return null;
        await Post(tx, locked.Payment, Posting.Dispute(opened.Amount), opened.Id, now);
        await tx.Send(DisputeTable.Opened, new Notice(opened.Id), now);
        await Balance(tx, locked, now);
        return opened;
    }

    /// <summary>
    /// The bank has decided. Won, the money counts again, and should that be after it was lost; lost, it is gone.
    /// </summary>
    public static async Task<DisputeRow?> DisputeClosed(
        Tx tx,
        LockedPayment locked,
        string providerDisputeId,
        bool won,
        Instant now
    )
    {
        if (
            await DisputeTable.OfProvider(tx, providerDisputeId) is not { } dispute
            || dispute.PaymentId != locked.Payment.Id
            || await DisputeTable.Transition(
                tx,
                locked.Payment,
                dispute,
                won ? DisputeTrigger.Win : DisputeTrigger.Lose,
                now
            )
                is not { } closed
        )
            return null;
        if (dispute.State is DisputeStatus.ChargedBack)
            await PostAgain(
                tx,
                locked.Payment,
                Posting.Reinstated(closed.Amount - await CameBack(tx, closed)),
                closed.Id,
                now
            );
        else
            await Post(
                tx,
                locked.Payment,
                won ? Posting.DisputeWon(closed.Amount) : Posting.DisputeLost(closed.Amount),
                closed.Id,
                now
            );
        var decides =
            locked.Payment.State is PaymentStatus.Disputed
            || (won && locked.Payment.State is PaymentStatus.ChargedBack)
            || dispute.State is DisputeStatus.ChargedBack; // A part of it may have come and gone back before.
        await Balance(tx, locked, now, decides ? RefundCause.DisputeWon : null);
        return closed;
    }

    /// <summary>
    /// Of what a bank had taken for good a part has come back: the dispute stays lost, and so much less is owed. An older
    /// answer of the provider's takes nothing of it away again.
    /// </summary>
    /// <param name="cameBack">All that has come back of it as it stands now, in fen.</param>
    public static async Task<DisputeRow?> DisputePartlyReinstated(
        Tx tx,
        LockedPayment locked,
        string providerDisputeId,
        long cameBack,
        Instant now
    )
    {
        if (
            await DisputeTable.OfProvider(tx, providerDisputeId) is not { State: DisputeStatus.ChargedBack } dispute
            || dispute.PaymentId != locked.Payment.Id
            || cameBack >= dispute.Amount // Then it is won, which is for DisputeClosed to say.
        )
            return null;
        var more = cameBack - await CameBack(tx, dispute);
        if (more <= 0)
            return null;
        await DisputeTable.PartCameBack(tx, locked.Payment, dispute, cameBack, now);
        await PostAgain(tx, locked.Payment, Posting.Reinstated(more), dispute.Id, now);
        await Balance(tx, locked, now, RefundCause.DisputeWon);
        return dispute;
    }

    static async Task<long> CameBack(Tx tx, DisputeRow dispute) =>
        (await LedgerTable.Posted(tx, LedgerKind.DisputeWon, dispute.Id)).Sum(entry => entry.Amount);

    /// <summary>
    /// What the provider keeps for a dispute, which it may give back with the money; it is the organizers' to bear. Posted
    /// once for each movement of the provider's books, so that an older answer, which lacks the latest, takes nothing back.
    /// </summary>
    /// <param name="movement">The provider's id of it.</param>
    /// <param name="fee">In fen; below zero, what is given back.</param>
    public static async Task DisputeFee(
        Tx tx,
        LockedPayment locked,
        string providerDisputeId,
        string movement,
        long fee,
        Instant now
    )
    {
        if (
            await DisputeTable.OfProvider(tx, providerDisputeId) is not { } dispute
            || dispute.PaymentId != locked.Payment.Id
            || (await LedgerTable.Posted(tx, LedgerKind.Fee, movement)).Count > 0
        )
            return;
        await LedgerTable.Post(tx, Posting.Fee(fee), movement, LedgerScope.Of(locked.Payment), dispute.Currency, now);
    }
}

/// <summary>Money that a buyer contests, as the provider tells of it.</summary>
/// <param name="DisputeId">The provider's id of the dispute.</param>
/// <param name="Serial">Of the receipt that the money came by.</param>
/// <param name="Amount">In fen.</param>
/// <param name="Reason">In the provider's word.</param>
/// <param name="EvidenceDueAt">By when evidence has to be there; null where none is asked for.</param>
sealed record ContestedMoney(
    string DisputeId,
    string Serial,
    long Amount,
    string Reason,
    Instant? EvidenceDueAt = null
);
