using System.Diagnostics;
using System.Text;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;

namespace ClosedDoor.Tests;

/// <summary>
/// Runs shell lines in one bash, in a folder of their own, against a real instance that their own <c>make run</c>
/// starts: here it is the service's binary beside the tests, on a free port and the engine that the run is for.
/// </summary>
sealed class ReadmeShell : IAsyncDisposable
{
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(4);
    static readonly string Service = Path.Combine(AppContext.BaseDirectory, "ClosedDoor.dll");

    const string Make = """
        set -eo pipefail
        make() {
            case "$1" in
                run)
                    dotnet "$SERVICE" --urls "http://127.0.0.1:$PORT" >service.log 2>&1 &
                    echo $! >service.pid
                    for _ in $(seq 1200); do
                        if curl -fs "http://127.0.0.1:$PORT/readyz" >/dev/null; then return; fi
                        sleep 0.1
                    done
                    cat service.log
                    return 1 ;;
                owner)
                    local "${@:2}"
                    dotnet "$SERVICE" create-owner "$EMAIL" ;;
                *)
                    return 1 ;;
            esac
        }

        """;

    readonly TestDatabase _database;
    readonly int _port = Ports.Free();

    ReadmeShell(TestDatabase database) => _database = database;

    public static async Task<ReadmeShell> Create() => new(await TestDatabase.Create());

    /// <param name="script">May name the port that README names, 5080.</param>
    public Task<(int ExitCode, string Output, string Errors)> Run(string script) =>
        Start("bash", ["-c", Make + script.Replace("127.0.0.1:5080", $"127.0.0.1:{_port}")]);

    /// <summary>A command of the service's.</summary>
    public Task<(int ExitCode, string Output, string Errors)> Command(params string[] arguments) =>
        Start("dotnet", [Service, .. arguments]);

    async Task<(int, string, string)> Start(string file, string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            UseShellExecute = false,
            WorkingDirectory = _database.Folder,
        }.WithoutSettings();
        start.Environment["CLOSEDDOOR_DATABASE"] = _database.Location;
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["SERVICE"] = Service;
        start.Environment["PORT"] = $"{_port}";

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(Longest);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    public async ValueTask DisposeAsync()
    {
        var note = Path.Combine(_database.Folder, "service.pid");
        if (File.Exists(note))
        {
            try
            {
                using var service = Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(note)));
                service.Kill();
                await service.WaitForExitAsync();
            }
            catch (ArgumentException)
            {
                // It has ended by itself; the test has said why.
            }
        }
        await _database.DisposeAsync();
    }
}
