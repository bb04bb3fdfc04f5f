using System.Diagnostics;
using System.Globalization;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Backup;
using ClosedDoor.Platform.Data;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Backup;

/// <summary>The commands, killed in the middle of their work: nothing half stands under a name that counts, and the next run clears up.</summary>
public class KilledBackupTests : BesideAFolder
{
    const int Tries = 15;

    /// <summary>Bytes of one write, which the system may finish after the signal. Megabytes are to come when a kill falls.</summary>
    const int InHand = 256 * 1024;

    static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    [SetUp]
    public Task Publish() => _host.Given.PublishedSession();

    [Test]
    public async Task A_backup_that_is_killed_leaves_nothing_under_its_name_or_all_of_it()
    {
        await Fill();
        var file = InFolder("backup");
        var cut = 0;
        for (var i = 0; i < Tries && cut < 2; i++)
        {
            await KillOnce(
                ServiceCommand.Start(_host.Store, "backup", file),
                () => Task.FromResult(File.Exists(file + SqliteCopy.Unfinished))
            );
            if (!File.Exists(file))
            {
                cut++;
                continue;
            }
            await VerifyBackup.Run(Settings, file, _host.Time.Now);
            File.Delete(file);
        }
        Assert.That(cut, Is.Positive, "No kill came in the middle.");

        var made = await ServiceCommand.Run(_host.Store, "backup", file, "--verify");

        Assert.That(made.ExitCode, Is.Zero, made.Errors);
        Assert.That(Directory.GetFiles(_folder), Is.EqualTo([file]));
    }

    [TestCase("KILL")]
    [TestCase("TERM")]
    [On(Engine.Postgres, "SQLite's copy has no process of its own.")]
    public async Task Pg_dump_ends_with_the_backup_that_started_it_and_however_that_ends(string signal)
    {
        await Fill();
        var file = InFolder("backup");
        var cut = false;
        for (var i = 0; i < Tries && !cut; i++)
        {
            int? child = null;
            var left = 0L;
            var process = ServiceCommand.Start(_host.Store, "backup", file);
            var id = process.Id;
            await KillOnce(
                process,
                () => Task.FromResult((child = PgDumpOf(id)) is not null && Length(file + SqliteCopy.Unfinished) > 0),
                signal,
                ended: () => left = Length(file + SqliteCopy.Unfinished)
            );
            await Until(() => Task.FromResult(child is null || HasEnded(child.Value)));

            Assert.That(
                Length(file + SqliteCopy.Unfinished),
                Is.InRange(left, left == 0 ? 0 : left + InHand),
                "Somebody wrote on."
            );
            cut = !File.Exists(file);
            if (cut && signal != "KILL")
                Assert.That(Directory.GetFiles(_folder), Is.Empty);
            File.Delete(file);
        }
        Assert.That(cut, Is.True, "No kill came in the middle.");
    }

    [Test]
    public async Task What_killed_backups_have_left_in_the_folder_of_backups_goes_after_a_day()
    {
        var folder = Path.Combine(_host.Store.Folder, "backups");
        Directory.CreateDirectory(folder);
        var (old, fresh) = (Unfinished("closeddoor-1"), Unfinished("closeddoor-2"));
        var others = Path.Combine(folder, "notes");
        foreach (var file in new[] { old, fresh, others })
            await File.WriteAllTextAsync(file, "half of it");
        foreach (var file in new[] { old, others })
            File.SetLastWriteTimeUtc(file, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-25));

        var made = await ServiceCommand.Run(_host.Store, "backup");

        Assert.That(made.ExitCode, Is.Zero, made.Errors);
        Assert.That(Directory.GetFiles(folder), Has.Length.EqualTo(3).And.Not.Contain(old));
        Assert.That(Directory.GetFiles(folder), Does.Contain(fresh).And.Contain(others));

        string Unfinished(string name) => Path.Combine(folder, $"{name}.db{SqliteCopy.Unfinished}");
    }

    [Test]
    public async Task Scratch_of_a_verification_that_was_killed_is_cleared_by_the_next()
    {
        var left = 0L;
        for (var i = 0; i < Tries && left == 0; i++)
        {
            await KillOnce(
                ServiceCommand.Start(_host.Store, "backup", InFolder($"backup{i}"), "--verify"),
                async () => await Scratch() > 0
            );
            left = await Scratch();
        }
        Assert.That(left, Is.Positive, "No kill came in the middle.");
        await Until(async () => !TestDatabase.IsPostgres || await Claims() == 0);

        await VerifyBackup.Run(Settings, InFolder("backup0"), _host.Time.Now);

        Assert.That(await Scratch(), Is.Zero);
    }

    [Test]
    public async Task Verifications_at_the_same_time_leave_each_other_alone()
    {
        await MakeBackup.Make(Settings, InFolder("backup"));

        var said = await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(_ => Task.Run(() => VerifyBackup.Run(Settings, InFolder("backup"), _host.Time.Now)))
        );

        Assert.That(said, Is.All.Contains("invariants hold"));
        Assert.That(await Scratch(), Is.Zero);
    }

    [Test]
    public async Task A_restore_that_is_killed_has_changed_nothing_or_all_and_is_done_by_running_it_again()
    {
        await Fill();
        await MakeBackup.Make(Settings, InFolder("backup"));
        var cut = 0;
        for (var i = 0; i < Tries && cut < 2; i++)
        {
            await using var target = await TestDatabase.Create();
            if (!TestDatabase.IsPostgres) // There what is restored into is empty.
                await MakeEarlier(target);

            var begun = false;
            await KillOnce(
                ServiceCommand.Start(target, "restore", InFolder("backup")),
                async () =>
                    begun |= TestDatabase.IsPostgres ? await Restoring() : File.Exists(target.Location + ".restoring")
            );
            await Until(async () => !TestDatabase.IsPostgres || !await Restoring());
            var sessions = await SessionsIn(target);
            Assert.That(sessions, Is.AnyOf(TestDatabase.IsPostgres ? -1 : 0, 1));

            if (sessions < 1)
            {
                Assert.That(begun, Is.True, "It ended by itself, and restored nothing.");
                cut++;
                var again = await ServiceCommand.Run(target, "restore", InFolder("backup"));
                Assert.That(again.ExitCode, Is.Zero, again.Errors);
            }
            Assert.That(await SessionsIn(target), Is.EqualTo(1));
            Assert.That(Directory.GetFiles(target.Folder, "*.restoring*"), Is.Empty);
        }
        Assert.That(cut, Is.Positive, "No kill came in the middle.");
    }

    [Test]
    [On(Engine.Sqlite, "PostgreSQL is restored in one transaction.")]
    public async Task A_restore_goes_on_from_a_half_copy_and_from_a_database_that_was_moved_away()
    {
        await MakeBackup.Make(Settings, InFolder("backup"));
        await using var target = await TestDatabase.Create();
        await MakeEarlier(target);
        await File.WriteAllTextAsync(target.Location + ".restoring", "half of it");
        await RestoreBackup.Run(Settings.With(target.Location), InFolder("backup"), _host.Time.Now);
        Assert.That(await SessionsIn(target), Is.EqualTo(1));

        var before = Directory.GetFiles(target.Folder, "*.before-*").Single();
        File.Delete(target.Location);
        await RestoreBackup.Run(Settings.With(target.Location), InFolder("backup"), _host.Time.Now);

        Assert.That(await SessionsIn(target), Is.EqualTo(1));
        Assert.That(Directory.GetFiles(target.Folder, "*.before-*"), Is.EqualTo([before]));
        await using var earlier = TestStores.Open(before);
        Assert.That(await earlier.Read(read => read.Get<long>("SELECT COUNT(*) FROM session")), Is.Zero);
    }

    /// <summary>So much that a copy takes a while.</summary>
    Task<int> Fill() =>
        _host.Tamper(
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
            INSERT INTO outbox (id, kind, body, due_at, attempts, created_at)
            SELECT 'msg_' || CAST(i AS TEXT), 'none.v1', @body, 4102444800000, 0, @now FROM n
            """,
            new
            {
                body = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i * 7919 % 99_991:x}")),
                now = _host.Time.Now,
            }
        );

    async Task MakeEarlier(TestDatabase target)
    {
        await using var database = target.Open();
        await new Migrator(database).Apply(_host.Time.Now);
    }

    /// <summary>Kills the process, and none that it has started, once that is so, or lets it end before.</summary>
    static async Task KillOnce(Process process, Func<Task<bool>> so, string signal = "KILL", Action? ended = null)
    {
        using (process)
        {
            // Read, so that it never waits for its words to be.
            var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            var began = Stopwatch.GetTimestamp();
            while (!process.HasExited && !await so() && Stopwatch.GetElapsedTime(began) < Longest)
                await Task.Yield();
            // At once: before another process has started to do it, the work may be over.
            if (!process.HasExited && signal == "KILL")
                process.Kill();
            else if (!process.HasExited)
                await Process.Start("kill", [$"-{signal}", $"{process.Id}"]).WaitForExitAsync();
            await process.WaitForExitAsync().WaitAsync(Longest);
            ended?.Invoke();
            await said.WaitAsync(Longest);
        }
    }

    /// <summary>The pg_dump that a process has started, once it has.</summary>
    static int? PgDumpOf(int parent) =>
        Directory
            .GetDirectories("/proc")
            .Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0]))
            .Where(folder => Stat(folder) is ("pg_dump", _, var of) && of == parent)
            .Select(folder => (int?)int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture))
            .FirstOrDefault();

    /// <summary>Gone, or waiting for whoever is to take note of its end.</summary>
    static bool HasEnded(int process) => Stat($"/proc/{process}") is null or (_, 'Z' or 'X', _);

    /// <summary>proc(5): number, name in brackets, state, parent.</summary>
    static (string Name, char State, int Parent)? Stat(string folder)
    {
        try
        {
            var stat = File.ReadAllText(Path.Combine(folder, "stat"));
            var (from, to) = (stat.IndexOf('('), stat.LastIndexOf(')'));
            var rest = stat[(to + 2)..].Split(' ');
            return (stat[(from + 1)..to], rest[0][0], int.Parse(rest[1], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static long Length(string file) => new FileInfo(file) is { Exists: true } found ? found.Length : 0;

    static async Task Until(Func<Task<bool>> so)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await so())
        {
            Assert.That(Stopwatch.GetElapsedTime(began), Is.LessThan(Longest));
            await Task.Delay(20);
        }
    }

    Task<long> Scratch() =>
        TestDatabase.IsPostgres
            ? _host.Query<long>("SELECT COUNT(*) FROM pg_database WHERE datname LIKE 'closeddoor\\_verify\\_%'")
            : Task.FromResult((long)Directory.GetFiles(_folder, "closeddoor_verify_*").Length);

    Task<long> Claims() => _host.Query<long>("SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory'");

    async Task<bool> Restoring() =>
        await _host.Query<long>("SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = 'pg_restore'") > 0;

    /// <summary>-1 when there is not even a table.</summary>
    static async Task<long> SessionsIn(TestDatabase target)
    {
        await using var database = target.Open();
        return await database.Read(async read =>
            TestDatabase.IsPostgres
            && await read.Get<long>("SELECT COUNT(*) FROM pg_tables WHERE tablename = 'session'") == 0
                ? -1
                : await read.Get<long>("SELECT COUNT(*) FROM session")
        );
    }
}
