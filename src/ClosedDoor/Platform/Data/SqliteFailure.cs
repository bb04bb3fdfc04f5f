using Microsoft.Data.Sqlite;

namespace ClosedDoor.Platform.Data;

/// <summary>What SQLite's error codes mean here (sqlite.org/rescode.html).</summary>
static class SqliteFailure
{
    const int Busy = 5,
        Locked = 6,
        ReadOnly = 8,
        DiskError = 10,
        DiskFull = 13,
        CannotOpen = 14;

    /// <summary>The database cannot be written or reached just now, whatever was asked of it.</summary>
    public static bool IsOutage(SqliteException e) =>
        e.SqliteErrorCode is Busy or Locked or DiskError or DiskFull or CannotOpen or ReadOnly;

    /// <summary>A lock or a full disk stood in the way, and what was written before is as safe as it was.</summary>
    public static bool IsOfTheMoment(SqliteException e) => e.SqliteErrorCode is Busy or Locked or DiskFull;

    /// <summary>SQLite may have rolled the whole transaction back by itself.</summary>
    public static bool IsOfDisk(Exception e) => e is SqliteException { SqliteErrorCode: DiskFull or DiskError };
}
