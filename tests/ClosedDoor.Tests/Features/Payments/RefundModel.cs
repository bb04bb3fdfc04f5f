using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;

namespace ClosedDoor.Tests.Features.Payments;

/// <summary>What finance, the provider and the companies do about the refunds of <see cref="MoneyModel"/>'s sessions.</summary>
sealed class RefundModel(TestHost host, string[] sessions, ApiClient owner, ApiClient other)
{
    readonly HashSet<string> _retried = [];

    /// <summary>Refunds that the provider has been asked for: from there on the money may leave.</summary>
    readonly HashSet<string> _asked = [];

    async Task<(string Status, string Because, long Amount, string Id)[]> All()
    {
        var all = new List<(string, string, long, string)>();
        foreach (var sessionId in sessions)
            all.AddRange(await owner.RefundsOf($"sessionId={sessionId}&limit=200"));
        return [.. all];
    }

    public async Task GoesOn(int dice)
    {
        var refunds = await All();
        if (refunds.Length == 0)
            return;
        // Most are of a kind that the move means nothing for: one of all would hardly ever be another.
        var byHand = (
            await host.Data.Read(read => read.All<string>("SELECT id FROM refund WHERE by_hand = 1"))
        ).ToHashSet();
        var fitting = refunds
            .Where(one =>
                (dice % 10) switch
                {
                    <= 3 or 9 => !byHand.Contains(one.Id)
                        && (one.Status is "refund_due" or "refund_pending" || _asked.Contains(one.Id)),
                    4 => byHand.Contains(one.Id) && IsUnderWay(one),
                    5 => byHand.Contains(one.Id) && one.Status is "refunded",
                    6 => one.Status is "refund_failed",
                    _ => true,
                }
            )
            .ToArray();
        var from = fitting.Length > 0 ? fitting : refunds;
        var refund = from[dice / 10 % from.Length];
        var now = host.Time.Now;
        switch (dice % 10)
        {
            case 0 when await ProviderHas(refund.Id, refund.Status):
                await host.TellRefund(refund.Id, (tx, locked) => Refunding.Sent(tx, locked, $"re_{refund.Id}", now));
                break;
            case 1 or 2 when await ProviderHas(refund.Id, refund.Status):
                await host.TellRefund(
                    refund.Id,
                    (tx, locked) => Refunding.Succeeded(tx, locked, now, $"re_{refund.Id}")
                );
                break;
            case 3 when await ProviderHas(refund.Id, refund.Status):
                await host.TellRefund(
                    refund.Id,
                    (tx, locked) => Refunding.Failed(tx, locked, "示例原因", now, $"re_{refund.Id}")
                );
                break;
            case 4:
                await owner.PayOut(host, refund.Id);
                break;
            case 5:
                await owner.Post($"/refunds/{refund.Id}/bounce", new { reason = "示例原因" });
                break;
            case 6:
                _retried.Add(refund.Id);
                await owner.Post($"/refunds/{refund.Id}/retry");
                break;
            case 7:
                await owner.Redirect(refund.Id);
                break;
            case 8:
                await other.Post($"/refunds/{refund.Id}/withdraw");
                break;
            case 9 when refund.Status == "refund_due" && await ProviderHas(refund.Id, refund.Status):
                // It failed at every try, and by now has forgotten them: it has never left.
                await host.Data.Write(
                    "test",
                    async tx =>
                    {
                        await Refunding.NotListed(tx, refund.Id, now);
                        return true;
                    }
                );
                _asked.Remove(refund.Id);
                break;
        }
    }

    /// <summary>Its company would rather have the money pay for another reservation of its own, and makes one.</summary>
    /// <param name="buy">A new payment of this company; null when it can have none.</param>
    public async Task Stays(Func<string, Task<string?>> buy, int dice)
    {
        var open = (await All()).Where(IsUnderWay).ToList();
        if (open.Count == 0)
            return;
        var refund = open[dice % open.Count].Id;
        var company = await host.Query<string>("SELECT company_id FROM refund WHERE id = @refund", new { refund });
        if (await buy(company) is not { } paymentId)
            return;
        var reply = await owner.Post($"/refunds/{refund}/apply", new { paymentId, letter = "转场函 1 号" });
        if (reply.Status is not (200 or 409 or 422))
            throw new InvalidOperationException($"{reply.Status}: {reply.Text}");
    }

    /// <summary>What is left to do is done: what waits is approved, what failed is paid by hand.</summary>
    public async Task Finish()
    {
        for (var round = 0; round < 12; round++)
        {
            foreach (var (status, _, _, id) in await All())
            {
                switch (status)
                {
                    case "refund_failed":
                        await owner.Redirect(id);
                        break;
                    case "awaiting_approval":
                        // By whichever of the two did not ask for it.
                        if ((await other.Post($"/refunds/{id}/approve")).Status != 200)
                            await owner.Post($"/refunds/{id}/approve");
                        break;
                    case "refund_due" or "refund_pending" when await ProviderHas(id, status):
                        await host.TellRefund(
                            id,
                            (tx, locked) => Refunding.Succeeded(tx, locked, host.Time.Now, $"re_{id}")
                        );
                        break;
                    case "refund_due" or "manual_payout":
                        // By whichever of the two did not approve it.
                        if ((await owner.PayOut(host, id)).Status != 200)
                            await other.PayOut(host, id);
                        break;
                }
            }
        }
    }

    public async Task<IReadOnlyList<string>> Faults()
    {
        var faults = new List<string>();
        foreach (var refund in await All())
        {
            var asked = await host.MessagesAbout(Refunding.Send, refund.Id);
            if (asked > 1 && !_retried.Contains(refund.Id))
                faults.Add($"the provider is asked {asked} times for refund {refund.Id}");
        }
        foreach (var applied in await Applied())
        {
            if (_asked.Contains(applied))
                faults.Add($"refund {applied} was taken for another payment, and the provider asked for it");
        }
        return faults;
    }

    public async Task<IReadOnlyList<string>> Unfinished() =>
        [.. (await All()).Where(IsUnderWay).Select(refund => $"refund {refund.Id} is still {refund.Status}")];

    static bool IsUnderWay((string Status, string Because, long Amount, string Id) refund) =>
        refund.Status is not ("refunded" or "withdrawn" or "external_refund");

    Task<List<string>> Applied() =>
        host.Data.Read(read =>
            read.All<string>(
                "SELECT id FROM refund WHERE session_id IN (@first, @last) AND applied_to IS NOT NULL AND by_hand = 0",
                new { first = sessions[0], last = sessions[^1] }
            )
        );

    /// <summary>Whether the provider knows of it; one that is due is sent first, if it may be.</summary>
    async Task<bool> ProviderHas(string refundId, string status)
    {
        if (await host.Query<long>("SELECT by_hand FROM refund WHERE id = @refundId", new { refundId }) == 1)
            return false;
        if (
            status == "refund_due"
            && await host.Data.Write("test", tx => Refunding.MaySend(tx, refundId, host.Time.Now))
        )
            _asked.Add(refundId);
        return _asked.Contains(refundId);
    }
}
