namespace ClosedDoor.Features.Payments.Stripe;

public interface IStripeObject
{
    string Id { get; }
}

/// <summary>An object that is named by its id, and is there as a whole where it was asked for.</summary>
public sealed record StripeReference<T>(string Id, T? Value)
    where T : class, IStripeObject;

/// <summary>Of each object what we read. Amounts are in minor units, times in Unix seconds.</summary>
public sealed record CheckoutSession : IStripeObject
{
    public string Id { get; init; } = "";

    /// <summary>Where the buyer pays; null once the session is not open any more.</summary>
    public string? Url { get; init; }

    /// <summary><c>open</c>, <c>complete</c> (paid or processing) or <c>expired</c>.</summary>
    public string Status { get; init; } = "";

    /// <summary><c>paid</c>, <c>unpaid</c> or <c>no_payment_required</c>.</summary>
    public string PaymentStatus { get; init; } = "";

    public long? AmountTotal { get; init; }
    public string? Currency { get; init; }
    public bool Livemode { get; init; }
    public string? ClientReferenceId { get; init; }
    public Dictionary<string, string>? Metadata { get; init; }
    public StripeReference<PaymentIntent>? PaymentIntent { get; init; }

    /// <summary>What has come to our balance of it, with the fee; null while that is not known.</summary>
    public BalanceTransaction? Kept => PaymentIntent?.Value?.LatestCharge?.Value?.BalanceTransaction?.Value;
}

public sealed record PaymentIntent : IStripeObject
{
    public string Id { get; init; } = "";

    /// <summary><c>requires_payment_method</c>, <c>processing</c>, <c>succeeded</c>, <c>canceled</c> and others.</summary>
    public string Status { get; init; } = "";

    public long AmountReceived { get; init; }
    public StripeReference<Charge>? LatestCharge { get; init; }
}

public sealed record Charge : IStripeObject
{
    public string Id { get; init; } = "";
    public StripeReference<BalanceTransaction>? BalanceTransaction { get; init; }
}

public sealed record BalanceTransaction : IStripeObject
{
    public string Id { get; init; } = "";

    /// <summary>What comes to our balance at Stripe; below zero, what leaves it. Without the fee.</summary>
    public long Amount { get; init; }

    /// <summary>What Stripe keeps; below zero, what it gives back of that.</summary>
    public long Fee { get; init; }
    public string Currency { get; init; } = "";
}

public sealed record StripeRefund : IStripeObject
{
    public string Id { get; init; } = "";

    /// <summary><c>pending</c>, <c>requires_action</c>, <c>succeeded</c>, <c>failed</c> or <c>canceled</c>.</summary>
    public string Status { get; init; } = "";

    public long Amount { get; init; }
    public string? FailureReason { get; init; }
    public Dictionary<string, string>? Metadata { get; init; }
}

public sealed record StripeDispute : IStripeObject
{
    public string Id { get; init; } = "";

    /// <summary><c>needs_response</c>, <c>under_review</c>, <c>won</c>, <c>lost</c>, <c>prevented</c> and the warnings.</summary>
    public string Status { get; init; } = "";

    public long Amount { get; init; }
    public string Currency { get; init; } = "";
    public string Reason { get; init; } = "";
    public string? PaymentIntent { get; init; }
    public StripeEvidence? EvidenceDetails { get; init; }

    /// <summary>How its money was withdrawn and reinstated; none before that.</summary>
    public List<BalanceTransaction>? BalanceTransactions { get; init; }

    /// <summary>
    /// What was withdrawn has come back, whatever the bank had decided before. Where our account is in another currency, it
    /// comes back at another rate: nine tenths of it must do.
    /// </summary>
    public bool IsReinstated =>
        BalanceTransactions is { } moved
        && moved.Exists(one => one.Amount < 0)
        && (IsInOurs(moved) ? moved.Sum(one => one.Amount) >= 0 : Back(moved) >= Withdrawn(moved) / 10 * 9);

    /// <summary>
    /// What of its amount has come back after it was withdrawn, all of it or a part. Where our account is in another
    /// currency, at the rate at which it was withdrawn.
    /// </summary>
    public long CameBack =>
        BalanceTransactions is not { } moved || !moved.Exists(one => one.Amount > 0) ? 0
        : IsInOurs(moved) ? Math.Clamp(Amount + moved.Sum(one => one.Amount), 0, Amount)
        : Withdrawn(moved) is > 0 and var withdrawn ? (long)((Int128)Amount * Back(moved) / withdrawn)
        : 0;

    /// <summary>Once; it may be given back and withdrawn again.</summary>
    static long Withdrawn(List<BalanceTransaction> moved) => -moved.Min(one => one.Amount);

    static long Back(List<BalanceTransaction> moved) =>
        Math.Clamp(Withdrawn(moved) + moved.Sum(one => one.Amount), 0, Math.Max(0, Withdrawn(moved)));

    bool IsInOurs(List<BalanceTransaction> moved) =>
        moved.TrueForAll(one => string.Equals(one.Currency, Currency, StringComparison.OrdinalIgnoreCase));
}

/// <param name="DueBy">Unix seconds; null when nothing can be handed in any more.</param>
public sealed record StripeEvidence(long? DueBy);

public sealed record StripeList<T>
{
    public List<T> Data { get; init; } = [];
    public bool HasMore { get; init; }
}
