using System.Runtime.InteropServices;
using System.Text.Json;
using ClosedDoor.Tests;
using NodaTime;

namespace ClosedDoor.Demo;

/// <summary>The stand-in for Stripe, a process of its own on this machine; it ends with the story.</summary>
sealed class Checkout : IDisposable
{
    const string Key = "sk_test_story";
    const string WebhookSecret = "whsec_story";

    readonly SandboxProcess _process;
    readonly PosixSignalRegistration[] _signals;
    readonly HttpClient _http;

    Checkout(SandboxProcess process)
    {
        (_process, _http) = (process, process.As(Key));
        _signals =
        [
            .. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal =>
                PosixSignalRegistration.Create(signal, _ => process.Kill())
            ),
        ];
    }

    /// <summary>What the service is started with.</summary>
    public IEnumerable<(string Name, string Value)> Settings =>
        [
            ("CLOSEDDOOR_STRIPE_API", _process.Address.GetLeftPart(UriPartial.Authority)),
            ("CLOSEDDOOR_STRIPE_KEY", Key),
            ("CLOSEDDOOR_STRIPE_WEBHOOK_SECRET", WebhookSecret),
        ];

    public static async Task<Checkout> Open() => new(await SandboxProcess.Start());

    public Task SendEventsTo(Uri url) =>
        Control(HttpMethod.Put, "webhooks", new { url = url.ToString(), secret = WebhookSecret });

    public Task SetClock(Instant now) => Control(HttpMethod.Put, "clock", new { now = now.ToUnixTimeSeconds() });

    /// <summary>Its own books: charged, fees and refunded, in fen.</summary>
    public Task<JsonElement> Books() => Control(HttpMethod.Get, "books");

    /// <summary>What a buyer does on the payment page: <c>pay</c>, <c>decline</c>.</summary>
    public async Task Act(Uri page, string action)
    {
        using var response = await _http.PostAsync(page, new FormUrlEncodedContent([new("action", action)]));
        if ((int)response.StatusCode >= 400)
            throw new StepFailedException($"支付页面 {action}：{(int)response.StatusCode}");
    }

    Task<JsonElement> Control(HttpMethod method, string path, object? body = null) => _http.Control(method, path, body);

    public void Dispose()
    {
        _process.Dispose();
        Array.ForEach(_signals, signal => signal.Dispose());
        _http.Dispose();
    }
}
