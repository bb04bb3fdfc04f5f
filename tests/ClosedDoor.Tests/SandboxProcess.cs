using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ClosedDoor.Tests;

/// <summary>The stand-in for Stripe, a process of its own on loopback: built beside whoever starts it, in the same configuration.</summary>
sealed partial class SandboxProcess : IDisposable
{
    readonly Process _process;

    SandboxProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    /// <exception cref="InvalidOperationException">It does not start.</exception>
    public static async Task<SandboxProcess> Start()
    {
        var dll = Path.Combine(
            Project().Replace(AppContext.BaseDirectory, "ClosedDoor.StripeSandbox"),
            "ClosedDoor.StripeSandbox.dll"
        );
        var process = Process.Start(
            new ProcessStartInfo("dotnet", [dll, "--port", "0"])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
                StandardOutputEncoding = Encoding.UTF8,
            }.WithoutSettings()
        )!;
        return await process.StandardOutput.ReadLineAsync() is { } address
            ? new(process, new Uri(address))
            : throw new InvalidOperationException($"The sandbox did not start: {dll}");
    }

    /// <summary>Who calls as an account there, which its first call makes.</summary>
    public HttpClient As(string key) => As(Address, key);

    public static HttpClient As(Uri address, string key)
    {
        var account = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = address };
        account.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return account;
    }

    /// <summary>Its books, which are in its memory, are gone with it.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    [GeneratedRegex(@"ClosedDoor\.\w+(?=/bin/)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Project();
}

/// <summary>What the stand-in for Stripe can be told, and Stripe cannot.</summary>
static class SandboxControl
{
    /// <exception cref="InvalidOperationException">It refuses.</exception>
    public static async Task<JsonElement> Control(
        this HttpClient account,
        HttpMethod method,
        string path,
        object? body = null
    )
    {
        using var request = new HttpRequestMessage(method, $"/sandbox/{path}");
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var response = await account.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonDocument.Parse(text).RootElement
            : throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode} {text}");
    }
}
