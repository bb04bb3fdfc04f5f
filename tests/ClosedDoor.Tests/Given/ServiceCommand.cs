using System.Diagnostics;
using System.Text;

namespace ClosedDoor.Tests.Given;

/// <summary>A command of the service's own binary, in a process of its own, on a test's database.</summary>
static class ServiceCommand
{
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    public static Task<(int ExitCode, string Output, string Errors)> Run(
        TestDatabase store,
        params string[] arguments
    ) => Run(store, [], arguments);

    public static async Task<(int ExitCode, string Output, string Errors)> Run(
        TestDatabase store,
        (string Name, string Value)[] settings,
        params string[] arguments
    )
    {
        using var process = Start(store, settings, arguments);
        using var limit = new CancellationTokenSource(Longest);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output, (await errors).Trim());
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    /// <summary>The same, for a test that does not wait for its end.</summary>
    public static Process Start(TestDatabase store, params string[] arguments) => Start(store, [], arguments);

    static Process Start(TestDatabase store, (string Name, string Value)[] settings, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            UseShellExecute = false,
        }.WithoutSettings();
        start.Environment["CLOSEDDOOR_DATA"] = store.Folder;
        start.Environment["CLOSEDDOOR_DATABASE"] = store.Location;
        foreach (var (name, value) in settings)
            start.Environment[name] = value;

        return Process.Start(start)!;
    }
}
