using ClosedDoor.Platform.Backup;
using ClosedDoor.Tests.Given;
using NodaTime;
using NodaTime.Text;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Backup;

/// <summary><c>restore --at INSTANT</c>: the last snapshot until then.</summary>
public class RestoreAtTests
{
    string _folder = null!;

    [SetUp]
    public void Start() => _folder = Directory.CreateTempSubdirectory("closeddoor-test-").FullName;

    [TearDown]
    public void Stop() => Directory.Delete(_folder, recursive: true);

    [Test]
    [On(Engine.Sqlite, "PostgreSQL archives its own log.")]
    public async Task What_is_restored_is_what_was_there_at_the_last_snapshot_until_the_instant()
    {
        var step = Duration.FromMinutes(10);
        await using (var host = await TestHost.Create(("CLOSEDDOOR_SNAPSHOTS", _folder)))
        {
            for (var sessions = 1; sessions <= 3; sessions++)
            {
                await host.Given.PublishedSession();
                Assert.That(await host.Get<TakeSnapshots>().RunOnce(host.Time.Now), Is.True);
                host.Time.Advance(step);
            }
        }

        foreach (
            var (at, sessions) in new[]
            {
                (TestHost.Start, 1),
                (TestHost.Start + step + Duration.FromSeconds(1), 2),
                (TestHost.Start + 2 * step - Duration.FromSeconds(1), 2),
                (TestHost.Start + Duration.FromDays(1), 3),
            }
        )
        {
            await using var target = await TestDatabase.Create();
            var (exitCode, output, errors) = await Restore(target, InstantPattern.General.Format(at));

            Assert.That(exitCode, Is.Zero, errors);
            Assert.That(output, Does.Contain(Snapshots.PathOf(_folder, TestHost.Start + step * (sessions - 1))));
            await using var restored = target.Open();
            Assert.That(
                await restored.Read(read => read.Get<long>("SELECT COUNT(*) FROM session")),
                Is.EqualTo(sessions),
                $"{at}"
            );
        }

        await using var nothing = await TestDatabase.Create();
        var before = await Restore(nothing, InstantPattern.General.Format(TestHost.Start - Duration.FromSeconds(1)));
        Assert.That((before.ExitCode, before.Output), Is.EqualTo((1, "")));
        Assert.That(before.Errors, Does.StartWith("There is no snapshot").And.Not.Contain("\n"));
        Assert.That(Directory.GetFiles(nothing.Folder), Is.Empty);
    }

    [Test]
    public async Task Without_a_folder_of_snapshots_or_an_instant_that_can_be_read_there_is_nothing_to_restore()
    {
        await using var target = await TestDatabase.Create();

        var nowhere = await ServiceCommand.Run(target, "restore", "--at", "2026-03-02T01:00:00Z");
        var never = await ServiceCommand.Run(target, "restore", "--at", "2026-03-02 01:00");

        Assert.That((nowhere.ExitCode, nowhere.Output), Is.EqualTo((1, "")));
        Assert.That(nowhere.Errors, Is.EqualTo("CLOSEDDOOR_SNAPSHOTS names no folder."));
        Assert.That((never.ExitCode, never.Output), Is.EqualTo((2, "")));
        Assert.That(never.Errors, Does.StartWith("Usage: restore FILE | restore --at ").And.Not.Contain("\n"));
    }

    Task<(int ExitCode, string Output, string Errors)> Restore(TestDatabase target, string at) =>
        ServiceCommand.Run(target, [("CLOSEDDOOR_SNAPSHOTS", _folder)], "restore", "--at", at);
}
