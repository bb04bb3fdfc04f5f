using System.Diagnostics;
using System.Globalization;

namespace ClosedDoor.Chaos;

/// <summary>One instance of the service: a process on a port of its own, that can be killed, stopped and started again.</summary>
sealed class Instance(string name, string dll, Scratch scratch, string data, string database, int mailPort)
    : IAsyncDisposable
{
    static readonly string? FakeTime = Scratch.Find(
        "libfaketime.so.1",
        "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
        "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1"
    );

    Process? _process;

    public string Name => name;

    public int Port { get; } = Scratch.FreePort();

    public string Dll { get; set; } = dll;

    public HttpClient Client => field ??= NewClient($"http://127.0.0.1:{Port}");

    public bool Running => _process is { HasExited: false };

    /// <summary>Whether its clock can be made to jump (Debian: apt-get install libfaketime).</summary>
    public static bool ClockJumps => FakeTime is not null;

    public List<(string Name, string Value)> Settings { get; } = [];

    string Clock => Path.Combine(scratch.Folder, $"{name}.clock");

    public string Log => Path.Combine(scratch.Folder, $"{name}.log");

    public static HttpClient NewClient(string address) =>
        new(
            new SocketsHttpHandler
            {
                PooledConnectionLifetime = TimeSpan.Zero,
                ConnectTimeout = TimeSpan.FromSeconds(2),
            }
        )
        {
            BaseAddress = new Uri(address),
            Timeout = TimeSpan.FromSeconds(20),
        };

    /// <summary>Starts the process; it answers some moments later: see <see cref="Ready"/>.</summary>
    public void Launch()
    {
        var start = new ProcessStartInfo(
            "sh",
            ["-c", $"exec dotnet \"$@\" >>'{Log}' 2>&1", "sh", Dll, "--urls", $"http://127.0.0.1:{Port}"]
        )
        {
            UseShellExecute = false,
        };
        (string, string)[] settings =
        [
            ("ASPNETCORE_ENVIRONMENT", "Production"),
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
            .. Settings,
        ];
        foreach (var (key, value) in settings)
            start.Environment[key] = value;
        if (FakeTime is not null)
        {
            // Only the calendar: what measures time-outs goes on steadily, as a real machine's does when its date is set.
            Jump(TimeSpan.Zero);
            start.Environment["LD_PRELOAD"] = FakeTime;
            start.Environment["FAKETIME_TIMESTAMP_FILE"] = Clock;
            start.Environment["FAKETIME_NO_CACHE"] = "1";
            start.Environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
            start.Environment["DONT_FAKE_MONOTONIC"] = "1";
        }
        _process = Process.Start(start)!;
    }

    /// <summary>Sets its clock to the machine's and so much more or less.</summary>
    public void Jump(TimeSpan by)
    {
        var seconds = (long)by.TotalSeconds;
        var next = Clock + ".next";
        File.WriteAllText(next, seconds >= 0 ? $"+{seconds}\n" : $"{seconds}\n");
        File.Move(next, Clock, overwrite: true);
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
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
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

    public string Tail() => File.Exists(Log) ? string.Join('\n', File.ReadLines(Log).TakeLast(20)) : "";

    public async ValueTask DisposeAsync()
    {
        await Kill();
        _process?.Dispose();
    }
}
