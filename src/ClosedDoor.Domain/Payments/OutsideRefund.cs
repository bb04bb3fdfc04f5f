namespace ClosedDoor.Domain;

/// <summary>Money that is promised back and has not set out: it can still be withdrawn.</summary>
/// <param name="ReceiptId">What it comes out of.</param>
/// <param name="Amount">In fen.</param>
/// <param name="IsGift">A person gave it; otherwise a rule does.</param>
/// <param name="IsOutOfPrice">Given while the seat stood; of a gift alone.</param>
public sealed record UnsentPromise(string Id, string ReceiptId, long Amount, bool IsGift, bool IsOutOfPrice);

/// <summary>A receipt, in fen: what came, what of it has gone back or is promised, what buyers' banks have taken for good.</summary>
public sealed record ReceiptMoney(string Id, long Amount, long Refunded, long ChargedBack);

/// <summary>
/// What becomes of our promises once somebody has refunded at the provider without us. That refund takes the place of what
/// is promised and has not set out: what a rule gives, of the same receipt before others, then what a person gave of this
/// one. What it goes beyond that comes out of the price while the seat stands; afterwards nothing was due, and it is set off
/// against what comes (<see cref="SeatMoney.Short"/>).
/// </summary>
/// <param name="Withdrawn">The promises that it takes the place of, in whole or in part.</param>
/// <param name="Rests">Gifts of which something is left, which is promised anew, in fen.</param>
/// <param name="OutOfPrice">How much of it counts as given while the seat stood.</param>
/// <param name="Given">How much of it counts as given after that.</param>
public sealed record OutsideRefund(
    IReadOnlyList<UnsentPromise> Withdrawn,
    IReadOnlyList<(UnsentPromise Gift, long Left)> Rests,
    long OutOfPrice,
    long Given
)
{
    /// <param name="amount">Of the refund, in fen.</param>
    /// <param name="receipt">That it is of, before it.</param>
    /// <param name="money">The payment's, before it.</param>
    /// <param name="awaited">Whether the seat still waits for its price: then it is money that has not come.</param>
    /// <param name="promises">Of the payment, the oldest first.</param>
    public static OutsideRefund Of(
        long amount,
        ReceiptMoney receipt,
        SeatMoney money,
        bool awaited,
        IReadOnlyList<UnsentPromise> promises
    )
    {
        var withdrawn = new List<UnsentPromise>();
        foreach (var promise in promises.Where(one => !one.IsGift).OrderBy(one => one.ReceiptId != receipt.Id))
            if (withdrawn.Sum(one => one.Amount) < amount)
                withdrawn.Add(promise);
        money = money with { Returned = money.Returned - withdrawn.Sum(one => one.Amount) };
        var beyond = amount - Math.Clamp(money.Here - money.Retained, 0, amount);

        var (rests, outOfPrice, given) = (new List<(UnsentPromise, long)>(), 0L, 0L);
        foreach (var gift in promises.Where(one => one.IsGift && one.ReceiptId == receipt.Id))
        {
            var part = Math.Min(gift.Amount, beyond - outOfPrice - given);
            if (part == 0)
                break;
            withdrawn.Add(gift);
            if (part < gift.Amount)
                rests.Add((gift, gift.Amount - part));
            if (gift.IsOutOfPrice)
                outOfPrice += part;
            else
                given += part;
        }
        if (awaited)
            (outOfPrice, given) = (0, 0);
        else if (money.Terms is null)
            outOfPrice = Math.Max(0, beyond - CannotArrive());
        return new(withdrawn, rests, outOfPrice, given);

        // The receipt has not so much: one of ours that has set out cannot arrive, and this one stands in for it.
        long CannotArrive() =>
            Math.Max(
                0,
                receipt.Refunded
                    - withdrawn.Where(one => one.ReceiptId == receipt.Id).Sum(one => one.Amount)
                    + amount
                    + receipt.ChargedBack
                    - receipt.Amount
            );
    }
}
