using System.Collections.Concurrent;
using ClosedDoor.Platform.Backup;
using ClosedDoor.Platform.Data;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Backup;

/// <summary>What a restore overwrites (nothing), keeps, follows, and says when it cannot.</summary>
public class RestoreBackupTests : BesideAFolder
{
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
    [On(Engine.Sqlite, "PostgreSQL is restored into an empty database, as other tests do.")]
    public async Task A_restore_keeps_what_was_there_beside_it()
    {
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

    [Test]
    [On(Engine.Sqlite, "PostgreSQL's database is no file.")]
    public async Task A_restore_that_is_refused_leaves_no_copy_behind()
    {
        await _host.Given.PublishedSession();
        await MakeBackup.Make(Settings, InFolder());

        Assert.That(
            async () => await RestoreBackup.Run(Settings, InFolder(), _host.Time.Now),
            Throws.InstanceOf<BackupException>().With.Message.Contains("in use")
        );

        Assert.That(Directory.GetFiles(_host.Store.Folder, "*restoring*"), Is.Empty);
    }

    [Test]
    [On(Engine.Sqlite, "PostgreSQL's database is no file.")]
    public async Task A_restore_makes_the_folder_that_a_new_machine_has_not()
    {
        var sessionId = await _host.Given.PublishedSession();
        await MakeBackup.Make(Settings, InFolder());

        await RestoreBackup.Run(Settings.With(InFolder("new/data/closeddoor.db")), InFolder(), _host.Time.Now);

        await using var restored = TestStores.Open(InFolder("new/data/closeddoor.db"));
        Assert.That(await restored.Read(read => read.Get<string>("SELECT id FROM session")), Is.EqualTo(sessionId));
        Assert.That(Directory.GetFiles(InFolder("new/data")), Has.Length.EqualTo(1 + BesideWhatIsOpen));
    }

    /// <summary>The log and its index, as long as it is open.</summary>
    const int BesideWhatIsOpen = 2;

    [Test]
    [On(Engine.Sqlite, "PostgreSQL's scratch is another database.")]
    public async Task A_restore_lays_nothing_beside_the_backup()
    {
        await _host.Given.PublishedSession();
        await MakeBackup.Make(Settings, InFolder("kept/backup.db"));
        using var seen = new FileSystemWatcher(InFolder("kept")) { EnableRaisingEvents = true };
        var made = new ConcurrentQueue<string?>();
        seen.Created += (_, e) => made.Enqueue(e.Name);

        await RestoreBackup.Run(
            Settings.With(InFolder("to/closeddoor.db")),
            InFolder("kept/backup.db"),
            _host.Time.Now
        );

        // The watch is told of things in turn: once it has seen this, it has seen all.
        await File.WriteAllTextAsync(InFolder("kept/last"), "");
        Assert.That(() => made, Does.Contain("last").After(5_000, 20));
        Assert.That(made, Is.EqualTo(["last"]));
    }

    [TestCase(true)]
    [TestCase(false)]
    [On(Engine.Sqlite, "PostgreSQL's database is no file.")]
    public async Task A_restore_follows_a_symbolic_link_and_leaves_it(bool leadsToAFile)
    {
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
    [On(Engine.Sqlite, "PostgreSQL's database is no file.")]
    public async Task A_link_that_leads_in_a_circle_is_said_in_one_line()
    {
        File.CreateSymbolicLink(InFolder("one.db"), InFolder("two.db"));
        File.CreateSymbolicLink(InFolder("two.db"), InFolder("one.db"));
        await MakeBackup.Make(Settings, InFolder());

        Assert.That(
            async () => await RestoreBackup.Run(Settings.With(InFolder("one.db")), InFolder(), _host.Time.Now),
            Throws.InstanceOf<BackupException>().With.Message.Contains("leads nowhere")
        );
    }

    [Test]
    public void What_is_restored_is_not_called_unrestored_because_its_name_may_not_outlive_a_power_cut()
    {
        Assert.That(RestoreBackup.Flushed(_folder), Is.Empty);
        Assert.That(RestoreBackup.Flushed(InFolder("none")), Does.StartWith(" It may be undone by a power cut: "));
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
    [On(Engine.Sqlite, "PostgreSQL's database is no file; see the server that is not there.")]
    public async Task What_cannot_be_written_is_said_in_one_line()
    {
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
}
