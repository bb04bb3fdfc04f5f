using System.Globalization;
using ClosedDoor.Platform.Data;

namespace ClosedDoor.Chaos;

/// <summary>
/// That <see cref="MoneyAtStripe"/> can fail. Nothing of the service runs any more: what happens at Stripe now, no webhook
/// tells, and no reconciler finds; what stands in the database is made to be wrong.
/// </summary>
sealed class MoneyControls(Database database, Sandbox stripe)
{
    readonly List<string> _missed = [];

    /// <returns>What was made up and not found.</returns>
    public async Task<IReadOnlyList<string>> Missed()
    {
        var known = (await stripe.Books()).Payments[^1];
        var attempt = known.Metadata["attempt"];

        var unseen = await Charge(("metadata[payment]", known.Metadata["payment"]), ("metadata[attempt]", "99"));
        await Found($"paid {unseen} of ", () => Task.FromResult(unseen), isMadeUpAlready: true);
        await Found("the ledger balances", () => Task.FromResult(unseen), isMadeUpAlready: true);
        var part = await stripe.Call("/v1/refunds", ("payment_intent", unseen), ("amount", "100"));
        await Found($"refunded {part} of {unseen}: 100 ", () => Task.FromResult(part), isMadeUpAlready: true);
        var refund = await stripe.Call("/v1/refunds", ("payment_intent", unseen));
        await Found($"refunded {refund} of {unseen}", () => Task.FromResult(refund), isMadeUpAlready: true);
        var contest = await stripe.Contest(unseen, 200);
        await Found($"contested {contest} of {unseen}: 200 ", () => Task.FromResult(contest), isMadeUpAlready: true);

        await Found(
            "was charged 2 times",
            () => Charge(("metadata[payment]", known.Metadata["payment"]), ("metadata[attempt]", attempt))
        );
        await Found(
            "has 2 checkouts",
            () =>
                stripe.Call(
                    "/v1/checkout/sessions",
                    ("mode", "payment"),
                    ("success_url", "http://127.0.0.1/"),
                    ("client_reference_id", known.Metadata["payment"]),
                    ("metadata[attempt]", attempt),
                    ("line_items[0][quantity]", "1"),
                    ("line_items[0][price_data][currency]", "cny"),
                    ("line_items[0][price_data][unit_amount]", "100"),
                    ("line_items[0][price_data][product_data][name]", "示例席位")
                )
        );
        await Found("nothing is left open at Stripe", () => Task.FromResult(""), isMadeUpAlready: true);
        await Found(
            $"paid {known.PaymentIntent} of ",
            () =>
                Tamper(
                    $"""
                    INSERT INTO ledger (id, kind, subject, number, debit, credit, amount, currency, actor, at)
                    SELECT 'led_again', kind, subject, number + 1, debit, credit, amount, currency, actor, at FROM ledger
                    WHERE kind = 'receipt' AND subject = (SELECT id FROM receipt WHERE serial = '{known.PaymentIntent}')
                    """
                )
        );
        await Found(
            "seat and money do not fit",
            () =>
                Tamper(
                    // To any other, in whatever state: neither that one nor the one that it is taken from fits then.
                    """
                    UPDATE refund SET payment_id = (SELECT MIN(id) FROM payment
                        WHERE method = 'stripe' AND id <> refund.payment_id)
                    WHERE id = (SELECT MIN(id) FROM refund WHERE method = 'stripe' AND status = 'refunded' AND out_of_price = 0)
                    """
                )
        );
        await Found(
            ", charged_back, 0 away here",
            () =>
                Tamper(
                    """
                    INSERT INTO ledger (id, kind, subject, number, debit, credit, amount, currency, actor, at)
                    SELECT 'led_back', 'dispute_won', id, 99, 'stripe', 'receivable', amount - (SELECT COALESCE(SUM(amount), 0)
                        FROM ledger WHERE kind = 'dispute_won' AND subject = dispute.id), currency, 'chaos', 1
                    FROM dispute WHERE id = (SELECT MIN(id) FROM dispute WHERE status = 'charged_back')
                    """
                )
        );
        return _missed;
    }

    /// <param name="isMadeUpAlready">By what was done before this, so that it may be found before.</param>
    async Task Found(string what, Func<Task<string>> falsify, bool isMadeUpAlready = false)
    {
        if (!isMadeUpAlready && await Says(what))
            _missed.Add($"{what} (found where nothing was made up)");
        await falsify();
        if (!await Says(what))
            _missed.Add(what);
    }

    async Task<bool> Says(string what)
    {
        var quiet = new Verdict(quiet: true);
        await new MoneyAtStripe(database, stripe, quiet).Check(TimeSpan.Zero);
        return quiet.Says(what);
    }

    /// <returns>The payment intent: a payment that has succeeded.</returns>
    Task<string> Charge(params (string, string)[] metadata) =>
        stripe.Call(
            "/v1/payment_intents",
            [
                ("amount", Market.Price.ToString(CultureInfo.InvariantCulture)),
                ("currency", "cny"),
                ("confirm", "true"),
                .. metadata,
            ]
        );

    async Task<string> Tamper(string sql)
    {
        var rows = await database.Write("chaos", tx => tx.Execute(sql));
        if (rows == 0)
            _missed.Add($"(nothing was made up, for want of a row) {sql}");
        return rows.ToString(CultureInfo.InvariantCulture);
    }
}
