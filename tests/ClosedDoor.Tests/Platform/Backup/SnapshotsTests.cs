using ClosedDoor.Platform;
using ClosedDoor.Platform.Backup;
using ClosedDoor.Tests.Domain;
using ClosedDoor.Tests.Given;
using Microsoft.Extensions.Configuration;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Backup;

public class SnapshotsTests
{
    static readonly Instant Now = TestHost.Start;

    static List<Snapshot> Kept(int days, Duration step, Duration back)
    {
        var kept = new List<Snapshot>();
        for (var at = Now - back; at <= Now; at += step)
        {
            kept.Add(new(Snapshots.PathOf("folder", at), at));
            foreach (var outdated in Snapshots.Outdated(kept, at, days))
                kept.Remove(outdated);
        }
        return kept;
    }

    [Test]
    public void Every_minute_of_an_hour_every_hour_of_two_days_and_every_day_of_two_weeks_can_be_gone_back_to()
    {
        var kept = Kept(14, Duration.FromMinutes(1), Duration.FromDays(20)).Select(one => one.At).ToArray();

        foreach (
            var (within, apart) in new[]
            {
                (Duration.FromHours(1), Duration.FromMinutes(1)),
                (Duration.FromHours(48), Duration.FromHours(1)),
                (Duration.FromDays(13), Duration.FromDays(1)),
            }
        )
        {
            for (var wanted = Now - within; wanted <= Now; wanted += apart)
                Assert.That(kept.Any(at => at <= wanted && wanted - at <= apart), $"{within} {wanted}");
        }
        Assert.That(kept, Has.Length.LessThan(71 + 50 + 15));
        Assert.That(kept.Min(), Is.GreaterThan(Now - Duration.FromDays(15)));
    }

    [Test]
    public void The_newest_stays_however_old_it_is() =>
        Assert.That(
            Snapshots.Outdated([new("a", Now - Duration.FromDays(90)), new("b", Now - Duration.FromDays(80))], Now, 14),
            Is.EqualTo([new Snapshot("a", Now - Duration.FromDays(90))])
        );

    [Test]
    public void Files_that_are_no_snapshots_are_passed_over()
    {
        var folder = Directory.CreateTempSubdirectory("closeddoor-test-").FullName;
        File.WriteAllText(Snapshots.PathOf(folder, Now), "");
        foreach (var other in new[] { "notes.txt", "snapshot-.db", "snapshot-2026.db", "closeddoor.db" })
            File.WriteAllText(Path.Combine(folder, other), "");

        Assert.That(Snapshots.In(folder).Select(one => one.At), Is.EqualTo([Now]));
        Assert.That(Snapshots.In(Path.Combine(folder, "none")), Is.Empty);
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    [On(Engine.Sqlite, "PostgreSQL archives its own log.")]
    public async Task SQLite_is_copied_when_it_has_changed()
    {
        var above = Directory.CreateTempSubdirectory("closeddoor-test-").FullName;
        var folder = Path.Combine(above, "not", "there", "yet");
        await using var host = await TestHost.Create(("CLOSEDDOOR_SNAPSHOTS", folder));
        var take = host.Get<TakeSnapshots>();

        Assert.That(await take.RunOnce(host.Time.Now), Is.True);
        host.Time.Advance(Duration.FromSeconds(45));
        Assert.That(await take.RunOnce(host.Time.Now), Is.False, "nothing has changed");
        foreach (var ending in new[] { ".unfinished", ".unfinished-journal" })
            await File.WriteAllTextAsync(
                Snapshots.PathOf(folder, host.Time.Now) + ending,
                "by an instance that was killed"
            );
        var sessionId = await host.Given.PublishedSession();
        Assert.That(await take.RunOnce(host.Time.Now), Is.True);
        host.Time.Advance(Duration.FromDays(30));
        await host.Given.PublishedSession();
        Assert.That(await take.RunOnce(host.Time.Now), Is.True);

        var left = Snapshots.In(folder);
        Assert.That(left.Select(one => one.At), Is.EqualTo([host.Time.Now]));
        Assert.That(Directory.GetFiles(folder), Has.Length.EqualTo(1));
        await using var copy = TestStores.Open(left[0].Path);
        Assert.That(
            await copy.Read(read =>
                read.Get<long>("SELECT COUNT(*) FROM session WHERE id = @sessionId", new { sessionId })
            ),
            Is.EqualTo(1)
        );
        await copy.DisposeAsync();
        Directory.Delete(above, recursive: true);
    }

    [Test]
    [On(Engine.Sqlite, "PostgreSQL archives its own log.")]
    public async Task What_is_outdated_goes_also_when_no_copy_can_be_made()
    {
        var folder = Directory.CreateTempSubdirectory("closeddoor-test-").FullName;
        await using var host = await TestHost.Create(("CLOSEDDOOR_SNAPSHOTS", folder));
        var now = host.Time.Now;
        foreach (var days in new[] { 40, 30, 1 })
            await File.WriteAllTextAsync(Snapshots.PathOf(folder, now - Duration.FromDays(days)), "a snapshot");
        // In the copy's way, as a full disk is.
        Directory.CreateDirectory(Snapshots.PathOf(folder, now) + ".unfinished");

        Assert.That(async () => await host.Get<TakeSnapshots>().RunOnce(now), Throws.Exception);

        Assert.That(Snapshots.In(folder).Select(one => one.At), Is.EqualTo([now - Duration.FromDays(1)]));
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public void Snapshots_of_PostgreSQL_are_refused_at_the_start() =>
        Assert.That(
            () =>
                new Settings(
                    new ConfigurationBuilder()
                        .AddInMemoryCollection([
                            new("CLOSEDDOOR_DATABASE", "Host=127.0.0.1;Database=closeddoor"),
                            new("CLOSEDDOOR_SNAPSHOTS", "snapshots"),
                        ])
                        .Build()
                ),
            Throws.InstanceOf<InvalidSettingException>().With.Message.StartsWith("CLOSEDDOOR_SNAPSHOTS")
        );
}
