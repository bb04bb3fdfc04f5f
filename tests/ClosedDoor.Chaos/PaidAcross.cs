using System.Net;
using System.Text;
using ClosedDoor.Platform.Data;

namespace ClosedDoor.Chaos;

/// <summary>A checkout that is begun at one instance, told of at another and seen at the third, while all of them reconcile.</summary>
sealed class PaidAcross(Instance[] all, Sandbox stripe, Database database, Verdict verdict)
{
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    public async Task Take(string session, (string Id, string Token) company)
    {
        async Task<Answered?> Ask(int at, HttpMethod method, string path, object? body) =>
            await all[at].Asker(verdict).Ask(method, path, company.Token, body, body is null ? null : path);
        async Task<Answered?> Seen(string payment, string status)
        {
            var began = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(began) < Longest)
            {
                var seen = await Ask(2, HttpMethod.Get, $"/payments/{payment}", null);
                if (seen is { Status: 200 } && seen.Text("status") == status)
                    return seen;
                await Task.Delay(50);
            }
            return null;
        }

        var reserved = await Ask(0, HttpMethod.Post, $"/sessions/{session}/reservations", new { });
        var id = reserved?.Text("id");
        var asked = await Ask(0, HttpMethod.Post, $"/reservations/{id}/payments", new { method = "stripe" });
        var payment = asked?.Text("id") ?? "";
        if (await Seen(payment, "open") is not { } open)
        {
            verdict.Wrong($"a checkout that was begun at one instance does not open: {asked?.Body}");
            return;
        }
        await stripe.Act(open.Text("url"), "pay");
        var events = await stripe.Undelivered();
        var taken = true;
        foreach (var one in events)
            taken &= await Tell(1, one);
        verdict.Check(
            taken && await Seen(payment, "confirmed") is not null,
            "a checkout that is begun at one instance, and whose webhooks another takes, is paid at the third"
        );

        await Ask(1, HttpMethod.Post, $"/reservations/{id}/cancel", new { reason = "行程冲突" });
        var refunded = await Seen(payment, "refunded") is not null;
        events = await stripe.Undelivered();
        var again = await Task.WhenAll(
            events.SelectMany(one => Enumerable.Range(0, all.Length).Select(at => Tell(at, one)))
        );
        await new MoneyAtStripe(database, stripe, verdict).Settle(Longest);
        var books = await stripe.Books();
        var (receipts, refunds) = await database.Read(async read =>
            (
                await read.Get<long>("SELECT COUNT(*) FROM receipt WHERE method = 'stripe'"),
                await read.Get<long>("SELECT COUNT(*) FROM refund WHERE method = 'stripe' AND status = 'refunded'")
            )
        );
        verdict.Check(
            refunded
                && again.All(took => took)
                && (receipts, refunds, books.Payments.Count, books.Refunds.Count) == (1, 1, 1, 1),
            $"{events.Count} events at three instances at once, which all reconcile, make one payment and one refund ({receipts} and {refunds} here, {books.Payments.Count} and {books.Refunds.Count} at Stripe)"
        );
    }

    async Task<bool> Tell(int at, SandboxEvent one)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/webhooks/stripe");
        request.Content = new StringContent(one.Body, Encoding.UTF8, "application/json");
        request.Headers.Add("Stripe-Signature", one.Signature);
        using var answer = await all[at].Patient.SendAsync(request);
        return answer.StatusCode is HttpStatusCode.OK;
    }
}
