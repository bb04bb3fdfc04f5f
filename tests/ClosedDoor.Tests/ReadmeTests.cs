using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ClosedDoor.Platform;
using ClosedDoor.Tests.Given;
using Microsoft.Extensions.Configuration;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests;

/// <summary>What README.md says is so.</summary>
public partial class ReadmeTests
{
    const string Answer = "# → ";

    [Test]
    public async Task The_lines_of_the_main_job_answer_as_README_says()
    {
        // After each documented answer a mark, so that it is compared with what its own command printed.
        var script = new StringBuilder();
        var answers = new List<string>();
        foreach (var line in Readme.ShellLines("The main job, line by line"))
        {
            if (!line.StartsWith(Answer, StringComparison.Ordinal))
            {
                script.Append(line).Append('\n');
                continue;
            }
            answers.Add(line[Answer.Length..]);
            script.Append($"echo; echo '=== {answers.Count}'\n");
        }
        Assert.That(answers, Has.Count.GreaterThan(15), "README's answers were not found.");

        await using var shell = await ReadmeShell.Create();
        var (exitCode, output, errors) = await shell.Run(script.ToString());

        Assert.That(exitCode, Is.Zero, $"{output}\n{errors}");
        var printed = Mark().Split(output);
        Assert.Multiple(() =>
        {
            for (var i = 0; i < answers.Count; i++)
                Assert.That(printed[i].Trim(), Does.Match(PatternOf(answers[i])), $"README: {answers[i]}");
        });
    }

    [Test]
    public void Every_setting_of_the_source_is_in_README_and_no_other()
    {
        var inSource = Directory
            .GetFiles(Path.Combine(Readme.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}"))
            .SelectMany(file => SettingName().Matches(File.ReadAllText(file)).Select(match => match.Value))
            .Distinct();

        var inReadme = Readme.Rows("CLOSEDDOOR_").Concat(Readme.Rows("OTEL_")).Select(row => row[0]);

        Assert.That(inReadme, Is.EquivalentTo(inSource));
    }

    [Test]
    public void README_gives_every_setting_its_default()
    {
        var settings = new Settings(new ConfigurationBuilder().Build());
        var source = File.ReadAllText(Path.Combine(Readme.Root, "src/ClosedDoor/Platform/Settings.cs"));
        var readme = Readme.Rows("CLOSEDDOOR_").ToDictionary(row => row[0], row => row[1]);
        var seen = 0;

        Assert.Multiple(() =>
        {
            foreach (Match property in Property().Matches(source))
            {
                var value = typeof(Settings).GetProperty(property.Groups["property"].Value)!.GetValue(settings);
                var name = property.Groups["setting"].Value;
                Assert.That(readme[name], Is.EqualTo(InWords(value)), name);
                seen++;
            }
        });
        Assert.That(seen, Is.EqualTo(readme.Count), "A property of Settings was not recognised.");
    }

    [Test]
    public async Task The_commands_in_README_are_the_commands_that_there_are()
    {
        await using var shell = await ReadmeShell.Create();

        var (exitCode, _, errors) = await shell.Command("no-such-command");

        Assert.That(exitCode, Is.EqualTo(2));
        var commands = errors.Split("Commands: ")[1].Trim().TrimEnd('.').Split(", ");
        var table = Readme.Text.Split("`dotnet ClosedDoor.dll COMMAND`")[1].Split("\n## ")[0];
        Assert.That(CommandRow().Matches(table).Select(row => row.Groups["command"].Value), Is.EquivalentTo(commands));
    }

    [Test]
    public async Task The_commands_in_README_end_as_it_says()
    {
        await using var shell = await ReadmeShell.Create();

        Assert.That((await shell.Command("migrate")).ExitCode, Is.Zero);
        Assert.That((await shell.Command("verify-audit")).ExitCode, Is.Zero);
        var (exitCode, version, _) = await shell.Command("version");
        Assert.That((exitCode, version.Trim()), Is.EqualTo((0, ProductVersion.Text)));
    }

    [Test]
    public void The_make_targets_in_README_exist()
    {
        var makefile = File.ReadAllText(Path.Combine(Readme.Root, "Makefile"));
        var targets = Target().Matches(makefile).Select(target => target.Groups["name"].Value).ToHashSet();

        var named = MakeCommand().Matches(Readme.Text).Select(match => match.Groups["name"].Value).Distinct().ToArray();

        Assert.That(named, Has.Length.GreaterThan(5));
        Assert.That(named, Is.SubsetOf(targets));
    }

    [Test]
    public async Task The_pages_in_README_are_served()
    {
        await using var host = await TestHost.Create();
        var pages = Page().Matches(Readme.Text).Select(match => match.Groups["path"].Value).Distinct().ToArray();

        Assert.That(pages, Has.Length.GreaterThan(4));
        foreach (var page in pages)
        {
            using var response = await host.Client.GetAsync(page);
            Assert.That((int)response.StatusCode, Is.LessThan(400), page);
        }
    }

    /// <summary>An answer as README writes it: … stands for anything.</summary>
    static string PatternOf(string answer) => $"^{string.Join(".*", answer.Split('…').Select(Regex.Escape))}$";

    static string InWords(object? value) =>
        value switch
        {
            null or string[] { Length: 0 } => "–",
            bool flag => flag ? "true" : "false",
            Duration duration => ((long)duration.TotalSeconds).ToString(CultureInfo.InvariantCulture),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };

    [GeneratedRegex("^=== [0-9]+\n", RegexOptions.Multiline, 1000)]
    private static partial Regex Mark();

    [GeneratedRegex("(CLOSEDDOOR|OTEL)(_[A-Z]+)+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SettingName();

    [GeneratedRegex(
        "^        (?<property>[A-Za-z]+) = [^;]*?\\(\"(?<setting>CLOSEDDOOR_[A-Z_]+)\"",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Property();

    [GeneratedRegex("^\\| `(?<command>[a-z-]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CommandRow();

    [GeneratedRegex("^(?<name>[a-z-]+):", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Target();

    [GeneratedRegex(
        @"(`|^ *|^[A-Z_]+='[^']*' )make (?<name>[a-z-]+)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex MakeCommand();

    [GeneratedRegex("`(?<path>/(docs|openapi|healthz|readyz|metrics)[^` ]*)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Page();
}
