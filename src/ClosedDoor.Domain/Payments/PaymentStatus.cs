namespace ClosedDoor.Domain;

public enum PaymentMethod
{
    BankTransfer,
    Stripe,
}

public enum PaymentStatus
{
    AwaitingTransfer,

    /// <summary>Less than the price has come; the rest is awaited until the deadline.</summary>
    Underpaid,

    /// <summary>More than the price has come: the seat is confirmed and the difference is due back.</summary>
    Overpaid,
    Confirmed,

    /// <summary>The deadline passed without any money.</summary>
    Expired,
    Cancelled,

    /// <summary>Money is here without a seat, and goes back.</summary>
    RefundDue,
}

/// <summary>What money, and its absence, make of a payment by bank transfer.</summary>
public static class PaymentLife
{
    /// <summary>The state once <paramref name="received"/> fen of <paramref name="due"/> are here and the seat is (or is not) to be had.</summary>
    public static PaymentStatus Received(long received, long due, bool seat) =>
        !seat ? PaymentStatus.RefundDue
        : received < due ? PaymentStatus.Underpaid
        : received == due ? PaymentStatus.Confirmed
        : PaymentStatus.Overpaid;

    /// <summary>The state once the reservation has ended, by <paramref name="end"/>: whatever came in is due back.</summary>
    public static PaymentStatus Ended(long received, PaymentStatus end) => received > 0 ? PaymentStatus.RefundDue : end;
}
