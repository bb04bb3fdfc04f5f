using ClosedDoor.Tests.Given;

namespace ClosedDoor.Tests.Races;

/// <summary>Holds what has become of buyers, and our books, against what Stripe knows.</summary>
static class StripeBooks
{
    /// <summary>
    /// Everything that is not settled or does not agree: who paid has a seat, who did not pay has none, nothing can still be
    /// paid, and each payment, fee and refund stands in both books with the same amount. Empty when all is well.
    /// </summary>
    /// <param name="buyers">Each with the states in which payment and reservation are to be.</param>
    public static async Task<List<string>> Faults(
        TestHost host,
        Sandbox sandbox,
        IEnumerable<(string ReservationId, (string Payment, string Reservation) Ends, string Who)> buyers
    )
    {
        var faults = new List<string>();
        var theirs = await sandbox.Books();
        long Their(string name) => theirs.GetProperty(name).GetInt64();
        if (Their("open") > 0)
            faults.Add($"{Their("open")} checkouts can still be paid");

        var states = (
            await host.Data.Read(read =>
                read.All<State>(
                    """
                    SELECT reservation.id, payment.status AS payment, reservation.status AS reservation
                    FROM payment JOIN reservation ON reservation.id = payment.reservation_id
                    """
                )
            )
        ).ToDictionary(state => state.Id);
        foreach (var (reservationId, ends, who) in buyers)
        {
            if (!states.Remove(reservationId, out var state) || (state.Payment, state.Reservation) != ends)
                faults.Add($"{who} should have ended {ends} and is {state?.Payment}, {state?.Reservation}");
        }
        if (states.Count > 0)
            faults.Add($"{states.Count} payments are nobody's");

        var ours = await host.Data.Read(read =>
            read.All<string>("SELECT serial || ' ' || CAST(amount AS TEXT) FROM receipt WHERE method = 'stripe'")
        );
        var charged = theirs
            .GetProperty("payments")
            .EnumerateArray()
            .Select(one => $"{one.GetProperty("payment_intent")} {one.GetProperty("amount")}")
            .ToList();
        if (!ours.Order(StringComparer.Ordinal).SequenceEqual(charged.Order(StringComparer.Ordinal)))
            faults.Add($"{ours.Count} receipts are not Stripe's {charged.Count} charges");

        var balance = await host.Query<long>(
            """
            SELECT CAST(COALESCE(SUM(CASE WHEN debit = 'stripe' THEN amount WHEN credit = 'stripe' THEN -amount ELSE 0 END), 0) AS BIGINT)
            FROM ledger
            """
        );
        if (balance != Their("charged") - Their("fees") - Their("refunded"))
            faults.Add($"our balance at Stripe is {balance}");
        return faults;
    }

    sealed record State
    {
        public string Id { get; init; } = "";
        public string Payment { get; init; } = "";
        public string Reservation { get; init; } = "";
    }
}
