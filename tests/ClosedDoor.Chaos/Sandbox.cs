using System.Text.Json;
using ClosedDoor.Tests;

namespace ClosedDoor.Chaos;

/// <summary>
/// The stand-in for Stripe: a process of its own on loopback, whose books are what the service's are held against. It
/// stays up, for its books are in its memory; it is out of order by its own means.
/// </summary>
sealed class Sandbox : IDisposable
{
    const string Key = "sk_test_chaos";
    const string WebhookSecret = "whsec_chaos";

    /// <summary>After this long Stripe forgets idempotency keys, and no checkout of ours is open any more.</summary>
    static readonly TimeSpan Day = TimeSpan.FromHours(25);

    /// <summary>While Stripe does not answer, nobody waits for its dashboard for longer.</summary>
    static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(3);

    static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    readonly SandboxProcess _process;
    readonly HttpClient _http;
    (string Addresses, double Loss, double Duplication, int LongestDelay) _way;

    Sandbox(SandboxProcess process) => (_process, _http) = (process, process.As(Key));

    public static async Task<Sandbox> Start(int seed)
    {
        var sandbox = new Sandbox(await SandboxProcess.Start());
        await sandbox.Control(HttpMethod.Put, $"chance/{seed}");
        return sandbox;
    }

    /// <summary>What an instance is started with to be paid here, and to ask what has become of it every other second.</summary>
    public (string Name, string Value)[] Settings =>
        [
            ("CLOSEDDOOR_STRIPE_API", _process.Address.GetLeftPart(UriPartial.Authority)),
            ("CLOSEDDOOR_STRIPE_KEY", Key),
            ("CLOSEDDOOR_STRIPE_WEBHOOK_SECRET", WebhookSecret),
            ("CLOSEDDOOR_RECONCILE_SECONDS", "2"),
        ];

    /// <summary>Events go to these addresses, one or the other: some never, some twice, and in another order than they happened.</summary>
    /// <param name="longestDelay">Milliseconds.</param>
    public Task Tell(IEnumerable<Uri> addresses, double loss, double duplication, int longestDelay)
    {
        var endpoints = addresses.Select(address => new Uri(address, "/api/v1/webhooks/stripe"));
        _way = (string.Join(' ', endpoints), loss, duplication, longestDelay);
        return MendWebhooks();
    }

    /// <summary>Deliveries reach nobody: they are made again, and given up after some tries.</summary>
    public Task CutWebhooks() => Deliver($"http://127.0.0.1:{Ports.Free()}");

    public Task MendWebhooks() => Deliver(_way.Addresses);

    /// <param name="how"><c>gone</c>, <c>failing</c> or <c>hanging</c>.</param>
    public Task BreakDown(string how) => Control(HttpMethod.Put, $"outage/{how}");

    public Task Recover() => Control(HttpMethod.Delete, "outage");

    /// <param name="status"><c>succeeded</c>, or <c>pending</c> until a day has passed.</param>
    public Task RefundsBegin(string status) => Control(HttpMethod.Put, $"refunds-begin/{status}");

    Task<JsonElement> Deliver(string url) =>
        Control(
            HttpMethod.Put,
            "webhooks",
            new
            {
                url,
                secret = WebhookSecret,
                _way.Loss,
                _way.Duplication,
                _way.LongestDelay,
                tries = 4,
                retryAfter = 400,
            }
        );

    /// <summary>What a buyer does on the payment page.</summary>
    /// <returns>Whether the page took it.</returns>
    public async Task<bool> Act(string page, string action)
    {
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("action", action)]);
        using var response = await _http.PostAsync(page, form);
        return (int)response.StatusCode < 400;
    }

    public async Task<SandboxBooks> Books() =>
        (await Control(HttpMethod.Get, "books")).Deserialize<SandboxBooks>(Snake)!;

    /// <summary>Every event that no instance has taken, for who delivers them by hand.</summary>
    public async Task<IReadOnlyList<SandboxEvent>> Undelivered() =>
        (await Control(HttpMethod.Get, $"deliveries?secret={WebhookSecret}"))
            .GetProperty("data")
            .Deserialize<List<SandboxEvent>>(Snake)!;

    /// <summary>A call as anyone with the key makes it, in Stripe's dashboard say.</summary>
    /// <returns>The id of what it made.</returns>
    public async Task<string> Call(string path, params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(one => KeyValuePair.Create(one.Name, one.Value)));
        using var enough = new CancellationTokenSource(LongestCall);
        using var response = await _http.PostAsync(path, content, enough.Token);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonDocument.Parse(text).RootElement.GetProperty("id").GetString()!
            : throw new InvalidOperationException($"{path}: {text}");
    }

    /// <summary>A buyer's bank contests a payment, or a part of it.</summary>
    /// <returns>The dispute's id.</returns>
    public async Task<string> Contest(string paymentIntent, long amount) =>
        (await Control(HttpMethod.Post, "disputes", new { paymentIntent, amount })).GetProperty("id").GetString()!;

    public Task Decide(string dispute, bool won) =>
        Control(HttpMethod.Post, $"disputes/{dispute}/{(won ? "win" : "lose")}");

    /// <summary>A bank gives back what it had taken for good, or a part of it.</summary>
    public Task Reinstate(string dispute, long? part) =>
        Control(
            HttpMethod.Post,
            FormattableString.Invariant($"disputes/{dispute}/reinstate{(part is null ? "" : $"?amount={part}")}")
        );

    Task<JsonElement> Control(HttpMethod method, string path, object? body = null) => _http.Control(method, path, body);

    /// <summary>Keys are forgotten, checkouts are over, and refunds that were under way have gone through, but for one that failed.</summary>
    public async Task ADayPasses()
    {
        await Control(
            HttpMethod.Put,
            "clock",
            new { now = (TimeProvider.System.GetUtcNow() + Day).ToUnixTimeSeconds() }
        );
        await RefundsBegin("succeeded");
        var end = "failed";
        foreach (var refund in (await Books()).Refunds.Where(one => one.Status == "pending"))
        {
            await Control(HttpMethod.Post, $"refunds/{refund.Id}/{end}");
            end = "succeeded";
        }
    }

    public void Dispose()
    {
        _process.Dispose();
        _http.Dispose();
    }
}
