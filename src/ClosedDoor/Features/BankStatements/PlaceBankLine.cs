using ClosedDoor.Domain;
using ClosedDoor.Features.Payments;
using ClosedDoor.Features.Payments.Ledger;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.BankStatements;

/// <summary>
/// Money that could not be placed leaves suspense and is settled for the payments that a person names, in one transaction:
/// in whatever amount, and however late, as <see cref="Settle.Money"/> has it.
/// </summary>
static class PlaceBankLine
{
    /// <param name="Field">Where the request names the payment.</param>
    /// <param name="Amount">Fen of the line.</param>
    public sealed record Part(string Field, string PaymentId, long Amount);

    /// <param name="parts">Add up to the line's amount; where they do not, <paramref name="errors"/> says so already.</param>
    /// <param name="errors">Made anew for every run of the transaction, or a second run would say everything twice.</param>
    public static async Task<Outcome<BankLineRow>> For(
        Tx tx,
        BankLineRow line,
        IReadOnlyList<Part> parts,
        FieldErrors errors,
        Instant now
    )
    {
        if (!line.IsUnplaced)
            return Refusals.WrongBankLineStatus;
        foreach (var part in parts)
        {
            if (await tx.Find<string>("SELECT id FROM payment WHERE id = @PaymentId", new { part.PaymentId }) is null)
                errors.Add(part.Field, "没有该付款。", "There is no such payment.");
        }
        if (errors.Refusal is { } invalid)
            return invalid;

        await LedgerTable.Post(
            tx,
            Posting.SuspenseMatched(line.Amount),
            line.Id,
            LedgerScope.Nobody,
            line.Currency,
            now
        );
        for (var at = 0; at < parts.Count; at++)
        {
            var (_, paymentId, amount) = parts[at];
            var locked = (await PaymentTable.Lock(tx, paymentId))!;
            var serial = parts.Count == 1 ? line.Serial : $"{line.Serial}#{at + 1}";
            if (await Settle.Money(tx, locked, line.ToReceived(serial, amount), now) is null)
                return Refusals.BankSerialRecorded;
            await BankLineTable.AddPart(tx, line.Id, at + 1, paymentId, amount);
        }
        return await BankLineTable.Transition(tx, line, BankLineStatus.Matched, null, now) is { } matched
            ? matched
            : Refusals.WrongBankLineStatus;
    }
}
