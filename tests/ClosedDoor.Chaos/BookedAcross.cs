using System.Globalization;
using ClosedDoor.Platform.Data;

namespace ClosedDoor.Chaos;

/// <summary>A seat that is booked at one instance and paid at another, each request repeated at the other with its key.</summary>
sealed class BookedAcross(Market market, string session, Database database, MailSink mail, Verdict verdict)
{
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(90);

    const int Attempts = 3;

    readonly List<string> _about = [];
    int _mails = mail.Taken.Count;

    public Task Take((string Id, string Token) company, Instance first, Instance then, string where) =>
        Take(company, first, then, where, attempt: 1);

    async Task Take((string Id, string Token) company, Instance first, Instance then, string where, int attempt)
    {
        var kept = true;
        async Task<Answered?> Twice(Instance one, Instance other, string path, string token, object body)
        {
            var key = $"{company.Id}{path}{attempt}";
            var answer = await one.Asker(verdict).Ask(HttpMethod.Post, path, token, body, key);
            var again = await other.Asker(verdict).Ask(HttpMethod.Post, path, token, body, key);
            kept &=
                answer is { Status: < 300, Replayed: false }
                && again is { Replayed: true }
                && again.Status == answer.Status
                && again.Text("id") == answer.Text("id");
            return answer is { Status: < 300 } ? answer : null;
        }

        var reserved = await Twice(first, then, $"/sessions/{session}/reservations", company.Token, new { });
        var id = reserved?.Text("id");
        var payment = await Twice(
            then,
            first,
            $"/reservations/{id}/payments",
            company.Token,
            new { method = "bank_transfer" }
        );
        if (payment is null && attempt < Attempts && reserved is not null && HasLapsed(reserved))
        {
            // Holds are short here, and an instance that has just started is slow on a busy machine.
            await Take(company, first, then, where, attempt + 1);
            return;
        }
        var received = await Twice(
            first,
            then,
            $"/payments/{payment?.Text("id")}/receive",
            market.Finance,
            new
            {
                bankSerial = $"across-{company.Id}",
                amount = new { amount = Market.Price, currency = "CNY" },
                payerName = "示例企业",
                receivedOn = "2024-01-08",
            }
        );
        var confirmed = received is { Status: 200 } && received.Text("status") == "confirmed";
        foreach (var instance in new[] { first, then })
        {
            var shown = await instance
                .Asker(verdict)
                .Ask(HttpMethod.Get, $"/reservations/{id}", company.Token, null, null);
            confirmed &= shown is { Status: 200 } && shown.Text("status") == "confirmed";
        }
        verdict.Check(
            confirmed && kept,
            confirmed
                ? $"a seat booked {where} is paid for across both releases, which replay each other's idempotency keys"
                : $"a seat booked {where} is not paid for across both releases: {reserved?.Body} {payment?.Body} {received?.Body}"
        );
        _about.AddRange(new[] { id, payment?.Text("id") }.OfType<string>());
    }

    static bool HasLapsed(Answered reserved) =>
        DateTimeOffset.Parse(reserved.Text("holdExpiresAt"), CultureInfo.InvariantCulture)
        <= TimeProvider.System.GetUtcNow();

    /// <summary>Only one release has workers meanwhile: what the other has written is delivered by it or by nobody.</summary>
    public async Task Delivered(string by)
    {
        var began = TimeProvider.System.GetTimestamp();
        var waiting = string.Join(" OR ", _about.Select(id => $"body LIKE '%{id}%'"));
        long left;
        while (
            (left = await database.Read(read => read.Get<long>($"SELECT COUNT(*) FROM outbox WHERE {waiting}"))) > 0
            && TimeProvider.System.GetElapsedTime(began) < Longest
        )
            await Task.Delay(100);
        verdict.Check(
            left == 0 && mail.Taken.Count > _mails,
            $"messages that either release has written are delivered by {by} ({left} left)"
        );
        _about.Clear();
        _mails = mail.Taken.Count;
    }
}
