using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using ClosedDoor.Tests.Given;

namespace ClosedDoor.Tests.Races;

/// <summary>The service as it runs in earnest: a process of its own, real sockets, workers on; and it can be killed.</summary>
sealed class ServiceProcess : IAsyncDisposable
{
    static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(2);

    readonly Process _process;
    readonly ConcurrentQueue<string> _errors = new();

    ServiceProcess(Process process, int port)
    {
        _process = process;
        Client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port}"),
            Timeout = TimeSpan.FromSeconds(100), // Of a service that is killed the connections end at once.
        };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public HttpClient Client { get; }

    /// <summary>What it wrote at the level of a warning or above.</summary>
    public IReadOnlyCollection<string> Said => _errors;

    /// <param name="port">Null takes a free one.</param>
    /// <param name="settings">Added to those of every test, or instead of them.</param>
    public static async Task<ServiceProcess> Start(
        TestDatabase store,
        int? port = null,
        params (string Name, string Value)[] settings
    ) => await Start(store, port ?? Ports.Free(), settings);

    static async Task<ServiceProcess> Start(TestDatabase store, int port, (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, "ClosedDoor.dll"),
                "--urls",
                $"http://127.0.0.1:{port}",
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        }.WithoutSettings();
        foreach (
            var (name, value) in new[]
            {
                ("ASPNETCORE_ENVIRONMENT", "Production"),
                ("Logging__LogLevel__Default", "Warning"),
                ("CLOSEDDOOR_DATA", store.Folder),
                ("CLOSEDDOOR_DATABASE", store.Location),
                ("CLOSEDDOOR_WORKERS", "true"),
                ("CLOSEDDOOR_ACCESS_LOG", "false"),
                ("CLOSEDDOOR_PAYEE_NAME", "示例主办方"),
                ("CLOSEDDOOR_PAYEE_ACCOUNT", "110000000000000001"),
                ("CLOSEDDOOR_PAYEE_BANK", "示例银行北京分行"),
                ("CLOSEDDOOR_CALLER_REQUESTS_PER_SECOND", "100000"),
                ("CLOSEDDOOR_ADDRESS_REQUESTS_PER_SECOND", "100000"),
                ("CLOSEDDOOR_MAILS_PER_SECOND", "10000"),
            }.Concat(settings)
        )
            start.Environment[name] = value;

        var service = new ServiceProcess(Process.Start(start)!, port);
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < LongestStart)
        {
            if (service._process.HasExited)
                throw new InvalidOperationException($"The service did not start: {string.Join('\n', service.Said)}");
            try
            {
                if ((await service.Client.GetAsync("/healthz")).StatusCode == HttpStatusCode.OK)
                    return service;
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                await Task.Delay(20);
            }
        }
        await service.DisposeAsync();
        throw new TimeoutException($"The service did not answer within {LongestStart.TotalSeconds} s.");
    }

    /// <summary>SIGKILL: nothing is flushed, closed or finished.</summary>
    public async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await Kill();
        Client.Dispose();
        _process.Dispose();
    }

    void Keep(string? line)
    {
        if (!string.IsNullOrWhiteSpace(line))
            _errors.Enqueue(line);
    }
}
