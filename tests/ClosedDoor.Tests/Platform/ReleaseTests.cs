using ClosedDoor.Platform.Data;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

/// <summary>What the last release has fixed for good, by the file RELEASE; whether the clone knows its commit or not.</summary>
public class ReleaseTests
{
    static readonly string[][] Lines =
    [
        .. File.ReadAllLines(Path.Combine(Readme.Root, "RELEASE"))
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
    ];

    [Test]
    public void A_migration_that_was_released_is_never_edited_renamed_or_preceded_by_a_new_one()
    {
        var released = Lines.Where(line => line[1].EndsWith(".sql", StringComparison.Ordinal)).ToArray();
        Assert.That(released, Is.Not.Empty);

        var ours = Migrator.Known.Take(released.Length).Select(one => $"{one.Checksum} migrations/{one.Name}");

        Assert.That(ours, Is.EqualTo(released.Select(line => $"{line[0]} {line[1]}")));
    }

    [Test]
    public void What_follows_a_release_does_not_call_itself_by_its_version()
    {
        var props = File.ReadAllText(Path.Combine(Readme.Root, "Directory.Build.props"));

        Assert.That(props, Does.Not.Contain($"<Version>{Lines.Single(line => line[0] == "version")[1]}<"));
    }
}
