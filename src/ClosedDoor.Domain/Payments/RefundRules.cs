namespace ClosedDoor.Domain;

/// <summary>How much of a payment may go back, and when one person is not enough.</summary>
public static class RefundRules
{
    /// <summary>What may still be refunded: captured, less contested, less what goes back already. Never below zero.</summary>
    public static long Refundable(long captured, long disputed, long liveRefunds) =>
        Math.Max(0, captured - disputed - liveRefunds);

    /// <summary>
    /// Whether a second person must approve: the payment's refunds, with this one, exceed the limit, so that it cannot be
    /// passed in small steps.
    /// </summary>
    public static bool NeedsApproval(long amount, long liveRefunds, long limit) =>
        checked(amount + liveRefunds) > limit;

    /// <summary>
    /// Spreads an amount over receipts, the latest first, none beyond what is left of it. The amount must fit.
    /// </summary>
    public static IReadOnlyList<(T Receipt, long Amount)> Spread<T>(
        IEnumerable<(T Receipt, long Left)> latestFirst,
        long amount
    )
    {
        var parts = new List<(T, long)>();
        foreach (var (receipt, left) in latestFirst)
        {
            var part = Math.Min(left, amount);
            if (part > 0)
                parts.Add((receipt, part));
            amount -= Math.Max(part, 0);
        }
        return amount == 0 ? parts : throw new InvalidOperationException("More is refunded than has come in.");
    }

    /// <summary>What the change of a payment's state does to what is owed for it: +1 charged, −1 reversed, 0 as before.</summary>
    public static int ChargeBetween(PaymentStatus from, PaymentStatus to) =>
        from.IsAwaited()
        && (to is PaymentStatus.Expired or PaymentStatus.Failed or PaymentStatus.Cancelled or PaymentStatus.RefundDue)
            ? -1
        : (from, to) is (PaymentStatus.LatePaid, PaymentStatus.Confirmed) ? 1
        : 0;
}
