using System.Collections.Concurrent;
using System.Globalization;
using ClosedDoor.Platform.Data;

namespace ClosedDoor.Chaos;

/// <summary>
/// What others do to money that has come, beside whatever goes wrong: buyers' banks contest it, decide, and give back what
/// they had taken; somebody refunds in Stripe's dashboard; finance gives a part back. So often and no more, each on a
/// payment of the seed's.
/// </summary>
sealed class Outsiders
{
    const int LongestFinish = 40;

    readonly Sandbox _stripe;
    readonly Asker _asker;
    readonly string _finance;
    readonly Random _random;
    readonly List<(string Name, Func<Task<bool>> Do)> _acts;
    readonly HashSet<string> _contested = [];
    readonly List<Queue<Func<Task>>> _decisions = [];
    int _steps;

    public Outsiders(Sandbox stripe, Asker asker, string finance, Random random)
    {
        (_stripe, _asker, _finance, _random) = (stripe, asker, finance, random);
        (string, Func<Task<bool>>)[] acts =
        [
            ("a dispute that is won", () => Contest(won: true)),
            ("a dispute that is lost", () => Contest(won: false)),
            ("a loss that is reversed", () => Contest(won: false, comesBack: "all")),
            ("a loss that is reversed in part", () => Contest(won: false, comesBack: "part")),
            ("a refund of all in the dashboard", () => RefundInDashboard(whole: true)),
            ("another refund of a part in the dashboard", () => RefundInDashboard(whole: false)),
            ("a part that finance gives back", RefundByFinance),
            ("another part that finance gives back", RefundByFinance),
        ];
        random.Shuffle(acts);
        // This first: later on, most money has been given back or is contested.
        _acts = [("a refund of a part in the dashboard", () => RefundInDashboard(whole: false)), .. acts];
    }

    /// <summary>By refund, the payment that finance was told that it gives a part back of.</summary>
    public ConcurrentDictionary<string, string> Refunds { get; } = new();

    /// <summary>Whether each of them has had its occasion. What banks have begun, they end in <see cref="Finish"/>.</summary>
    public bool HaveActed => _acts.Count == 0;

    public async Task Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(_random.Next(400, 1800), CancellationToken.None);
            await Step();
        }
    }

    /// <summary>What had no occasion yet has it now, and every bank decides.</summary>
    public async Task Finish()
    {
        for (var tries = 0; tries < LongestFinish && _acts.Count > 0; tries++)
        {
            await Step();
            await Task.Delay(100);
        }
        foreach (var decision in _decisions.SelectMany(decisions => decisions))
            await decision();
        foreach (var (name, _) in _acts)
            Verdict.NotTried($"{name}: no payment was there for it");
    }

    /// <summary>That what finance was told stands, and that there was some of everything: else what is held against Stripe's books would say little.</summary>
    public async Task Check(Database database, Verdict verdict)
    {
        var stands = (
            await database.Read(read =>
                read.All<Stands>("SELECT id, payment_id, status FROM refund WHERE because IN ('goodwill', 'external')")
            )
        ).ToDictionary(one => one.Id);
        string[] lost =
        [
            .. Refunds
                .Where(told => stands.GetValueOrDefault(told.Key)?.PaymentId != told.Value)
                .Select(told => $"{told.Key}: acknowledged of {told.Value}, and is not"),
        ];
        verdict.Check(
            lost.Length == 0,
            lost.Length == 0
                ? $"{Refunds.Count} parts that finance was told it gives back are there"
                : string.Join("; ", lost)
        );
        var contested = (await _stripe.Books()).Disputes;
        var (decided, outside) = (
            contested.Count(one => one.Status == "lost"),
            stands.Values.Count(one => one.Status == "external_refund")
        );
        verdict.Check(
            decided > 0 && decided < contested.Count && outside > 0 && !Refunds.IsEmpty,
            $"others were among it: {contested.Count} disputes, {decided} of them lost, {outside} refunds in the dashboard, {Refunds.Count} by finance"
        );
    }

    sealed record Stands
    {
        public string Id { get; init; } = "";
        public string PaymentId { get; init; } = "";
        public string Status { get; init; } = "";
    }

    /// <summary>The next act, where there is a payment for it; or a bank goes on with what it has begun.</summary>
    async Task Step()
    {
        if (_random.Next(3) == 0 && _decisions.FindAll(one => one.Count > 0) is { Count: > 0 } open)
        {
            await open[_random.Next(open.Count)].Dequeue()();
            return;
        }
        if (_acts.Count == 0)
            return;
        var act = _acts[0];
        try
        {
            var done = await act.Do();
            _acts.RemoveAt(0);
            if (!done)
                _acts.Add(act); // No payment is there for it now.
        }
        catch (Exception e) when (e is HttpRequestException or InvalidOperationException or OperationCanceledException)
        {
            // Stripe is out of order for them too. What was done all the same, is in its books.
        }
    }

    async Task<bool> Contest(bool won, string? comesBack = null)
    {
        if (await Any(one => !_contested.Contains(one.PaymentIntent)) is not { } charge)
            return false;
        _contested.Add(charge.PaymentIntent);
        // What was refunded already is contested too, now and then: banks do not ask.
        var amount = _random.Next(2) == 0 ? charge.Amount : _random.NextInt64(2, charge.Amount);
        var dispute = await _stripe.Contest(charge.PaymentIntent, amount);
        var decisions = new Queue<Func<Task>>([() => _stripe.Decide(dispute, won)]);
        if (comesBack is not null)
        {
            long? part = comesBack == "part" ? _random.NextInt64(1, amount) : null;
            decisions.Enqueue(() => _stripe.Reinstate(dispute, part));
        }
        _decisions.Add(decisions);
        return true;
    }

    async Task<bool> RefundInDashboard(bool whole)
    {
        if (
            await Any(one => !_contested.Contains(one.PaymentIntent) && one.Refunded < one.Amount - 1) is not { } charge
        )
            return false;
        var left = charge.Amount - charge.Refunded;
        var amount = whole ? left : _random.NextInt64(1, left);
        await _stripe.Call(
            "/v1/refunds",
            ("payment_intent", charge.PaymentIntent),
            ("amount", amount.ToString(CultureInfo.InvariantCulture))
        );
        return true;
    }

    async Task<bool> RefundByFinance()
    {
        if (await Any(one => one.Refunded == 0) is not { } charge)
            return false;
        var payment = charge.Metadata["payment"];
        var asked = await _asker.Ask(
            HttpMethod.Post,
            $"/payments/{payment}/refunds",
            _finance,
            new
            {
                amount = new { amount = _random.Next(1, 500_000), currency = "CNY" },
                reason = "茶歇取消，退还部分费用",
            },
            $"F-{_steps++}"
        );
        if (asked is not { Status: 201 })
            return false; // It is not paid yet as far as we know, contested, or gone back by now.
        Refunds[asked.Text("id")] = payment;
        return true;
    }

    async Task<SandboxCharge?> Any(Predicate<SandboxCharge> fits)
    {
        var charges = (await _stripe.Books()).Payments.Where(one => fits(one)).ToArray();
        return charges.Length == 0 ? null : charges[_random.Next(charges.Length)];
    }
}
