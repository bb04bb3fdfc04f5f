using System.Collections.Concurrent;

namespace ClosedDoor.Chaos;

/// <summary>
/// How a company pays online, on Stripe's page: at once, after a declined card, with money that comes later or never,
/// too late, after it gave the seat up, twice at once; or it walks away.
/// </summary>
/// <param name="told">By reservation, what was acknowledged last: the booker's own.</param>
/// <param name="post">Asks as the company, under a key of its own.</param>
sealed class Payer(
    Sandbox stripe,
    Asker asker,
    Random random,
    string token,
    IDictionary<string, string> told,
    Func<string, object, Task<Answered?>> post
)
{
    static readonly TimeSpan LongestForPage = TimeSpan.FromSeconds(5);
    static readonly TimeSpan LongestForNews = TimeSpan.FromSeconds(2);

    readonly Queue<(string Page, string Comes)> _underWay = new();

    /// <summary>Every reservation that is to be paid here, with its payment.</summary>
    public ConcurrentDictionary<string, string> Payments { get; } = new();

    public async Task Pay(string reservation)
    {
        var asked = await post($"/reservations/{reservation}/payments", new { method = "stripe" });
        if (asked is not { Status: 201 })
            return;
        told[reservation] = "awaiting_payment";
        var payment = Payments[reservation] = asked.Text("id");
        if (await Page(payment, not: null) is not { } page)
            return;
        switch (random.Next(12))
        {
            case 0:
                return; // Walks away.
            case 1:
                await Later(page, "arrive");
                return;
            case 2:
                await Later(page, "bounce");
                return;
            case 3:
                await stripe.Act(page, "decline");
                await Task.Delay(random.Next(0, 400));
                if (await post($"/reservations/{reservation}/payments", new { method = "stripe" }) is { Status: 201 })
                    page = await Page(payment, not: page) ?? page;
                await stripe.Act(page, "pay");
                break;
            case 4:
                if (await post($"/reservations/{reservation}/cancel", new { reason = "行程冲突" }) is { Status: 200 })
                    told[reservation] = "cancelled";
                await Task.Delay(random.Next(0, 400));
                await stripe.Act(page, "late");
                return;
            case 5:
                await Task.WhenAll(stripe.Act(page, "pay"), stripe.Act(page, "pay"));
                break;
            default:
                await stripe.Act(page, "pay");
                break;
        }
        if (random.Next(3) == 0)
            await asker.Ask(HttpMethod.Post, $"/payments/{payment}/check", token, new { }, null);
        if (random.Next(2) == 0 && await IsConfirmed(payment))
            told[reservation] = "confirmed";
    }

    /// <summary>Some of the money that was under way comes, or is known not to.</summary>
    public async Task SomeArrives(bool all)
    {
        for (var left = all ? _underWay.Count : _underWay.Count / 2; left > 0; left--)
        {
            var (page, comes) = _underWay.Dequeue();
            await stripe.Act(page, comes);
        }
    }

    async Task Later(string page, string comes)
    {
        if (await stripe.Act(page, "later"))
            _underWay.Enqueue((page, comes));
    }

    /// <returns>Null when there is none: it takes too long, or the checkout is over.</returns>
    async Task<string?> Page(string payment, string? not)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < LongestForPage)
        {
            if (await asker.Ask(HttpMethod.Get, $"/payments/{payment}", token, null, null) is not { } seen)
                return null;
            switch (seen.Text("status"))
            {
                case "open" when seen.Body.TryGetProperty("url", out var url) && url.GetString() != not:
                    return url.GetString();
                case "opening" or "open" or "expiring":
                    await Task.Delay(random.Next(50, 200));
                    break;
                default:
                    return null;
            }
        }
        return null;
    }

    async Task<bool> IsConfirmed(string payment)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < LongestForNews)
        {
            if (
                await asker.Ask(HttpMethod.Get, $"/payments/{payment}", token, null, null) is { } seen
                && seen.Text("status") == "confirmed"
            )
                return true;
            await Task.Delay(random.Next(50, 200));
        }
        return false;
    }
}
