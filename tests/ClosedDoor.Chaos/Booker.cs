using System.Collections.Concurrent;
using System.Globalization;

namespace ClosedDoor.Chaos;

/// <summary>
/// One company that books, waits, pays and cancels, and remembers what it was told. It has one request under way at a
/// time, so what it was told last of a reservation is how that reservation stands, but for deadlines.
/// </summary>
sealed class Booker(Market market, int company, Caller caller, Random random, string run)
{
    readonly string _token = market.Companies[company].Token;
    int _steps;

    /// <summary>By reservation, the status that was acknowledged last.</summary>
    public ConcurrentDictionary<string, string> Reservations { get; } = new();

    /// <summary>By bank serial, the payment that it was acknowledged for.</summary>
    public ConcurrentDictionary<string, string> Receipts { get; } = new();

    public async Task Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var session = market.Sessions[random.Next(market.Sessions.Length)];
            await caller.Ask(HttpMethod.Get, $"/sessions/{session}", _token, null, null);
            var reserved = await Post($"/sessions/{session}/reservations", new { });
            if (reserved is { Status: 409, Code: "session_full" } && random.Next(3) == 0)
                await Post($"/sessions/{session}/waitlist", new { });
            if (reserved is { Status: 201 })
            {
                var id = reserved.Text("id");
                Reservations[id] = "held";
                await Follow(id);
            }
            await EndOneOfOlder();
            await Task.Delay(random.Next(5, 60), CancellationToken.None);
        }
    }

    async Task Follow(string id)
    {
        if (random.Next(4) == 0)
            return; // Left to lapse, or to be cancelled later.
        if (await Post($"/reservations/{id}/payments", new { method = "bank_transfer" }) is not { Status: 201 } payment)
            return;
        Reservations[id] = "awaiting_payment";
        if (random.Next(3) == 0)
            return;
        var serial = string.Create(CultureInfo.InvariantCulture, $"{run}{company:D3}{_steps:D6}");
        var received = await caller.Ask(
            HttpMethod.Post,
            $"/payments/{payment.Text("id")}/receive",
            market.Finance,
            new
            {
                bankSerial = serial,
                amount = new { amount = Market.Price, currency = "CNY" },
                payerName = "示例企业",
                receivedOn = "2024-01-08",
            },
            $"{run}-{company}-{_steps++}"
        );
        if (received is not { Status: 200 })
            return;
        Receipts[serial] = payment.Text("id");
        if (received.Text("status") == "confirmed")
            Reservations[id] = "confirmed";
    }

    /// <summary>Seats have to come free, or nothing would be left to happen.</summary>
    async Task EndOneOfOlder()
    {
        var live = Reservations.Where(one => one.Value is "held" or "awaiting_payment" or "confirmed").ToArray();
        if (live.Length < 2 || random.Next(2) == 0)
            return;
        var (id, _) = live[random.Next(live.Length)];
        if (await Post($"/reservations/{id}/cancel", new { reason = "行程冲突" }) is { Status: 200 })
            Reservations[id] = "cancelled";
    }

    Task<Answered?> Post(string path, object body) =>
        caller.Ask(HttpMethod.Post, path, _token, body, $"{run}-{company}-{_steps++}");
}
