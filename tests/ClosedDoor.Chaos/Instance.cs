using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using ClosedDoor.Tests;

namespace ClosedDoor.Chaos;

/// <summary>One instance of the service: a process on a port of its own, that can be killed, stopped and started again.</summary>
sealed class Instance(string name, string dll, Scratch scratch, string data, string database, int mailPort)
    : IAsyncDisposable
{
    /// <summary>For an answer on a busy machine; no clock jumps by less than a minute.</summary>
    static readonly TimeSpan Late = TimeSpan.FromSeconds(20);

    /// <summary>For an answer while nothing fails on purpose: a first one is compiled, beside a load, on two cores.</summary>
    public static readonly TimeSpan LongestWhole = TimeSpan.FromSeconds(100);

    static readonly TimeSpan LongestToDate = TimeSpan.FromSeconds(30);

    Process? _process;

    public string Name => name;

    public int Port { get; } = Ports.Free();

    public string Dll { get; set; } = dll;

    /// <summary>Whether it delivers messages, from its next start on.</summary>
    public bool Workers { get; set; } = true;

    public HttpClient Client => field ??= NewClient($"http://127.0.0.1:{Port}");

    /// <summary>For who asks while nothing fails on purpose.</summary>
    public HttpClient Patient => field ??= NewClient($"http://127.0.0.1:{Port}", LongestWhole);

    public bool Running => _process is { HasExited: false };

    /// <summary>Null, it goes by the machine's.</summary>
    public JumpingClock? Clock { get; init; }

    public List<(string Name, string Value)> Settings { get; } = [];

    public string Log => Path.Combine(scratch.Folder, $"{name}.log");

    /// <summary>Who asks this instance and no other, while nothing fails on purpose.</summary>
    public Asker Asker(Verdict verdict) =>
        new(
            () => [Client.BaseAddress!],
            new Random(Port),
            verdict,
            new Counts(),
            cuts: 0,
            patience: TimeSpan.FromSeconds(15),
            longest: LongestWhole
        );

    /// <param name="longest">For an answer; null waits as long as makes sense while things fail.</param>
    public static HttpClient NewClient(string address, TimeSpan? longest = null) =>
        new(
            new SocketsHttpHandler
            {
                PooledConnectionLifetime = TimeSpan.Zero,
                ConnectTimeout = TimeSpan.FromSeconds(10),
            }
        )
        {
            BaseAddress = new Uri(address),
            Timeout = longest ?? TimeSpan.FromSeconds(20),
        };

    /// <summary>Starts the process; it answers some moments later: see <see cref="Ready"/>.</summary>
    public void Launch()
    {
        Clock?.Set(TimeSpan.Zero);
        _process = Process.Start(Of("--urls", $"http://127.0.0.1:{Port}"))!;
    }

    /// <summary>Runs a command of the binary beside the instance, with its settings, to its end.</summary>
    public async Task<int> Command(string verb)
    {
        using var process = Process.Start(Of(verb))!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    ProcessStartInfo Of(params string[] arguments)
    {
        var start = new ProcessStartInfo("sh", ["-c", $"exec dotnet \"$@\" >>'{Log}' 2>&1", "sh", Dll, .. arguments])
        {
            UseShellExecute = false,
        }.WithoutSettings();
        (string, string)[] settings =
        [
            // As production in all but this: a stand-in for Stripe is taken.
            ("ASPNETCORE_ENVIRONMENT", "Staging"),
            ("Logging__LogLevel__Default", "Warning"),
            ("CLOSEDDOOR_DATA", data),
            ("CLOSEDDOOR_DATABASE", database),
            ("CLOSEDDOOR_ACCESS_LOG", "false"),
            ("CLOSEDDOOR_PAYEE_NAME", "示例主办方"),
            ("CLOSEDDOOR_PAYEE_ACCOUNT", "110000000000000001"),
            ("CLOSEDDOOR_PAYEE_BANK", "示例银行北京分行"),
            ("CLOSEDDOOR_CALLER_REQUESTS_PER_SECOND", "100000"),
            ("CLOSEDDOOR_ADDRESS_REQUESTS_PER_SECOND", "100000"),
            ("CLOSEDDOOR_MAILS_PER_SECOND", "1000"),
            ("CLOSEDDOOR_SMTP_HOST", "127.0.0.1"),
            ("CLOSEDDOOR_SMTP_PORT", mailPort.ToString(CultureInfo.InvariantCulture)),
            ("CLOSEDDOOR_SMTP_STARTTLS", "false"),
            ("CLOSEDDOOR_WORKERS", Workers ? "true" : "false"),
            .. Settings,
        ];
        foreach (var (key, value) in settings)
            start.Environment[key] = value;
        Clock?.Into(start.Environment);
        return start;
    }

    public async Task Start()
    {
        Launch();
        if (!await Ready(TimeSpan.FromSeconds(60)))
            throw new InvalidOperationException($"{name} did not become ready:\n{Tail()}");
    }

    public async Task<bool> Ready(TimeSpan within)
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < within)
        {
            if (!Running)
                return false;
            if (await IsReady())
                return true;
            await Task.Delay(100);
        }
        return false;
    }

    public async Task<bool> IsReady()
    {
        try
        {
            using var answer = await Client.GetAsync("/readyz");
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or TaskCanceledException)
        {
            return false;
        }
    }

    /// <summary>Whether its answers are dated so much later than now, or, below zero, earlier; it sets their date once a second.</summary>
    public async Task<bool> GoesBy(TimeSpan ahead)
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < LongestToDate)
        {
            try
            {
                using var answer = await Client.GetAsync("/healthz");
                if (
                    answer.Headers.Date - TimeProvider.System.GetUtcNow() is { } says
                    && (says - ahead).Duration() < Late
                )
                    return true;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                // Too busy to answer: it is asked again.
            }
            await Task.Delay(100);
        }
        return false;
    }

    /// <summary>SIGKILL: nothing is flushed, closed or finished.</summary>
    public async Task Kill()
    {
        if (!Running)
            return;
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, as a supervisor stops it; does not wait for its end.</summary>
    public Task Stop() => Scratch.Run(false, "kill", "-TERM", $"{_process!.Id}");

    public Task Ended() => _process!.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>What it said last, and before that what it called an error: faults alone make hundreds of warnings.</summary>
    public string Tail() =>
        File.Exists(Log) ? string.Join('\n', [.. Errors().TakeLast(10), .. File.ReadLines(Log).TakeLast(5)]) : "";

    IEnumerable<string> Errors() =>
        File.ReadLines(Log).Where(line => line.Contains("\"level\":\"error\"", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await Kill();
        _process?.Dispose();
    }
}
