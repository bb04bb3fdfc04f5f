using System.Data.Common;
using ClosedDoor.Platform.Data;
using Microsoft.Data.Sqlite;

namespace ClosedDoor.Platform.Backup;

/// <summary>
/// Copies a SQLite database that others read and write meanwhile, by SQLite's online backup: one read transaction that
/// holds nobody up, and whose end is one consistent file. Until it is whole and on the disk it has another name.
/// </summary>
static class SqliteCopy
{
    public const string Unfinished = ".unfinished";

    /// <exception cref="SqliteException">The database cannot be read, or the copy not be written.</exception>
    public static void Make(string database, string copy)
    {
        if (!File.Exists(database))
            throw new BackupException($"There is no database {database}.");
        var unfinished = copy + Unfinished;
        if (Path.GetDirectoryName(Path.GetFullPath(copy)) is { } folder)
            Directory.CreateDirectory(folder);
        Delete(unfinished);
        try
        {
            KeepFromOthers(unfinished);
            using (var source = Open(database, SqliteOpenMode.ReadOnly))
            using (var target = Open(unfinished, SqliteOpenMode.ReadWrite))
            {
                source.BackupDatabase(target);
                // The copy says of itself that it has a write-ahead log; a backup is one file.
                Run(target, "PRAGMA journal_mode=DELETE");
            }
            Disk.Flush(unfinished);
            File.Move(unfinished, copy, overwrite: true);
            Disk.FlushFolder(Path.GetDirectoryName(Path.GetFullPath(copy))!);
        }
        finally
        {
            Delete(unfinished);
        }
    }

    /// <exception cref="BackupException">It is no sound SQLite database.</exception>
    public static void Check(string database)
    {
        try
        {
            using var connection = Open(database, SqliteOpenMode.ReadOnly);
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA integrity_check(1)";
            if (command.ExecuteScalar() is not "ok")
                throw new BackupException($"{database} is damaged: {command.ExecuteScalar()}");
            command.CommandText = "PRAGMA foreign_key_check";
            if (command.ExecuteScalar() is string table)
                throw new BackupException($"{database} is damaged: a row of {table} refers to nothing.");
        }
        catch (SqliteException e)
        {
            throw new BackupException($"{database} cannot be read: {e.Message}");
        }
    }

    public static SqliteConnection Open(string path, SqliteOpenMode mode, int patience = 30)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Mode = mode,
                Pooling = false,
                DefaultTimeout = patience,
            }.ToString()
        );
        connection.Open();
        return connection;
    }

    public static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Names, addresses and password hashes are in it: for the service's own user alone.</summary>
    public static void KeepFromOthers(string path)
    {
        File.Delete(path); // What a killed attempt has left may be open to others.
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        new FileStream(path, options).Dispose();
    }

    /// <summary>The file with what SQLite may have laid beside it.</summary>
    public static void Delete(string path)
    {
        foreach (var beside in new[] { "", "-journal", "-wal", "-shm" })
            File.Delete(path + beside);
    }
}

/// <summary>Why there is no backup, or no restored database: the operator's to mend, said in one line.</summary>
public sealed class BackupException(string message) : Exception(message)
{
    /// <summary>A disk that is full or may not be written, a server that has gone: no bug, and nothing to lead to its line.</summary>
    internal static bool IsOfTheMachine(Exception e) =>
        e is IOException or UnauthorizedAccessException or DbException or DatabaseUnavailableException;
}
