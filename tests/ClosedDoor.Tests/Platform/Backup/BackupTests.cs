using ClosedDoor.Platform;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Backup;
using ClosedDoor.Platform.Data;
using ClosedDoor.Tests.Given;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Backup;

/// <summary>Backups under load, by the same code that the commands run; restored, and held against what was acknowledged.</summary>
public class BackupTests
{
    TestHost _host = null!;
    string _folder = null!;

    [SetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _folder = Directory.CreateTempSubdirectory("closeddoor-test-").FullName;
    }

    [TearDown]
    public async Task Stop()
    {
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    Settings Settings => _host.Get<Settings>();

    string InFolder(string name = "backup") => Path.Combine(_folder, name);

    [Test]
    public async Task A_backup_under_load_is_one_moment_of_the_database_and_loses_nothing_answered_before_it()
    {
        var companies = await _host.Given.VettedCompanies(6);
        var sessions = new List<string>();
        for (var i = 0; i < 12; i++)
            sessions.Add(await _host.Given.PublishedSession());
        var answered = new List<string>();
        using var stop = new CancellationTokenSource();
        var load = companies.Select(company => Task.Run(() => Book(company, sessions, answered, stop.Token))).ToArray();

        while (Count(answered) < 10 && !load.Any(one => one.IsFaulted))
            await Task.Delay(5);
        string[] before;
        lock (answered)
            before = [.. answered];
        await MakeBackup.Make(Settings, InFolder());
        await stop.CancelAsync();
        await Task.WhenAll(load);

        Assert.That(await VerifyBackup.Run(Settings, InFolder(), _host.Time.Now), Does.Contain("invariants hold"));
        await using var restored = await Restored(InFolder());
        var there = await restored.Data.Read(read => read.All<string>("SELECT id FROM reservation"));
        Assert.That(there, Is.SupersetOf(before));
        Assert.That((await new VerifyAudit(restored.Data).Run()).Broken, Is.Null);
        if (!OperatingSystem.IsWindows())
            Assert.That(File.GetUnixFileMode(InFolder()), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public async Task A_backup_that_breaks_an_invariant_or_the_audit_log_is_not_called_one()
    {
        await _host.Given.PublishedSession();
        await _host.Tamper("UPDATE session SET seat_cap = 9");
        await MakeBackup.Make(Settings, InFolder("unsound"));
        Assert.That(
            async () => await VerifyBackup.Run(Settings, InFolder("unsound"), _host.Time.Now),
            Throws.InstanceOf<BackupException>().With.Message.Contains("a_session_has_the_seats_that_its_cap_says")
        );

        await _host.Tamper("UPDATE session SET seat_cap = 8");
        await _host.Tamper("UPDATE audit SET actor = 'somebody else'");
        await MakeBackup.Make(Settings, InFolder("forged"));
        Assert.That(
            async () => await VerifyBackup.Run(Settings, InFolder("forged"), _host.Time.Now),
            Throws.InstanceOf<BackupException>().With.Message.Contains("the_audit_log_is_whole")
        );
    }

    [Test]
    public async Task A_file_that_is_cut_short_or_altered_is_no_backup()
    {
        for (var i = 0; i < 20; i++)
            await _host.Given.PublishedSession();
        await MakeBackup.Make(Settings, InFolder());
        var whole = await File.ReadAllBytesAsync(InFolder());

        await File.WriteAllBytesAsync(InFolder("short"), whole[..(whole.Length * 2 / 3)]);
        await File.WriteAllBytesAsync(InFolder("empty"), []);
        await File.WriteAllTextAsync(InFolder("other"), "no backup at all, but long enough to be looked at");

        foreach (var name in new[] { "short", "empty", "other", "none" })
            Assert.That(
                async () => await VerifyBackup.Run(Settings, InFolder(name), _host.Time.Now),
                Throws.InstanceOf<BackupException>(),
                name
            );
        Assert.That(
            Directory.GetFiles(_folder).Select(Path.GetFileName),
            Is.EquivalentTo(["backup", "short", "empty", "other"])
        );
    }

    [Test]
    public async Task What_is_there_is_never_overwritten()
    {
        var sessionId = await _host.Given.PublishedSession();
        await MakeBackup.Make(Settings, InFolder());
        Assert.That(async () => await MakeBackup.Make(Settings, InFolder()), Throws.InstanceOf<BackupException>());

        // The service runs, or, on PostgreSQL, the database has tables.
        Assert.That(
            async () => await RestoreBackup.Run(Settings, InFolder(), _host.Time.Now),
            Throws.InstanceOf<BackupException>().With.Message.Contains(TestDatabase.IsPostgres ? "not empty" : "in use")
        );
        (await _host.Anonymous.Get($"/sessions/{sessionId}")).Expect(200);
        (await (await _host.Given.Owner()).Post("/sessions", _host.Given.SessionBody())).Expect(201);
    }

    [Test]
    public async Task A_server_that_is_not_there_is_said_in_one_line()
    {
        await MakeBackup.Make(Settings, InFolder());
        var nowhere = Settings.With("Host=127.0.0.1;Port=1;Username=nobody;Database=none;Password=hush-hush");

        Assert.That(
            async () => await RestoreBackup.Run(nowhere, InFolder(), _host.Time.Now),
            Throws.InstanceOf<BackupException>().With.Message.Not.Contains("hush").And.Message.Not.Contains("\n")
        );
        Assert.That(
            async () => await MakeBackup.Make(nowhere, InFolder("other")),
            Throws.InstanceOf<BackupException>().With.Message.Not.Contains("hush")
        );
    }

    [Test]
    public async Task A_restore_keeps_what_was_there_beside_it()
    {
        if (TestDatabase.IsPostgres)
            return; // There it needs an empty database, which the other tests restore into.
        await using var earlier = await TestDatabase.Create();
        await using (var database = earlier.Open())
            await new Migrator(database).Apply(_host.Time.Now);
        var sessionId = await _host.Given.PublishedSession();
        await MakeBackup.Make(Settings, InFolder());

        await RestoreBackup.Run(Settings.With(earlier.Location), InFolder(), _host.Time.Now);

        await using var restored = earlier.Open();
        Assert.That(await restored.Read(read => read.Get<string>("SELECT id FROM session")), Is.EqualTo(sessionId));
        Assert.That(Directory.GetFiles(earlier.Folder, "*.before-*"), Has.Length.EqualTo(1));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_restore_follows_a_symbolic_link_and_leaves_it(bool leadsToAFile)
    {
        if (TestDatabase.IsPostgres)
            return; // A database there has no path.
        var (disk, link) = (Directory.CreateDirectory(InFolder("disk")).FullName, InFolder("link.db"));
        var real = Path.Combine(disk, "real.db");
        File.CreateSymbolicLink(InFolder("disk/second.db"), "real.db");
        File.CreateSymbolicLink(link, InFolder("disk/second.db"));
        if (leadsToAFile)
        {
            await using var database = TestStores.Open(real);
            await new Migrator(database).Apply(_host.Time.Now);
        }
        var sessionId = await _host.Given.PublishedSession();
        await MakeBackup.Make(Settings, InFolder());

        await RestoreBackup.Run(Settings.With(link), InFolder(), _host.Time.Now);

        Assert.That(new FileInfo(link).LinkTarget, Is.EqualTo(InFolder("disk/second.db")));
        Assert.That(new FileInfo(real).LinkTarget, Is.Null);
        await using (var restored = TestStores.Open(link))
            Assert.That(await restored.Read(read => read.Get<string>("SELECT id FROM session")), Is.EqualTo(sessionId));
        Assert.That(Directory.GetFiles(disk, "*.before-*"), Has.Length.EqualTo(leadsToAFile ? 1 : 0));
    }

    [Test]
    public async Task A_link_that_leads_in_a_circle_is_said_in_one_line()
    {
        if (TestDatabase.IsPostgres)
            return;
        File.CreateSymbolicLink(InFolder("one.db"), InFolder("two.db"));
        File.CreateSymbolicLink(InFolder("two.db"), InFolder("one.db"));
        await MakeBackup.Make(Settings, InFolder());

        Assert.That(
            async () => await RestoreBackup.Run(Settings.With(InFolder("one.db")), InFolder(), _host.Time.Now),
            Throws.InstanceOf<BackupException>().With.Message.Contains("leads nowhere")
        );
    }

    [Test]
    public async Task A_dump_that_waits_for_a_lock_gives_up()
    {
        if (!TestDatabase.IsPostgres)
            return; // SQLite's copy waits for nobody.
        using var held = new SemaphoreSlim(0);
        var end = new TaskCompletionSource();
        var holder = _host.Data.Write(
            "test",
            async tx =>
            {
                await tx.Execute("LOCK TABLE session IN ACCESS EXCLUSIVE MODE");
                held.Release();
                await end.Task;
                return true;
            }
        );
        await held.WaitAsync();
        await File.WriteAllTextAsync(InFolder(), "");

        Assert.That(
            async () =>
                await new PostgresTools(_host.Store.Location).Dump(
                    InFolder(),
                    CancellationToken.None,
                    TimeSpan.FromMilliseconds(200)
                ),
            Throws.InstanceOf<BackupException>().With.Message.Contains("pg_dump ended with 1")
        );
        end.SetResult();
        await holder;
    }

    [Test]
    public async Task What_cannot_be_written_is_said_in_one_line()
    {
        if (TestDatabase.IsPostgres)
            return; // See the server that is not there.
        // SQLite opens no longer path than 512 bytes: the backup's is shorter, and that of what is restored beside it longer.
        var deep = InFolder();
        while (deep.Length < 500)
            deep = Path.Combine(deep, new string('d', Math.Min(200, 499 - deep.Length)));
        Directory.CreateDirectory(deep);
        var file = Path.Combine(deep, "b");
        await MakeBackup.Make(Settings, InFolder("whole"));
        File.Copy(InFolder("whole"), file);

        Assert.That(
            async () => await VerifyBackup.Run(Settings, file, _host.Time.Now),
            Throws.InstanceOf<BackupException>().With.Message.Contains("could not be restored to scratch")
        );
        Assert.That(Directory.GetFiles(deep), Is.EqualTo([file]));
        Assert.That(
            async () =>
                await RestoreBackup.Run(Settings.With("/proc/none/closeddoor.db"), InFolder("whole"), _host.Time.Now),
            Throws.InstanceOf<BackupException>().With.Message.Contains("could not be restored")
        );
    }

    [Test]
    public async Task A_file_with_its_log_beside_it_is_looked_at_with_what_the_log_holds()
    {
        if (TestDatabase.IsPostgres)
            return;
        await _host.Given.PublishedSession();
        await _host.Tamper("UPDATE session SET seat_cap = 9");
        // As somebody copies them who does not know of the command.
        File.Copy(_host.Store.Location, InFolder("copied"));
        File.Copy(_host.Store.Location + "-wal", InFolder("copied-wal"));

        Assert.That(
            async () => await VerifyBackup.Run(Settings, InFolder("copied"), _host.Time.Now),
            Throws.InstanceOf<BackupException>().With.Message.Contains("a_session_has_the_seats_that_its_cap_says")
        );
    }

    [TestCase("check-invariants")]
    [TestCase("verify-audit")]
    public async Task A_database_that_is_not_there_is_not_in_order(string command)
    {
        await using var nothing = await TestDatabase.Create();
        var files = Directory.GetFiles(nothing.Folder);

        var (exitCode, output, errors) = await ServiceCommand.Run(nothing, command);

        Assert.That((exitCode, output), Is.EqualTo((1, "")));
        Assert.That(errors, Does.StartWith("The").And.Not.Contain("\n"));
        Assert.That(Directory.GetFiles(nothing.Folder), Is.EqualTo(files));
    }

    [Test]
    public async Task A_file_that_is_no_database_is_told_in_words()
    {
        if (TestDatabase.IsPostgres)
            Assert.Ignore("PostgreSQL's database is no file.");
        await using var other = await TestDatabase.Create();
        await File.WriteAllTextAsync(other.Location, "示例文本，不是数据库。");

        var (exitCode, _, errors) = await ServiceCommand.Run(other, "check-invariants");

        Assert.That((exitCode, errors.Trim()), Is.EqualTo((1, errors.Trim().Split('\n')[0])));
        Assert.That(errors, Does.StartWith("The database cannot be read"));
    }

    [Test]
    public async Task The_commands_make_verify_and_restore_a_backup()
    {
        await _host.Given.PublishedSession();
        Task<(int ExitCode, string Output, string Errors)> Command(params string[] arguments) =>
            ServiceCommand.Run(_host.Store, arguments);

        var made = await Command("backup", InFolder("not/there/yet"), "--verify");
        Assert.That(made.ExitCode, Is.Zero, made.Errors);
        Assert.That(made.Output, Does.Contain("restored and verified"));
        Assert.That((await Command("check-invariants")).ExitCode, Is.Zero);
        Assert.That((await Command("backup", "--fast")).ExitCode, Is.EqualTo(2));
        Assert.That((await Command("backup", "")).ExitCode, Is.EqualTo(2));
        foreach (var impossible in new[] { _folder, "/proc/none" })
        {
            var failed = await Command("backup", impossible);
            Assert.That(failed.ExitCode, Is.EqualTo(1), impossible);
            Assert.That(failed.Errors, Does.Contain("could not be copied to").And.Not.Contain("\n"), impossible);
        }
        Assert.That((await Command("restore")).ExitCode, Is.EqualTo(2));
        var refused = await Command("restore", InFolder("none"));
        Assert.That(refused.ExitCode, Is.EqualTo(1));
        Assert.That(refused.Errors, Does.Not.Contain("\n"));

        await _host.Tamper("UPDATE session SET seat_cap = 9");
        var violated = await Command("check-invariants");
        Assert.That(violated.ExitCode, Is.EqualTo(1));
        Assert.That(violated.Errors, Does.StartWith("Violated: a_session_has_the_seats_that_its_cap_says: ses_"));
    }

    async Task<Copy> Restored(string file)
    {
        var store = await TestDatabase.Create();
        await RestoreBackup.Run(Settings.With(store.Location), file, _host.Time.Now);
        return new(store, store.Open());
    }

    static int Count(List<string> list)
    {
        lock (list)
            return list.Count;
    }

    static async Task Book(TestCompany company, List<string> sessions, List<string> answered, CancellationToken stop)
    {
        for (var i = 0; i < sessions.Count && !stop.IsCancellationRequested; i++)
        {
            var reply = await company.Api.Post($"/sessions/{sessions[i]}/reservations");
            lock (answered)
                answered.Add(reply.Expect(201).Id);
            if (i % 3 != 0)
                continue;
            (await company.Api.Post($"/reservations/{reply.Id}/cancel", new { reason = "行程有变" })).Expect(200);
            i--;
            if (Count(answered) > 600)
                return;
        }
    }

    sealed record Copy(TestDatabase Store, Database Data) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Data.DisposeAsync();
            await Store.DisposeAsync();
        }
    }
}
