using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Payments.Refunds;

/// <summary>Money that goes back: how much of which payment, to whom, which way, and how far it has come.</summary>
sealed record RefundRow
{
    public string Id { get; init; } = "";
    public string PaymentId { get; init; } = "";
    public string ReceiptId { get; init; } = "";
    public string ReservationId { get; init; } = "";
    public string SessionId { get; init; } = "";
    public string CompanyId { get; init; } = "";
    public string Method { get; init; } = "";
    public string Status { get; init; } = "";
    public string Because { get; init; } = "";

    /// <summary>What a person said about it.</summary>
    public string? Note { get; init; }
    public long Amount { get; init; }
    public string Currency { get; init; } = "";
    public string PayeeName { get; init; } = "";
    public string? PayeeAccount { get; init; }

    /// <summary>The stamped letter that names another account.</summary>
    public string? Letter { get; init; }
    public long ByHand { get; init; }
    public string RequestedBy { get; init; } = "";
    public string? ApprovedBy { get; init; }
    public string? ProviderRefundId { get; init; }
    public string? PaidFrom { get; init; }
    public string? BankSerial { get; init; }
    public LocalDate? PaidOn { get; init; }
    public string? PaidBy { get; init; }

    /// <summary>The payment for which the money stayed here, instead of being paid out.</summary>
    public string? AppliedTo { get; init; }

    /// <summary>How much of it was given while the seat stood, beyond what any rule gives back, in fen.</summary>
    public long OutOfPrice { get; init; }

    /// <summary>How much of it was given after the seat's end, out of what that has left here, in fen.</summary>
    public long Given { get; init; }

    /// <summary>1 from when the provider may have been asked, until it is known to have failed or not to have arrived.</summary>
    public long Asked { get; init; }

    /// <summary>Until then the provider is surely not asked; null when it may have been.</summary>
    public Instant? OfferedUntil { get; init; }

    /// <summary>Until when its company may want it for another seat; null when it may not, or the money goes back no more.</summary>
    public Instant? Offered => State.IsOpen() ? OfferedUntil : null;

    public string? Failure { get; init; }

    /// <summary>When it last became due after it had waited, for a second person or after a failure; null when it never did.</summary>
    public Instant? LetThroughAt { get; init; }
    public Instant CreatedAt { get; init; }
    public long Version { get; init; }

    public RefundCause Cause => Words.Parse<RefundCause>(Because);

    /// <summary>A person gave it here; what is not external either, a rule gives back.</summary>
    public bool IsGift => Cause is RefundCause.Goodwill;

    public RefundStatus State => Words.Parse<RefundStatus>(Status);

    public PaymentMethod Way => Words.Parse<PaymentMethod>(Method);

    public static Task<long> CountOpen(Statements read, string paymentId) =>
        read.Get<long>(
            $"SELECT COUNT(*) FROM refund WHERE payment_id = @paymentId AND {RefundStates.Open}",
            new { paymentId }
        );
}
