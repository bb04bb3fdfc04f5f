using System.Diagnostics;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using Microsoft.Data.Sqlite;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

/// <summary>What the writer makes of the database's files, whatever engine the run is for.</summary>
public class SqliteFilesTests
{
    string _folder = null!;

    [SetUp]
    public void Start() => _folder = Directory.CreateTempSubdirectory("closeddoor-files-").FullName;

    [TearDown]
    public void Stop() => Directory.Delete(_folder, recursive: true);

    string In(params string[] names) => Path.Combine([_folder, .. names]);

    [Test]
    public async Task A_database_may_be_a_link_to_a_file_in_another_folder()
    {
        Directory.CreateDirectory(In("elsewhere"));
        File.CreateSymbolicLink(In("closeddoor.db"), In("elsewhere", "data.db"));
        await using var database = TestStores.Open(In("closeddoor.db"));

        await database.Write("test", tx => tx.Execute("CREATE TABLE kept (id TEXT PRIMARY KEY)"));

        Assert.That(File.Exists(In("elsewhere", "data.db-wal")));
    }

    [Test]
    public async Task Once_the_log_cannot_be_carried_over_nothing_passes_for_durable_and_the_process_lives()
    {
        var path = In("closeddoor.db");
        await using var database = TestStores.Open(path);
        await database.Write("test", tx => tx.Execute("CREATE TABLE kept (bytes BYTEA NOT NULL)"));
        await database.Write(
            "test",
            tx => tx.Execute("INSERT INTO kept (bytes) VALUES (@bytes)", new { bytes = new byte[4 << 20] })
        );
        for (var i = 0; i < 600 && new FileInfo(path).Length < 4 << 20; i++)
            await Task.Delay(50); // It is carried over in the background.
        Assert.That(new FileInfo(path).Length, Is.GreaterThanOrEqualTo(4 << 20));

        var refused = false;
        // The first that come are still written to the log; then it is noticed that the file has lost its pages.
        Assert.That(
            async () =>
            {
                for (var i = 0; i < 600; i++)
                {
                    // By another process, as opening and closing the file here would drop SQLite's locks on it (POSIX). Again
                    // where the last pages were carried over only then.
                    if (new FileInfo(path).Length > 4096)
                        await Process.Start("truncate", ["--size=4096", path]).WaitForExitAsync();
                    try
                    {
                        await database.Write("test", tx => tx.Execute("PRAGMA user_version = 1"));
                        Assert.That(refused, Is.False, "Nothing passes for durable once one write did not.");
                    }
                    catch (DatabaseUnavailableException)
                    {
                        refused = true; // It was committed just when it was noticed, and not flushed yet.
                    }
                    await Task.Delay(100);
                }
            },
            Throws.InstanceOf<SqliteException>().With.Property(nameof(SqliteException.SqliteErrorCode)).EqualTo(11)
        );
    }

    [Test]
    public void A_folder_and_a_file_are_flushed_and_what_is_not_there_is_told()
    {
        File.WriteAllText(In("file"), "text");

        Assert.That(() => Disk.Flush(In("file")), Throws.Nothing);
        Assert.That(() => Disk.FlushFolder(_folder), Throws.Nothing);
        Assert.That(() => Disk.FlushFolder(In("missing")), Throws.InstanceOf<IOException>());
        Assert.That(() => Disk.Flush("/dev/null"), Throws.InstanceOf<IOException>());
    }
}
