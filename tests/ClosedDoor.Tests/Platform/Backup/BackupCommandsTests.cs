using ClosedDoor.Platform.Backup;
using ClosedDoor.Tests.Given;
using Microsoft.Data.Sqlite;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Backup;

/// <summary>The commands as an operator or cron calls them: exit codes, and one line where something is wrong.</summary>
public class BackupCommandsTests : BesideAFolder
{
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
        var unsound = await Command("backup", InFolder("unsound"), "--verify");
        Assert.That((unsound.ExitCode, unsound.Output), Is.EqualTo((1, "")));
        Assert.That(unsound.Errors, Does.Contain($"is now {InFolder("unsound.unverified")}").And.Not.Contain("\n"));
        Assert.That(
            (File.Exists(InFolder("unsound")), File.Exists(InFolder("unsound.unverified"))),
            Is.EqualTo((false, true))
        );
    }

    [TestCase("check-invariants")]
    [TestCase("verify-audit")]
    [TestCase("migrate")]
    public async Task A_file_that_is_named_to_a_command_which_takes_none_is_not_passed_over(string command)
    {
        await MakeBackup.Make(Settings, InFolder());

        var (exitCode, output, errors) = await ServiceCommand.Run(_host.Store, command, InFolder());

        Assert.That((exitCode, output), Is.EqualTo((2, "")));
        Assert.That(errors, Does.Contain(InFolder()).And.Not.Contain("\n"));
    }

    [TestCase("--help", "Without a command it serves. Commands: backup, ")]
    [TestCase("-h", "Without a command it serves. Commands: backup, ")]
    [TestCase("-?", "Without a command it serves. Commands: backup, ")]
    [TestCase("--version", "0.")]
    public async Task Who_asks_what_there_is_starts_no_service(string asked, string begins)
    {
        var (exitCode, output, errors) = await ServiceCommand.Run(_host.Store, asked);

        Assert.That((exitCode, errors), Is.EqualTo((0, "")));
        Assert.That(output, Does.StartWith(begins));
    }

    [TestCase("check-invariants")]
    [TestCase("verify-audit")]
    [TestCase("backup")]
    public async Task A_database_that_is_not_there_is_neither_in_order_nor_backed_up(string command)
    {
        await using var nothing = await TestDatabase.Create();
        var files = Directory.GetFileSystemEntries(nothing.Folder);

        var (exitCode, output, errors) = await ServiceCommand.Run(nothing, command);

        Assert.That((exitCode, output), Is.EqualTo((1, "")));
        Assert.That(errors, Does.StartWith("The").And.Not.Contain("\n"));
        Assert.That(Directory.GetFileSystemEntries(nothing.Folder), Is.EqualTo(files));
    }

    [Test]
    public async Task A_database_that_was_just_made_is_backed_up()
    {
        await using var fresh = await TestDatabase.CreateMigrated();

        var (exitCode, output, errors) = await ServiceCommand.Run(fresh, "backup", InFolder(), "--verify");

        Assert.That((exitCode, errors), Is.EqualTo((0, "")));
        Assert.That(output, Does.Contain("restored and verified"));
    }

    [TestCase("check-invariants", "")]
    [TestCase("verify-audit", "")]
    [TestCase("backup", "")]
    [TestCase("check-invariants", "CREATE TABLE theirs (id TEXT PRIMARY KEY)")]
    [TestCase("backup", "CREATE TABLE theirs (id TEXT PRIMARY KEY)")]
    [On(Engine.Sqlite, "PostgreSQL's database is no file.")]
    public async Task A_file_that_is_nothing_of_ours_is_left_as_it_is(string command, string schema)
    {
        await using var other = await TestDatabase.Create();
        await File.WriteAllBytesAsync(other.Location, []);
        if (schema.Length > 0)
        {
            await using var theirs = SqliteCopy.Open(other.Location, SqliteOpenMode.ReadWrite);
            SqliteCopy.Run(theirs, schema);
        }
        var before = await File.ReadAllBytesAsync(other.Location);

        var (exitCode, output, errors) = await ServiceCommand.Run(other, command);

        Assert.That((exitCode, output), Is.EqualTo((1, "")));
        Assert.That(errors, Is.EqualTo($"The database {other.Location} holds nothing of this service."));
        Assert.That(await File.ReadAllBytesAsync(other.Location), Is.EqualTo(before));
        Assert.That(Directory.GetFileSystemEntries(other.Folder), Is.EqualTo([other.Location]));
    }

    [TestCase("check-invariants")]
    [TestCase("backup")]
    [On(Engine.Sqlite, "PostgreSQL's database is no file.")]
    public async Task A_file_that_is_no_database_is_told_in_words(string command)
    {
        await using var other = await TestDatabase.Create();
        await File.WriteAllTextAsync(other.Location, "示例文本，不是数据库。");

        var (exitCode, _, errors) = await ServiceCommand.Run(other, command);

        Assert.That((exitCode, errors.Trim()), Is.EqualTo((1, errors.Trim().Split('\n')[0])));
        Assert.That(errors, Does.StartWith($"The database {other.Location} cannot be read"));
    }
}
