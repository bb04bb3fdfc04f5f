using System.Diagnostics;
using System.Text;
using System.Text.Json;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Calendars;

/// <summary>
/// What ical.js, which is not ours, makes of our calendar files. Where it is not installed (<c>npm ci</c> in
/// tests/ics-judge) the tests that ask it are skipped visibly; in CI they fail.
/// </summary>
static class IcsJudge
{
    static readonly string Folder = Path.Combine(Root(), "tests", "ics-judge");

    public static async Task<JsonElement[]> Read(params IReadOnlyList<string> files)
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules", "ical.js")))
            NotTried.For("ical.js is not installed: npm ci --ignore-scripts in tests/ics-judge.");
        using var node = Process.Start(
            new ProcessStartInfo("node", "judge.mjs")
            {
                WorkingDirectory = Folder,
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardInputEncoding = new UTF8Encoding(false),
                StandardOutputEncoding = Encoding.UTF8,
            }
        )!;
        var output = node.StandardOutput.ReadToEndAsync();
        var errors = node.StandardError.ReadToEndAsync();
        await node.StandardInput.WriteAsync(JsonSerializer.Serialize(files));
        node.StandardInput.Close();
        await node.WaitForExitAsync();
        Assert.That(node.ExitCode, Is.Zero, await errors);
        return
        [
            .. JsonDocument
                .Parse(await output)
                .RootElement.EnumerateArray()
                .Select(
                    (judged, i) =>
                        judged.TryGetProperty("read", out var read)
                            ? read
                            : throw new AssertionException($"ical.js refuses: {judged}\n{files[i]}")
                ),
        ];
    }

    static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ClosedDoor.sln")))
            folder = folder.Parent!;
        return folder.FullName;
    }
}
