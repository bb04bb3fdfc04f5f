using System.Text.RegularExpressions;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Security;

/// <summary>What is built today is what was built yesterday: every package, also those that packages bring, by its hash.</summary>
public partial class DependenciesTests
{
    [Test]
    public void Every_project_has_a_lock_file_with_hashes_and_CI_restores_by_it()
    {
        var projects = new[] { "src", "tests" }
            .SelectMany(folder =>
                Directory.GetFiles(Path.Combine(Readme.Root, folder), "*.csproj", SearchOption.AllDirectories)
            )
            .ToArray();

        Assert.That(projects, Has.Length.GreaterThan(4));
        foreach (var project in projects)
        {
            var lockFile = Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json");
            Assert.That(File.Exists(lockFile), project);
            var text = File.ReadAllText(lockFile);
            Assert.That(
                Resolved().Count(text),
                Is.EqualTo(ContentHash().Count(text)),
                $"{lockFile}: a package without a hash"
            );
        }
        Assert.That(
            File.ReadAllText(Path.Combine(Readme.Root, "Directory.Build.props")),
            Does.Contain("<RestoreLockedMode Condition=\"'$(CI)' == 'true'\">true</RestoreLockedMode>")
        );
        Assert.That(File.ReadAllLines(Path.Combine(Readme.Root, ".ci/run")), Has.Some.EqualTo("export CI=true"));
    }

    [Test]
    public void No_version_floats()
    {
        var versions = File.ReadAllText(Path.Combine(Readme.Root, "Directory.Packages.props"));

        Assert.That(
            Version().Matches(versions).Select(match => match.Groups["version"].Value),
            Is.All.Matches("^[0-9.]+$")
        );
    }

    [GeneratedRegex("\"resolved\":", RegexOptions.None, 1000)]
    private static partial Regex Resolved();

    [GeneratedRegex("\"contentHash\":", RegexOptions.None, 1000)]
    private static partial Regex ContentHash();

    [GeneratedRegex(
        "<PackageVersion Include=\"[^\"]+\" Version=\"(?<version>[^\"]+)\"",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Version();
}
