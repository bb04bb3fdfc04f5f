using ClosedDoor.Domain;
using ClosedDoor.Features.Payments.Refunds;
using NodaTime;

namespace ClosedDoor.Features.Payments;

sealed record PaymentRow
{
    public string Id { get; init; } = "";
    public string ReservationId { get; init; } = "";
    public string SessionId { get; init; } = "";
    public string CompanyId { get; init; } = "";
    public string Method { get; init; } = "";
    public string Status { get; init; } = "";
    public string Reference { get; init; } = "";
    public long Amount { get; init; }
    public string Currency { get; init; } = "";
    public long? Livemode { get; init; }

    public long? RefundPercent { get; init; }
    public long? RefundFee { get; init; }

    /// <summary>Who gave its seat up; null while it stands, and where no money had come.</summary>
    public string? EndedBy { get; init; }
    public Instant DueAt { get; init; }
    public long DueInCalendarDays { get; init; }
    public Instant CreatedAt { get; init; }
    public long Version { get; init; }

    /// <summary>Everything that came in, in minor units.</summary>
    public long Received { get; init; }

    /// <summary>What is to go back and has not left yet.</summary>
    public long RefundsOpen { get; init; }

    /// <summary>What has gone back.</summary>
    public long Refunded { get; init; }

    /// <summary>What buyers' banks have taken back: contested now, or lost.</summary>
    public long TakenBack { get; init; }

    /// <summary>What is here and nobody contests: what of the price has come. In SQL, <see cref="CountedSum"/>.</summary>
    public long Counted => Received - TakenBack - RefundsOpen - Refunded;

    /// <summary>By which its seat was given up; null while it stands, and where no money had come.</summary>
    public RefundTerms? Terms => TermsOf(RefundPercent, RefundFee);

    public static RefundTerms? TermsOf(long? percent, long? fee) =>
        percent is null ? null : new((int)percent, fee ?? 0, 0, false);

    /// <summary>Where the buyer pays, while the checkout is open.</summary>
    public string? CheckoutUrl { get; init; }

    /// <summary>When the seat that it pays for goes; null once nothing lapses any more.</summary>
    public Instant? HoldExpiresAt { get; init; }

    public PaymentStatus State => Words.Parse<PaymentStatus>(Status);

    public PaymentMethod Way => Words.Parse<PaymentMethod>(Method);

    /// <summary>As it reads at this time: what nothing has swept yet is over all the same.</summary>
    public PaymentStatus StateAt(Instant now) =>
        HoldExpiresAt <= now
            ? State switch
            {
                PaymentStatus.AwaitingTransfer => PaymentStatus.Expired,
                PaymentStatus.Underpaid => PaymentStatus.RefundDue,
                var other => other,
            }
            : State;

    static readonly string ReceivedSum = Refundable.Sum("receipt.amount", "receipt");
    static readonly string RefundsOpenSum = Refundable.Sum("refund.amount", "refund", $"refund.{RefundStates.Open}");
    static readonly string RefundedSum = Refundable.Sum("refund.amount", "refund", $"refund.{RefundStates.GoneBack}");
    static readonly string TakenBackSum = Refundable.Sum(DisputeRow.Away, "dispute", "dispute.status <> 'won'");

    /// <summary><see cref="Counted"/> of a row of <c>payment</c>, in SQL.</summary>
    public static readonly string CountedSum = $"{ReceivedSum} - {TakenBackSum} - {RefundsOpenSum} - {RefundedSum}";

    public static readonly string Select = $"""
        SELECT payment.*,
            {ReceivedSum} AS received,
            {RefundsOpenSum} AS refunds_open,
            {RefundedSum} AS refunded,
            {TakenBackSum} AS taken_back,
            (SELECT hold_expires_at FROM reservation
                WHERE reservation.id = payment.reservation_id AND reservation.kept_for_checkout = 0) AS hold_expires_at,
            (SELECT MAX(url) FROM checkout_attempt WHERE checkout_attempt.payment_id = payment.id
                AND checkout_attempt.status = 'open' AND payment.status = 'open') AS checkout_url
        FROM payment
        """;
}
