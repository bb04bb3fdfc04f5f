namespace ClosedDoor.Chaos;

/// <summary>What Stripe knows of its account. Amounts in fen.</summary>
sealed record SandboxBooks(
    long Charged,
    long Fees,
    long Refunded,
    long Disputed,
    long Open,
    SandboxDeliveries Deliveries,
    IReadOnlyList<SandboxCheckout> Checkouts,
    IReadOnlyList<SandboxRefund> Refunds,
    IReadOnlyList<SandboxDispute> Disputes,
    IReadOnlyList<SandboxCharge> Payments
);

/// <param name="Lost">Events that were never sent.</param>
/// <param name="Doubled">Events that were sent twice.</param>
/// <param name="Refused">Deliveries that were not taken, and were made again or given up.</param>
/// <param name="TurnedAway">Of those, the ones that an instance answered: by its clock their signature was of another time.</param>
sealed record SandboxDeliveries(long Lost, long Doubled, long Refused, long TurnedAway);

sealed record SandboxCheckout(
    string Id,
    string? ClientReferenceId,
    IReadOnlyDictionary<string, string> Metadata,
    string Status,
    string PaymentStatus,
    string? PaymentIntent
);

sealed record SandboxRefund(string Id, string PaymentIntent, long Amount, string Currency, string Status);

/// <param name="Away">What of its amount is not here: all while it is open or lost, less what came back.</param>
sealed record SandboxDispute(string Id, string PaymentIntent, long Amount, string Currency, string Status, long Away);

/// <summary>A payment that has succeeded.</summary>
/// <param name="Refunded">Of it, those that are pending among it.</param>
sealed record SandboxCharge(
    string PaymentIntent,
    IReadOnlyDictionary<string, string> Metadata,
    long Amount,
    string Currency,
    long Refunded
);

/// <summary>An event as it is delivered, signed now.</summary>
sealed record SandboxEvent(string Id, string Body, string Signature);
