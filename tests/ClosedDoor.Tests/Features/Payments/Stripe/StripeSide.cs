using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;

namespace ClosedDoor.Tests.Features.Payments.Stripe;

/// <summary>What happens at Stripe while <see cref="CheckoutModel"/> is played: buyers' banks, and people in the dashboard.</summary>
sealed class StripeSide(Till till, string sessionId)
{
    readonly List<string> _disputes = [];

    /// <summary>The page to pay on, of the latest attempt that was opened; null when none was.</summary>
    public async Task<string?> PageOf(string paymentId)
    {
        var checkout = await till.Host.Query<string>(
            """
            SELECT COALESCE((SELECT checkout_id FROM checkout_attempt WHERE payment_id = @paymentId AND checkout_id IS NOT NULL
                ORDER BY number DESC LIMIT 1), '')
            """,
            new { paymentId }
        );
        return checkout.Length == 0 ? null : $"{till.Sandbox.Url}/pay/{checkout}";
    }

    public async Task Dispute(int dice)
    {
        // Stripe takes no dispute beyond what a charge still holds; here only whole ones are contested.
        if (await Intent(dice) is { } contested && await Left(contested) == Moves.Price)
            _disputes.Add(await till.Sandbox.Dispute(contested));
    }

    public Task Decide(int dice) =>
        _disputes.Count == 0 ? Task.CompletedTask : Decide(dice % _disputes.Count, won: dice % 3 > 0);

    /// <summary>All are decided, and of those that are lost some are given back after all.</summary>
    public async Task DecideAll()
    {
        for (var at = 0; at < _disputes.Count; at++)
        {
            await Decide(at, won: at % 2 == 0);
            if (at % 3 == 1)
                await Reinstate(at);
        }
    }

    /// <summary>A bank gives back what it had taken for good, or a part of it.</summary>
    public async Task Reinstate(int dice)
    {
        if (_disputes.Count == 0)
            return;
        try
        {
            await till.Sandbox.ReinstateDispute(
                _disputes[dice % _disputes.Count],
                part: dice % 3 == 2 ? 1 + dice % 500_000 : null
            );
        }
        catch (InvalidOperationException)
        {
            // It is not lost, or here again already.
        }
    }

    public async Task Refund(int dice)
    {
        if (await Intent(dice) is not { } intent)
            return;
        try
        {
            await till.Sandbox.Call(
                "/v1/refunds",
                ("payment_intent", intent),
                ("amount", $"{Math.Min(await Left(intent), dice % 4 == 0 ? Moves.Price : 1 + dice % 500_000)}")
            );
        }
        catch (HttpRequestException)
        {
            // The wire that fails is this person's too; what was done is told by an event.
        }
    }

    /// <summary>A refund that is pending at Stripe goes on; all of them where no die is cast.</summary>
    public async Task Bank(string status, int? dice)
    {
        var pending = await till.Host.Data.Read(read =>
            read.All<string>(
                "SELECT provider_refund_id FROM refund WHERE session_id = @sessionId AND status = 'refund_pending' ORDER BY id",
                new { sessionId }
            )
        );
        for (var at = 0; at < pending.Count; at++)
        {
            if (dice is { } die && die % pending.Count != at)
                continue;
            try
            {
                await till.Sandbox.MoveRefund(pending[at], status);
            }
            catch (InvalidOperationException)
            {
                // Stripe has gone on already, and we have not heard of it.
            }
        }
    }

    /// <summary>What somebody has refunded in the dashboard does not arrive.</summary>
    public async Task DashboardRefundFails(int dice)
    {
        var made = await till.Host.Data.Read(read =>
            read.All<string>(
                "SELECT provider_refund_id FROM refund WHERE session_id = @sessionId AND status = 'external_refund' ORDER BY id",
                new { sessionId }
            )
        );
        if (made.Count == 0)
            return;
        try
        {
            await till.Sandbox.MoveRefund(made[dice % made.Count], "failed");
        }
        catch (InvalidOperationException)
        {
            // It has failed already, and we have not heard of it.
        }
    }

    /// <summary>What somebody has begun in the dashboard is known to us once it is done.</summary>
    public async Task EndDashboardRefunds()
    {
        foreach (var charge in (await till.Sandbox.Books()).GetProperty("payments").EnumerateArray())
        {
            var refunds = await till.Sandbox.Call(
                $"/v1/refunds?limit=100&payment_intent={charge.GetProperty("payment_intent").GetString()}"
            );
            foreach (var refund in refunds.GetProperty("data").EnumerateArray())
            {
                if (refund.GetProperty("status").GetString() == "pending")
                    await till.Sandbox.MoveRefund(refund.GetProperty("id").GetString()!, "succeeded");
            }
        }
    }

    async Task Decide(int at, bool won)
    {
        try
        {
            await till.Sandbox.CloseDispute(_disputes[at], won);
        }
        catch (InvalidOperationException)
        {
            // It is decided already.
        }
    }

    /// <summary>A payment intent of this session that has brought money.</summary>
    async Task<string?> Intent(int dice)
    {
        var known = await till.Host.Data.Read(read =>
            read.All<string>(
                """
                SELECT receipt.serial FROM receipt JOIN payment ON payment.id = receipt.payment_id
                WHERE payment.session_id = @sessionId AND receipt.method = 'stripe' AND receipt.origin IS NULL
                ORDER BY receipt.serial
                """,
                new { sessionId }
            )
        );
        return known.Count == 0 ? null : known[dice % known.Count];
    }

    async Task<long> Left(string intent)
    {
        var charge = (await till.Sandbox.Books())
            .GetProperty("payments")
            .EnumerateArray()
            .First(one => one.GetProperty("payment_intent").GetString() == intent);
        return charge.GetProperty("amount").GetInt64()
            - charge.GetProperty("refunded").GetInt64()
            - charge.GetProperty("disputed").GetInt64();
    }
}
