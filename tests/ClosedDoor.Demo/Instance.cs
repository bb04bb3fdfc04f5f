using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using ClosedDoor.Tests;

namespace ClosedDoor.Demo;

/// <summary>An instance of the service with its own data folder and port: a process that ends, and files that go, with the story.</summary>
sealed class Instance : IAsyncDisposable
{
    static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);

    readonly string _dll;
    readonly Dictionary<string, string> _settings;
    readonly StringBuilder _log = new();
    readonly List<PosixSignalRegistration> _signals = [];
    Process? _process;

    Instance(string dll, string folder, Dictionary<string, string> settings) =>
        (_dll, Folder, _settings) = (dll, folder, settings);

    /// <summary>Its CLOSEDDOOR_DATA.</summary>
    public string Folder { get; }

    public StoryClock Clock { get; private set; } = null!;

    public HttpClient Http { get; private set; } = new();

    public static async Task<Instance> Start(string dll, Dictionary<string, string> settings)
    {
        var folder = Directory.CreateTempSubdirectory("closeddoor-demo-").FullName;
        settings["CLOSEDDOOR_DATA"] = folder;
        var instance = new Instance(dll, folder, settings);
        settings[StoryClock.Variable] = Path.Combine(folder, "story-clock");
        settings["DOTNET_STARTUP_HOOKS"] = typeof(StoryClock).Assembly.Location;
        instance.Clock = new(settings[StoryClock.Variable]);
        // Interrupted or told to stop, the story leaves neither process nor files behind.
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
            instance._signals.Add(PosixSignalRegistration.Create(signal, _ => instance.CleanUp()));
        try
        {
            await instance.Serve();
            return instance;
        }
        catch
        {
            await instance.DisposeAsync();
            throw;
        }
    }

    async Task Serve()
    {
        var port = Ports.Free();
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(60) };
        _process = Launch("--urls", $"http://127.0.0.1:{port}");
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();

        for (var waited = Stopwatch.StartNew(); waited.Elapsed < LongestStart; await Task.Delay(50))
        {
            if (_process.HasExited)
                throw new StepFailedException($"服务未能启动（退出码 {_process.ExitCode}）。\n{Log()}");
            try
            {
                if ((await Http.GetAsync("/readyz")).IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
        }
        throw new StepFailedException($"服务在 {LongestStart.TotalSeconds:0} 秒内没有就绪。\n{Log()}");
    }

    /// <summary>Ends the service at once, as a power cut would.</summary>
    public void Stop()
    {
        try
        {
            _process?.Kill();
            _process?.WaitForExit(TimeSpan.FromSeconds(5));
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }
    }

    /// <summary>Runs a command of the service's on the same database.</summary>
    public async Task<(int ExitCode, string Output)> Run(string verb)
    {
        using var process = Launch(verb);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, $"{await output}{await errors}".Trim());
    }

    public ValueTask DisposeAsync()
    {
        CleanUp();
        _signals.ForEach(signal => signal.Dispose());
        _process?.Dispose();
        _process = null;
        Http.Dispose();
        return ValueTask.CompletedTask;
    }

    void CleanUp()
    {
        Stop();
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }

    Process Launch(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [_dll, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
            WorkingDirectory = Folder,
        }.WithoutSettings();
        foreach (var (name, value) in _settings)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    void Note(string? line)
    {
        lock (_log)
            _log.AppendLine(line);
    }

    string Log()
    {
        lock (_log)
            return _log.ToString().Trim();
    }
}
