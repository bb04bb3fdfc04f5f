using ClosedDoor.Platform.Data;

namespace ClosedDoor.Chaos;

/// <summary>Holds what is contested, lost and given back at Stripe against what the service has of it.</summary>
sealed class DisputesAtStripe(Database database, Verdict verdict)
{
    public async Task Check(SandboxBooks theirs)
    {
        var (made, known) = (Theirs(theirs), await Ours());
        string[] faults =
        [
            .. made.Except(known).Select(one => $"{one} at Stripe, not so here"),
            .. known.Except(made).Select(one => $"{one} here, not so at Stripe"),
        ];
        verdict.Check(
            faults.Length == 0,
            faults.Length == 0
                ? $"{made.Count} disputes at Stripe stand here as they stand there, to the fen ({made.Sum(one => one.Away)} fen are lost)"
                : $"contested {string.Join("; contested ", faults.Take(5))}"
        );
    }

    /// <summary>Whether what was contested and decided there is known here, and nothing else.</summary>
    public async Task<bool> AllIsKnown(SandboxBooks theirs) => Theirs(theirs).ToHashSet().SetEquals(await Ours());

    static List<Contested> Theirs(SandboxBooks theirs) =>
        [
            .. theirs.Disputes.Select(one => new Contested
            {
                Id = one.Id,
                Subject = one.PaymentIntent,
                Amount = one.Amount,
                Currency = one.Currency,
                Status =
                    one.Away == 0 ? "won"
                    : one.Status == "lost" ? "charged_back"
                    : "disputed",
                Away = one.Away,
            }),
        ];

    Task<List<Contested>> Ours() =>
        database.Read(read =>
            read.All<Contested>(
                """
                SELECT dispute.provider_dispute_id AS id, COALESCE(receipt.origin, receipt.serial) AS subject, dispute.amount,
                    LOWER(dispute.currency) AS currency, dispute.status,
                    CAST((SELECT COALESCE(SUM(CASE WHEN credit = 'stripe' THEN ledger.amount WHEN debit = 'stripe' THEN -ledger.amount
                        ELSE 0 END), 0) FROM ledger WHERE ledger.subject = dispute.id AND ledger.kind IN ('dispute', 'dispute_won')) AS BIGINT)
                        AS away
                FROM dispute JOIN receipt ON receipt.id = dispute.receipt_id
                """
            )
        );

    /// <summary>A dispute in either book.</summary>
    sealed record Contested
    {
        public string Id { get; init; } = "";

        /// <summary>The payment intent whose money it is.</summary>
        public string Subject { get; init; } = "";
        public long Amount { get; init; }
        public string Currency { get; init; } = "";
        public string Status { get; init; } = "";

        /// <summary>What has left Stripe for it and not come back.</summary>
        public long Away { get; init; }

        public override string ToString() => $"{Id} of {Subject}: {Amount} {Currency}, {Status}, {Away} away";
    }
}
