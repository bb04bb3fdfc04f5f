using ClosedDoor.Features.Payments.Ledger;
using ClosedDoor.Platform.Data;

namespace ClosedDoor.Chaos;

/// <summary>
/// Holds the books of the service against Stripe's once a day has passed since: each payment and refund stands in both,
/// once and with the same amount; so does what a bank has contested; and who has paid has either the seat or the money.
/// </summary>
sealed class MoneyAtStripe(Database database, Sandbox stripe, Verdict verdict)
{
    readonly DisputesAtStripe _disputes = new(database, verdict);

    const string Unsettled = """
        SELECT (SELECT COUNT(*) FROM payment WHERE status IN ('opening', 'open', 'expiring', 'processing'))
            + (SELECT COUNT(*) FROM checkout_attempt WHERE status IN ('opening', 'open'))
            + (SELECT COUNT(*) FROM refund WHERE method = 'stripe' AND by_hand = 0 AND status IN ('refund_due', 'refund_pending'))
            + (SELECT COUNT(*) FROM stripe_event WHERE handled_at IS NULL)
        """;

    const string Known = "SELECT COUNT(*) FROM receipt WHERE method = 'stripe'";

    /// <summary>
    /// Makes a day pass at Stripe and for what is open in the database, and waits until the instances' reconcilers have
    /// seen to it.
    /// </summary>
    /// <param name="meanwhile">Done between two looks.</param>
    public async Task ADayPasses(TimeSpan longest, Func<Task> meanwhile)
    {
        var before = await stripe.Books();
        var left = await Count(Unsettled);
        var unknown = before.Payments.Count - await Count(Known);
        await stripe.ADayPasses();
        var took = await Settle(
            longest,
            async () =>
            {
                await Age();
                await meanwhile();
            }
        );
        var way = before.Deliveries;
        Console.WriteLine(
            $"  of Stripe's events {way.Lost} were lost and {way.Doubled} doubled, {way.Refused} deliveries failed, {way.TurnedAway} of them by a wrong clock"
        );
        Console.WriteLine(
            $"  {unknown} payments were not known here and {left} things open; a day later, {took.TotalSeconds:F1} s after it came, {await Count(Unsettled)}"
        );
    }

    /// <summary>What is open was begun a day ago: what becomes open only now, because nobody knew of it, too.</summary>
    async Task Age()
    {
        string[] changes =
        [
            "UPDATE checkout_attempt SET created_at = 1, expires_at = 1 WHERE status IN ('opening', 'open') AND created_at > 1",
            """
                UPDATE refund SET created_at = 1, offered_until = CASE WHEN offered_until IS NULL THEN NULL ELSE 1 END
                WHERE method = 'stripe' AND status IN ('refund_due', 'refund_pending') AND created_at > 1
                """,
            // Late money waits that long for its company's word.
            "UPDATE outbox SET due_at = 1 WHERE kind = 'refund.send.v1' AND lease IS NULL AND due_at > 1",
        ];
        // Each by itself: two that hold locks and wait for each other's would be a fault of the run's own.
        foreach (var change in changes)
            await database.Write("chaos", tx => tx.Execute(change));
    }

    /// <summary>Waits until nothing is open here or there, and every payment there is known here.</summary>
    /// <returns>How long that took.</returns>
    public async Task<TimeSpan> Settle(TimeSpan longest, Func<Task>? meanwhile = null)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < longest)
        {
            if (meanwhile is not null)
                await meanwhile();
            if (await Count(Unsettled) == 0 && await AllIsKnown())
                break;
            await Task.Delay(500);
        }
        return TimeProvider.System.GetElapsedTime(began);
    }

    /// <param name="longest">For what a reconciler has found only just now, and what is done about it.</param>
    public async Task Check(TimeSpan longest)
    {
        var began = TimeProvider.System.GetTimestamp();
        var (theirs, left) = (await stripe.Books(), await Count(Unsettled));
        while ((left > 0 || theirs.Open > 0) && TimeProvider.System.GetElapsedTime(began) < longest)
        {
            await Task.Delay(200);
            (theirs, left) = (await stripe.Books(), await Count(Unsettled));
        }
        verdict.Check(
            left == 0 && theirs.Open == 0,
            $"nothing is left open at Stripe ({theirs.Open} checkouts there, {left} things here)"
        );
        await EachPaymentIsInBoth(theirs);
        await EachRefundIsInBoth(theirs);
        await _disputes.Check(theirs);
        await WhoPaidHasSeatOrMoney();
        OneChargeForEachCheckout(theirs);
        await TheBooksBalance(theirs);
    }

    async Task EachPaymentIsInBoth(SandboxBooks theirs)
    {
        var receipts = await database.Read(read =>
            read.All<Line>(
                """
                SELECT receipt.serial AS id, receipt.payment_id AS subject, receipt.amount, LOWER(receipt.currency) AS currency,
                    COUNT(ledger.id) AS times, CAST(COALESCE(SUM(ledger.amount), 0) AS BIGINT) AS booked
                FROM receipt LEFT JOIN ledger ON ledger.kind = 'receipt' AND ledger.subject = receipt.id
                    AND ledger.debit = 'stripe' AND ledger.currency = receipt.currency
                WHERE receipt.method = 'stripe'
                GROUP BY receipt.id, receipt.serial, receipt.payment_id, receipt.amount, receipt.currency
                """
            )
        );
        var charges = theirs.Payments.Select(one => new Line
        {
            Id = one.PaymentIntent,
            Subject = one.Metadata.GetValueOrDefault("payment", "nobody"),
            Amount = one.Amount,
            Currency = one.Currency,
            Times = 1,
            Booked = one.Amount,
        });
        Same("payments", "paid", [.. charges], receipts);
    }

    async Task EachRefundIsInBoth(SandboxBooks theirs) => Same("refunds", "refunded", Made(theirs), await OurRefunds());

    Task<List<Line>> OurRefunds() =>
        database.Read(read =>
            read.All<Line>(
                """
                SELECT refund.provider_refund_id AS id, COALESCE(receipt.origin, receipt.serial) AS subject, refund.amount,
                    LOWER(refund.currency) AS currency, COUNT(ledger.id) AS times,
                    CAST(COALESCE(SUM(ledger.amount), 0) AS BIGINT) AS booked
                FROM refund JOIN receipt ON receipt.id = refund.receipt_id
                    LEFT JOIN ledger ON ledger.kind = 'payout' AND ledger.subject = refund.id AND ledger.credit = 'stripe'
                        AND ledger.currency = refund.currency
                WHERE refund.method = 'stripe' AND refund.by_hand = 0 AND refund.status IN ('refunded', 'external_refund')
                GROUP BY refund.id, refund.provider_refund_id, receipt.origin, receipt.serial, refund.amount, refund.currency
                """
            )
        );

    static List<Line> Made(SandboxBooks theirs) =>
        [
            .. theirs
                .Refunds.Where(one => one.Status == "succeeded")
                .Select(one => new Line
                {
                    Id = one.Id,
                    Subject = one.PaymentIntent,
                    Amount = one.Amount,
                    Currency = one.Currency,
                    Times = 1,
                    Booked = one.Amount,
                }),
        ];

    /// <summary>Both lists have the same lines, each once.</summary>
    void Same(string what, string done, List<Line> theirs, List<Line> ours)
    {
        var missing = theirs.Except(ours).Select(line => $"{line} at Stripe, not so here");
        var invented = ours.Except(theirs).Select(line => $"{line} here, not so at Stripe");
        var doubled = ours.GroupBy(line => line.Id)
            .Where(one => one.Count() > 1)
            .Select(one => $"{one.Key} twice here");
        string[] faults = [.. missing, .. invented, .. doubled];
        verdict.Check(
            faults.Length == 0,
            faults.Length == 0
                ? $"{theirs.Count} {what} at Stripe stand in the ledger once each, and no others"
                : $"{done} {string.Join($"; {done} ", faults.Take(5))}"
        );
    }

    /// <summary>
    /// What Stripe gives back by a refund that failed there, finance has before it: that is the money, too. What a bank has
    /// taken for good is owed, where it was not to go back anyway; what was given back while the seat stood is no more its price.
    /// </summary>
    async Task WhoPaidHasSeatOrMoney()
    {
        var all = await database.Read(read =>
            read.All<Kept>(
                """
                SELECT payment.id, payment.amount AS price,
                    CASE WHEN reservation.status IN ('confirmed', 'attended', 'no_show') THEN 1 ELSE 0 END AS seated,
                    CAST((SELECT COALESCE(SUM(amount), 0) FROM receipt WHERE receipt.payment_id = payment.id) AS BIGINT) AS received,
                    CAST((SELECT COALESCE(SUM(amount), 0) FROM refund WHERE refund.payment_id = payment.id
                        AND refund.status <> 'withdrawn') AS BIGINT) AS returned,
                    (SELECT COUNT(*) FROM refund WHERE refund.payment_id = payment.id
                        AND refund.status IN ('refund_failed', 'manual_payout', 'awaiting_approval')) AS with_finance,
                    CAST((SELECT COALESCE(SUM(out_of_price), 0) FROM refund WHERE refund.payment_id = payment.id
                        AND refund.status <> 'withdrawn') AS BIGINT) AS out_of_price,
                    CAST((SELECT COALESCE(SUM(CASE WHEN credit = 'stripe' THEN ledger.amount WHEN debit = 'stripe' THEN -ledger.amount
                        ELSE 0 END), 0) FROM ledger JOIN dispute ON dispute.id = ledger.subject
                        WHERE dispute.payment_id = payment.id AND ledger.kind IN ('dispute', 'dispute_won')) AS BIGINT) AS lost,
                    CAST((SELECT COALESCE(SUM(CASE WHEN debit = 'receivable' THEN ledger.amount WHEN credit = 'receivable' THEN -ledger.amount
                        ELSE 0 END), 0) FROM ledger WHERE ledger.payment_id = payment.id) AS BIGINT) AS owed
                FROM payment JOIN reservation ON reservation.id = payment.reservation_id WHERE payment.method = 'stripe'
                """
            )
        );
        var wrong = all.Where(one => !one.Fits).ToArray();
        verdict.Check(
            wrong.Length == 0,
            wrong.Length == 0
                ? $"of {all.Count} online payments {all.Count(one => one.Seated == 1)} have their seat, {all.Count(one => one.Returned > 0)} their money back ({all.Sum(one => one.WithFinance)} by finance), none both or neither"
                : $"seat and money do not fit: {string.Join("; ", wrong.Take(5))}"
        );
        verdict.Check(
            all.Any(one => one.Seated == 1) && all.Any(one => one.Returned > 0),
            "online payments were among it, some for a seat and some that went back"
        );
    }

    /// <summary>A call that was repeated has opened no second checkout, and a page that was pressed twice took no second payment.</summary>
    void OneChargeForEachCheckout(SandboxBooks theirs)
    {
        static string Attempt(string payment, IReadOnlyDictionary<string, string> metadata) =>
            $"{payment}.{metadata.GetValueOrDefault("attempt")}";
        string[] twice =
        [
            .. theirs
                .Checkouts.GroupBy(one => Attempt(one.ClientReferenceId ?? one.Id, one.Metadata))
                .Where(attempt => attempt.Count() > 1)
                .Select(attempt => $"{attempt.Key} has {attempt.Count()} checkouts"),
            .. theirs
                .Payments.GroupBy(one =>
                    Attempt(one.Metadata.GetValueOrDefault("payment", one.PaymentIntent), one.Metadata)
                )
                .Where(attempt => attempt.Count() > 1)
                .Select(attempt => $"{attempt.Key} was charged {attempt.Count()} times"),
        ];
        verdict.Check(
            twice.Length == 0,
            twice.Length == 0
                ? $"none of {theirs.Checkouts.Count} checkouts was opened or charged twice"
                : string.Join("; ", twice.Take(5))
        );
    }

    async Task TheBooksBalance(SandboxBooks theirs)
    {
        var faults = await database.Read(CheckLedger.Faults);
        var balance = await Count(
            """
            SELECT CAST(COALESCE(SUM(CASE WHEN debit = 'stripe' THEN amount WHEN credit = 'stripe' THEN -amount ELSE 0 END), 0) AS BIGINT)
            FROM ledger
            """
        );
        var expected = theirs.Charged - theirs.Fees - theirs.Refunded - theirs.Disputed;
        verdict.Check(
            faults.Count == 0 && balance == expected,
            $"the ledger balances, and what it has at Stripe is there, less Stripe's fees ({balance} of {expected} fen) {string.Join(", ", faults)}"
        );
    }

    /// <summary>Of what was lost on the way, too: Stripe lists it.</summary>
    async Task<bool> AllIsKnown()
    {
        var theirs = await stripe.Books();
        return theirs.Open == 0
            && await Count(Known) == theirs.Payments.Count
            && Made(theirs).ToHashSet().SetEquals(await OurRefunds())
            && await _disputes.AllIsKnown(theirs);
    }

    Task<long> Count(string sql) => database.Read(read => read.Get<long>(sql));

    /// <summary>A payment or a refund in either book.</summary>
    sealed record Line
    {
        public string? Id { get; init; }

        /// <summary>Of a payment, ours that it is for; of a refund, the payment intent whose money it gives back.</summary>
        public string Subject { get; init; } = "";
        public long Amount { get; init; }
        public string Currency { get; init; } = "";

        /// <summary>In the ledger.</summary>
        public long Times { get; init; }
        public long Booked { get; init; }

        public override string ToString() => $"{Id} of {Subject}: {Amount} {Currency}, {Times} times, {Booked} in all";
    }

    sealed record Kept
    {
        public string Id { get; init; } = "";
        public long Price { get; init; }
        public long Seated { get; init; }
        public long Received { get; init; }
        public long Returned { get; init; }
        public long WithFinance { get; init; }

        /// <summary>What was given of the price while the seat stood.</summary>
        public long OutOfPrice { get; init; }
        public long Lost { get; init; }
        public long Owed { get; init; }

        public bool Fits =>
            Received - Returned - Lost + Owed == (Seated == 1 ? Price - OutOfPrice : 0)
            && (Owed == 0 || (Owed > 0 && Owed <= Lost));
    }
}
