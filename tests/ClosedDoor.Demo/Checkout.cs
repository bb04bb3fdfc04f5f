using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json;
using NodaTime;

namespace ClosedDoor.Demo;

/// <summary>The stand-in for Stripe, a process of its own on this machine; it ends with the story.</summary>
sealed class Checkout : IDisposable
{
    const string Key = "sk_test_story";
    const string WebhookSecret = "whsec_story";

    readonly Process _process;
    readonly PosixSignalRegistration[] _signals;
    readonly HttpClient _http;

    Checkout(Process process, PosixSignalRegistration[] signals, Uri address)
    {
        (_process, _signals) = (process, signals);
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = address };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    /// <summary>What the service is started with.</summary>
    public IEnumerable<(string Name, string Value)> Settings =>
        [
            ("CLOSEDDOOR_STRIPE_API", _http.BaseAddress!.GetLeftPart(UriPartial.Authority)),
            ("CLOSEDDOOR_STRIPE_KEY", Key),
            ("CLOSEDDOOR_STRIPE_WEBHOOK_SECRET", WebhookSecret),
        ];

    public static async Task<Checkout> Open()
    {
        // Built beside the demo, in the same configuration.
        var dll = Path.Combine(
            AppContext.BaseDirectory.Replace("ClosedDoor.Demo", "ClosedDoor.StripeSandbox", StringComparison.Ordinal),
            "ClosedDoor.StripeSandbox.dll"
        );
        var process = Process.Start(
            new ProcessStartInfo("dotnet", [dll, "--port", "0"])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        PosixSignalRegistration[] signals =
        [
            .. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal =>
                PosixSignalRegistration.Create(signal, _ => End(process))
            ),
        ];
        return await process.StandardOutput.ReadLineAsync() is { } address
            ? new(process, signals, new Uri(address))
            : throw new StepFailedException($"支付沙盒未能启动：{dll}");
    }

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

    async Task<JsonElement> Control(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, $"/sandbox/{path}");
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonDocument.Parse(text).RootElement
            : throw new StepFailedException($"支付沙盒 {path}：{(int)response.StatusCode} {text}");
    }

    public void Dispose()
    {
        End(_process);
        Array.ForEach(_signals, signal => signal.Dispose());
        _process.Dispose();
        _http.Dispose();
    }

    static void End(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }
    }
}
