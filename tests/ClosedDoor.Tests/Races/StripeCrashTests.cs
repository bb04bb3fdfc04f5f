using System.Diagnostics;
using ClosedDoor.Features.Payments.Stripe;
using ClosedDoor.Platform.Outbox;
using ClosedDoor.Tests.Given;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Races;

/// <summary>
/// The service is killed at random during 300 payments through Stripe's sandbox, whose webhooks are lost, doubled and
/// late, and whose connections drop. After the reconcilers everything is settled, and its books equal ours to the fen.
/// </summary>
public class StripeCrashTests
{
    const int Payments = 300;
    const int Sessions = 3;
    const int Clients = 16;
    const int Seed = 20260302;

    static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    // As long as many of the service's lives: events overtake each other, and come to another process than they were sent to.
    const int LongestDelay = 10_000;

    [Test]
    public async Task Killed_at_random_during_300_payments_it_owes_and_is_owed_nothing_in_the_end()
    {
        var sandbox = await Sandbox.Open();
        await using var host = await TestHost.Create(sandbox.Settings);
        var (sessions, buyers) = await OpenMarket(host, sandbox);
        var port = Ports.Free();
        await sandbox.SendWebhooks(
            $"http://127.0.0.1:{port}/api/v1/webhooks/stripe",
            loss: 0.3,
            duplication: 0.3,
            longestDelay: LongestDelay,
            retryAfter: 200
        );
        await sandbox.DropConnections(0.05);
        await sandbox.Seed(Seed);

        var random = new Random(Seed);
        var kills = 0;
        using var stop = new CancellationTokenSource();
        var gate = new Gate();
        var load = Load(gate, buyers, stop.Token);
        var clock = Stopwatch.StartNew();
        while (!load.IsCompleted && clock.Elapsed < Longest)
        {
            // What a killed worker had in hand comes back when its lease is over: here at once.
            await host.Tamper("UPDATE outbox SET lease_until = 1 WHERE lease_until IS NOT NULL");
            await using var service = await ServiceProcess.Start(
                host.Store,
                port,
                [.. sandbox.Settings, ("ASPNETCORE_ENVIRONMENT", "Development")]
            );
            gate.Open(service.Client);
            // Short lives first, so that many end in the middle; then long enough to get everybody through.
            await Task.WhenAny(load, Task.Delay(kills < 8 ? random.Next(300, 1500) : random.Next(3000, 6000)));
            gate.Shut();
            await service.Kill();
            kills++;
        }
        await stop.CancelAsync();
        await load;
        var done = buyers.Count(buyer => buyer.Done);

        // What lost webhooks and kills have left: else the reconcilers would be proven by nothing.
        await sandbox.SendWebhooks(null);
        await sandbox.DropConnections(0);
        var unsettled = await host.Query<long>(
            "SELECT COUNT(*) FROM payment WHERE status IN ('opening', 'open', 'expiring', 'processing')"
        );
        var lost = (await sandbox.Undelivered()).Count;

        Task<List<string>> Faults() =>
            StripeBooks.Faults(
                host,
                sandbox,
                buyers.Select(buyer => (buyer.ReservationId!, buyer.Ends, buyer.ToString()))
            );

        Assert.That(await Faults(), Is.Not.Empty, "The check must see what is left to the reconcilers.");
        await Reconcile(host);

        Assert.That(done, Is.EqualTo(Payments), $"within {Longest.TotalSeconds} s, with {kills} kills");
        Assert.That(kills, Is.GreaterThan(3));
        Assert.That((unsettled, lost), Is.Not.EqualTo((0L, 0)));
        Assert.That(await Faults(), Is.Empty);
        foreach (var sessionId in sessions)
            Assert.That(await Books.Faults(host, sessionId), Is.Empty);
        await Books.AuditIsWhole(host);
        TestContext.Out.WriteLine(
            $"{Payments} payments, {kills} kills, {lost} events lost, {unsettled} payments left to the reconcilers, {clock.Elapsed.TotalSeconds:0} s"
        );
    }

    /// <summary>Forty minutes later, on the same database: every job, until none has anything to do.</summary>
    static async Task Reconcile(TestHost host)
    {
        await host.Tamper("UPDATE outbox SET lease_until = 1 WHERE lease_until IS NOT NULL");
        for (var i = 0; i < 6; i++)
        {
            host.Time.Advance(Duration.FromMinutes(40));
            var now = host.Time.Now;
            await Job<ReconcileEvents>(host).RunOnce(now);
            await host.Get<OutboxWorker>().RunOnce(now);
            await Job<ReconcileCheckouts>(host).RunOnce(now);
            await Job<ReconcileRefunds>(host).RunOnce(now);
            await host.Get<OutboxWorker>().RunOnce(now);
        }
        Assert.That(await host.Query<long>("SELECT COUNT(*) FROM outbox"), Is.Zero, "The outbox has not drained.");
    }

    static T Job<T>(TestHost host) => ActivatorUtilities.GetServiceOrCreateInstance<T>(host.Services);

    static Task Load(Gate gate, Buyer[] buyers, CancellationToken stop) =>
        Task.WhenAll(
            Enumerable
                .Range(0, Clients)
                .Select(client =>
                    Task.Run(
                        async () =>
                        {
                            foreach (var buyer in buyers.Where((_, i) => i % Clients == client))
                            {
                                while (!buyer.Done && !stop.IsCancellationRequested)
                                {
                                    try
                                    {
                                        if (gate.Client is { } service)
                                            await buyer.Advance(service);
                                    }
                                    catch (Exception e)
                                        when (e
                                                is HttpRequestException
                                                    or OperationCanceledException
                                                    or IOException
                                                    or ObjectDisposedException
                                        )
                                    {
                                        // Killed: the same step again, under the same key.
                                    }
                                    await Task.Delay(10, CancellationToken.None);
                                }
                            }
                        },
                        CancellationToken.None
                    )
                )
        );

    static async Task<(string[], Buyer[])> OpenMarket(TestHost host, Sandbox sandbox)
    {
        host.Time.Advance(Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow()) - host.Time.Now);
        var sessions = new string[Sessions];
        for (var i = 0; i < Sessions; i++)
            sessions[i] = await host.Given.PublishedSession(seatCap: Payments / Sessions);
        var companies = await host.Given.VettedCompanies(Payments / Sessions);
        var buyers = Enumerable
            .Range(0, Payments)
            .Select(i => new Buyer(i, sandbox, sessions[i % Sessions], companies[i / Sessions].Api.Token!))
            .ToArray();
        return (sessions, buyers);
    }

    /// <summary>The service, while it runs.</summary>
    sealed class Gate
    {
        volatile HttpClient? _client;

        public HttpClient? Client => _client;

        public void Open(HttpClient client) => _client = client;

        public void Shut() => _client = null;
    }

    /// <summary>One company on its way: reserves, chooses Stripe, waits for the page, and does there what it is minded to.</summary>
    sealed class Buyer(int number, Sandbox sandbox, string sessionId, string token)
    {
        string? _paymentId;
        string? _url;
        int _acted;

        // Of twenty: one walks away, one's money bounces, one's comes later, two are declined first, the others pay.
        readonly string[] _acts = (number % 20) switch
        {
            0 => ["leave"],
            1 => ["later", "bounce"],
            2 => ["later", "arrive"],
            3 or 4 => ["decline", "pay"],
            _ => ["pay"],
        };

        public string? ReservationId { get; private set; }
        public bool Done { get; private set; }

        /// <summary>How payment and reservation are to end.</summary>
        public (string Payment, string Reservation) Ends =>
            _acts[^1] switch
            {
                "pay" or "arrive" => ("confirmed", "confirmed"),
                "bounce" => ("failed", "expired"),
                _ => ("expired", "expired"),
            };

        public async Task Advance(HttpClient service)
        {
            var api = new ApiClient(service, token);
            if (ReservationId is null)
            {
                ReservationId = (await api.Post($"/sessions/{sessionId}/reservations", key: $"r{number}"))
                    .Expect(201)
                    .Id;
            }
            else if (_paymentId is null)
            {
                _paymentId = (
                    await api.Post(
                        $"/reservations/{ReservationId}/payments",
                        new { method = "stripe" },
                        key: $"p{number}"
                    )
                )
                    .Expect(201)
                    .Id;
            }
            else if (_url is null)
            {
                var payment = (await api.Get($"/payments/{_paymentId}")).Expect(200);
                if (payment["status"].GetString() == "open")
                    _url = payment["url"].GetString();
            }
            else if (_acted < _acts.Length)
            {
                Assert.That((await sandbox.Act(_url, _acts[_acted])).Status, Is.LessThan(400));
                _acted++;
            }
            else
            {
                if (number % 3 == 0)
                    (await api.Post($"/payments/{_paymentId}/check")).Expect(200);
                Done = true;
            }
        }

        public override string ToString() => $"buyer {number}: {string.Join(", ", _acts)}";
    }
}
