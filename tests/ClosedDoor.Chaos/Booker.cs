using System.Collections.Concurrent;
using System.Globalization;

namespace ClosedDoor.Chaos;

/// <summary>
/// One company that books, waits, pays and cancels, and remembers what it was told. It has one request under way at a
/// time, so what it was told last of a reservation is how that reservation stands, but for deadlines.
/// </summary>
sealed class Booker
{
    readonly Market _market;
    readonly int _company;
    readonly Asker _asker;
    readonly Random _random;
    readonly string _run;
    readonly string _token;
    readonly Payer _payer;
    readonly HashSet<string> _over = [];
    string? _kept;
    string? _left;
    int _steps;

    public Booker(Market market, int company, Asker asker, Random random, string run, Sandbox stripe)
    {
        (_market, _company, _asker, _random, _run) = (market, company, asker, random, run);
        _token = market.Companies[company].Token;
        _payer = new Payer(stripe, asker, random, _token, Reservations, Post);
    }

    /// <summary>By reservation, the status that was acknowledged last.</summary>
    public ConcurrentDictionary<string, string> Reservations { get; } = new();

    /// <summary>By bank serial, the payment that it was acknowledged for.</summary>
    public ConcurrentDictionary<string, string> Receipts { get; } = new();

    /// <summary>By reservation, the payment that was begun online.</summary>
    public ConcurrentDictionary<string, string> Online => _payer.Payments;

    /// <summary>Whether it has paid for a seat online that it keeps whatever comes.</summary>
    public bool KeepsOneOnline => _kept is not null;

    public async Task Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var session = _market.Sessions[_random.Next(_market.Sessions.Length)];
            await _asker.Ask(HttpMethod.Get, $"/sessions/{session}", _token, null, null);
            var reserved = await Post($"/sessions/{session}/reservations", new { });
            if (reserved is { Status: 409, Code: "session_full" } && _random.Next(3) == 0)
                await Post($"/sessions/{session}/waitlist", new { });
            if (reserved is { Status: 201 })
            {
                var id = reserved.Text("id");
                Reservations[id] = "held";
                await Follow(id);
            }
            if (reserved is { Status: 409, Code: "already_reserved" })
                await TakeUp(session);
            await EndOneOfOlder();
            await _payer.SomeArrives(all: false);
            await Task.Delay(_random.Next(5, 60), CancellationToken.None);
        }
        await _payer.SomeArrives(all: true);
    }

    async Task Follow(string id)
    {
        if (_random.Next(4) == 0)
        {
            // Left to lapse, or to be cancelled later; the first is always left, so that some lapse in the end.
            if (_left is null)
                _over.Add(_left = id);
            return;
        }
        if (_random.Next(2) == 0)
        {
            await _payer.Pay(id);
            // The first seat that it has paid for online it keeps, so that some are kept in the end.
            if (_kept is null && Reservations[id] == "confirmed")
                _over.Add(_kept = id);
            return;
        }
        if (await Post($"/reservations/{id}/payments", new { method = "bank_transfer" }) is not { Status: 201 } payment)
            return;
        Reservations[id] = "awaiting_payment";
        if (_random.Next(3) == 0)
            return;
        var serial = string.Create(CultureInfo.InvariantCulture, $"{_run}{_company:D3}{_steps:D6}");
        var received = await _asker.Ask(
            HttpMethod.Post,
            $"/payments/{payment.Text("id")}/receive",
            _market.Finance,
            new
            {
                bankSerial = serial,
                amount = new { amount = Market.Price, currency = "CNY" },
                payerName = "示例企业",
                receivedOn = "2024-01-08",
            },
            $"{_run}-{_company}-{_steps++}"
        );
        if (received is not { Status: 200 })
            return;
        Receipts[serial] = payment.Text("id");
        if (received.Text("status") == "confirmed")
            Reservations[id] = "confirmed";
    }

    /// <summary>What it was promoted to from the waitlist, it was told by mail.</summary>
    async Task TakeUp(string session)
    {
        var listed = await _asker.Ask(
            HttpMethod.Get,
            $"/reservations?sessionId={session}&status=held",
            _token,
            null,
            null
        );
        if (listed is not { Status: 200 })
            return;
        foreach (var held in listed.Body.GetProperty("items").EnumerateArray())
        {
            var id = held.GetProperty("id").GetString()!;
            if (Reservations.TryAdd(id, "held"))
                await Follow(id);
        }
    }

    /// <summary>Seats have to come free, or nothing would be left to happen.</summary>
    async Task EndOneOfOlder()
    {
        var live = Reservations
            .Where(one => one.Value is "held" or "awaiting_payment" or "confirmed")
            .Where(one => !_over.Contains(one.Key))
            .ToArray();
        // Whoever has few mostly waits, but not for good: a house full of such companies would stay as it is.
        var mostly = live.Length < _market.Sessions.Length / 2 - 1 ? 8 : 2;
        if (live.Length == 0 || _random.Next(mostly) > 0)
            return;
        var (id, _) = live[_random.Next(live.Length)];
        if (await Post($"/reservations/{id}/cancel", new { reason = "行程冲突" }) is { Status: 200 })
            Reservations[id] = "cancelled";
        else
            _over.Add(id); // Lapsed meanwhile.
    }

    Task<Answered?> Post(string path, object body) =>
        _asker.Ask(HttpMethod.Post, path, _token, body, $"{_run}-{_company}-{_steps++}");
}
