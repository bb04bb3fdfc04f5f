using System.Diagnostics;
using ClosedDoor.Tests;

namespace ClosedDoor.Benchmarks;

/// <summary>A server in a process of its own, on a free loopback port, ended with its object.</summary>
sealed class Server : IAsyncDisposable
{
    readonly Process _process;

    Server(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    /// <summary>Processor time of all its threads so far, in seconds.</summary>
    public double CpuSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>Resident memory, in millions of bytes.</summary>
    public double ResidentMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1e6;
        }
    }

    /// <summary>The service itself, as published, on the given database.</summary>
    public static Task<Server> Service(string dll, string folder, string database, params (string, string)[] more) =>
        Start(
            port => [dll, "--urls", $"http://127.0.0.1:{port}"],
            [
                ("CLOSEDDOOR_DATA", folder),
                ("CLOSEDDOOR_DATABASE", database),
                ("CLOSEDDOOR_CALLER_REQUESTS_PER_SECOND", "1000000"),
                ("CLOSEDDOOR_ADDRESS_REQUESTS_PER_SECOND", "1000000"),
                .. more,
            ],
            "/healthz"
        );

    public static Task<Server> BareKestrel(string answerFile) =>
        Start(port => [typeof(Server).Assembly.Location, "bare", port.ToString(), answerFile], [], "/");

    static async Task<Server> Start(
        Func<int, string[]> arguments,
        (string Name, string Value)[] environment,
        string probe
    )
    {
        var port = Ports.Free();
        // The shell only points the output away, and becomes the server: reading it here would take part in the race.
        var start = new ProcessStartInfo("sh", ["-c", "exec dotnet \"$@\" >/dev/null", "sh", .. arguments(port)])
        {
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start)!;

        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        for (var i = 0; i < 1500; i++)
        {
            if (process.HasExited)
                throw new InvalidOperationException($"The server ended with {process.ExitCode}.");
            try
            {
                using var answer = await client.GetAsync(probe);
                answer.EnsureSuccessStatusCode(); // Another status is no start.
                return new(process, port);
            }
            catch (HttpRequestException e) when (e.StatusCode is null)
            {
                await Task.Delay(10);
            }
        }
        throw new TimeoutException("The server did not answer within 15 s.");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }
}
