using System.Text.Json;
using NodaTime;

namespace ClosedDoor.Tests.Given;

/// <summary>
/// An account of its own in the stand-in for Stripe, which runs as one process for all tests and ends with them. Its
/// books are what ours are compared with.
/// </summary>
public sealed class Sandbox
{
    public const string WebhookSecret = "whsec_tests";

    static readonly Lazy<Task<Uri>> Process = new(Start);
    static int s_accounts;

    readonly HttpClient _http;

    Sandbox(Uri address)
    {
        Url = address.GetLeftPart(UriPartial.Authority);
        Key = $"sk_test_{Environment.ProcessId}n{Interlocked.Increment(ref s_accounts)}";
        _http = SandboxProcess.As(address, Key);
    }

    public string Url { get; }
    public string Key { get; }

    /// <summary>What a host is started with to use this account.</summary>
    public (string Name, string Value)[] Settings =>
        [
            ("CLOSEDDOOR_STRIPE_API", Url),
            ("CLOSEDDOOR_STRIPE_KEY", Key),
            ("CLOSEDDOOR_STRIPE_WEBHOOK_SECRET", WebhookSecret),
        ];

    public static async Task<Sandbox> Open() => new(await Process.Value);

    /// <summary>The account's clock stands still here.</summary>
    public Task SetClock(Instant now) => Control(HttpMethod.Put, "clock", new { now = now.ToUnixTimeSeconds() });

    /// <summary>Events go to this address by themselves, as unreliably as said.</summary>
    public Task SendWebhooks(
        string? url,
        double loss = 0,
        double duplication = 0,
        int longestDelay = 0,
        int tries = 5,
        int retryAfter = 500
    ) =>
        Control(
            HttpMethod.Put,
            "webhooks",
            new
            {
                url,
                secret = WebhookSecret,
                loss,
                duplication,
                longestDelay,
                tries,
                retryAfter,
            }
        );

    /// <summary>The next calls go wrong: <c>drop_before</c>, <c>drop_after</c>, <c>error_after</c>, <c>rate_limit</c>…</summary>
    public Task Fault(string method, string path, string kind, int times = 1) =>
        Control(
            HttpMethod.Post,
            "faults",
            new
            {
                method,
                path,
                kind,
                times,
            }
        );

    /// <summary>This share of POSTs loses its connection, half of them after their effect.</summary>
    public Task DropConnections(double rate) =>
        Control(HttpMethod.Put, FormattableString.Invariant($"drop-rate/{rate:0.00}"));

    /// <summary>What is lost, doubled or dropped follows from this, as far as the calls come in the same order.</summary>
    public Task Seed(int seed) => Control(HttpMethod.Put, FormattableString.Invariant($"chance/{seed}"));

    /// <summary>From now on money is captured in the background: its fee is not known before <see cref="Capture"/>.</summary>
    public Task CaptureLater() => Control(HttpMethod.Put, "captures-later");

    public Task Capture() => Control(HttpMethod.Post, "captures");

    public Task RefundsBegin(string status) => Control(HttpMethod.Put, $"refunds-begin/{status}");

    public Task MoveRefund(string id, string status) => Control(HttpMethod.Post, $"refunds/{id}/{status}");

    public async Task<string> Dispute(string paymentIntent) =>
        (await Control(HttpMethod.Post, "disputes", new { paymentIntent })).GetProperty("id").GetString()!;

    public Task CloseDispute(string id, bool won) =>
        Control(HttpMethod.Post, $"disputes/{id}/{(won ? "win" : "lose")}");

    /// <summary>What was lost is given back after all, or a part of it.</summary>
    public Task ReinstateDispute(string id, long? part = null) =>
        Control(
            HttpMethod.Post,
            FormattableString.Invariant($"disputes/{id}/reinstate{(part is null ? "" : $"?amount={part}")}")
        );

    public Task<JsonElement> Books() => Control(HttpMethod.Get, "books");

    /// <summary>Events that no endpoint has taken, signed now, the oldest first.</summary>
    public async Task<List<SignedEvent>> Undelivered() =>
        [
            .. (await Control(HttpMethod.Get, $"deliveries?secret={WebhookSecret}"))
                .GetProperty("data")
                .EnumerateArray()
                .Select(one => new SignedEvent(
                    one.GetProperty("id").GetString()!,
                    one.GetProperty("type").GetString()!,
                    one.GetProperty("body").GetString()!,
                    one.GetProperty("signature").GetString()!
                )),
        ];

    /// <summary>Stripe has its 200 for this event.</summary>
    public Task MarkDelivered(string id) => Control(HttpMethod.Post, $"deliveries/{id}");

    /// <summary>What a buyer does on the payment page: <c>pay</c>, <c>decline</c>, <c>later</c>, <c>arrive</c>, <c>bounce</c>, <c>late</c>, <c>leave</c>.</summary>
    /// <returns>The status, and where the buyer is sent.</returns>
    public async Task<(int Status, string? Location)> Act(string url, string action)
    {
        using var response = await _http.PostAsync(
            url,
            new FormUrlEncodedContent([new KeyValuePair<string, string>("action", action)])
        );
        return ((int)response.StatusCode, response.Headers.Location?.OriginalString);
    }

    /// <summary>A call as anyone with the key makes it, in Stripe's dashboard say.</summary>
    public async Task<JsonElement> Call(string path, params (string Name, string Value)[] form)
    {
        using var response =
            form.Length == 0
                ? await _http.GetAsync(path)
                : await _http.PostAsync(
                    path,
                    new FormUrlEncodedContent(form.Select(one => new KeyValuePair<string, string>(one.Name, one.Value)))
                );
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
    }

    /// <summary>Whether this account has been asked for something under this idempotency key in the last 24 hours.</summary>
    public async Task<bool> KnowsKey(string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/refunds");
        request.Headers.Add("Idempotency-Key", key);
        request.Content = new FormUrlEncodedContent([new("payment_intent", "pi_nobodys")]);
        using var response = await _http.SendAsync(request);
        return (await response.Content.ReadAsStringAsync()).Contains("idempotency_error", StringComparison.Ordinal);
    }

    Task<JsonElement> Control(HttpMethod method, string path, object? body = null) => _http.Control(method, path, body);

    static async Task<Uri> Start()
    {
        var process = await SandboxProcess.Start();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => process.Kill();
        return process.Address;
    }
}

public sealed record SignedEvent(string Id, string Type, string Body, string Signature);
