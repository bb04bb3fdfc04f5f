using System.Text.Json;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.BankStatements;

/// <summary>Every change to the saved column mappings.</summary>
static class BankStatementMappingTable
{
    /// <summary>The usual columns where no mapping is named; null when there is none of this id.</summary>
    public static async Task<BankStatementColumns?> ColumnsOf(Database db, string? id) =>
        string.IsNullOrEmpty(id)
            ? BankStatementColumns.Usual
            : (await db.Read(read => Find(read, id)))?.ToView().Columns;

    public static Task<BankStatementMappingRow?> Find(Statements read, string id) =>
        read.Find<BankStatementMappingRow>("SELECT * FROM statement_mapping WHERE id = @id", new { id });

    /// <summary>Locks it, so that of two who change the same version the second is told.</summary>
    public static Task<BankStatementMappingRow?> Lock(Tx tx, string id) =>
        tx.Find<BankStatementMappingRow>($"SELECT * FROM statement_mapping WHERE id = @id {tx.ForUpdate}", new { id });

    /// <summary>Null when the name is taken.</summary>
    public static async Task<BankStatementMappingRow?> Add(
        Tx tx,
        string name,
        BankStatementColumns columns,
        Instant now
    )
    {
        var row = new BankStatementMappingRow
        {
            Id = TypeId.New("map", now),
            Name = name,
            Columns = JsonSerializer.Serialize(columns, Json.Options),
            CreatedAt = now,
            Version = 1,
        };
        var added = await tx.Execute(
            """
            INSERT INTO statement_mapping (id, name, columns, created_at, version)
            VALUES (@Id, @Name, @Columns, @CreatedAt, @Version) ON CONFLICT (name) DO NOTHING
            """,
            row
        );
        if (added == 0)
            return null;
        await Recorded(tx, "added", row.Id, now);
        return row;
    }

    /// <summary>Null when another mapping has the name.</summary>
    public static async Task<BankStatementMappingRow?> Set(
        Tx tx,
        BankStatementMappingRow row,
        string name,
        BankStatementColumns columns,
        Instant now
    )
    {
        var changed = await tx.Execute(
            """
            UPDATE statement_mapping SET name = @name, columns = @columns, version = version + 1
            WHERE id = @Id AND NOT EXISTS (SELECT 1 FROM statement_mapping other WHERE other.name = @name AND other.id <> @Id)
            """,
            new
            {
                row.Id,
                name,
                columns = JsonSerializer.Serialize(columns, Json.Options),
            }
        );
        if (changed == 0)
            return null;
        await Recorded(tx, "changed", row.Id, now);
        return await Find(tx, row.Id);
    }

    public static async Task Remove(Tx tx, string id, Instant now)
    {
        await tx.Execute("DELETE FROM statement_mapping WHERE id = @id", new { id });
        await Recorded(tx, "removed", id, now);
    }

    static Task Recorded(Tx tx, string what, string id, Instant now) =>
        tx.Record(now, new Change(BankLineTable.Chain, $"statement_mapping.{what}", id));
}

sealed record BankStatementMappingRow
{
    public string Id { get; init; } = "";
    public string Name { get; init; } = "";
    public string Columns { get; init; } = "";
    public Instant CreatedAt { get; init; }
    public long Version { get; init; }

    public BankStatementMappingView ToView() =>
        new(Id, Name, JsonSerializer.Deserialize<BankStatementColumns>(Columns, Json.Options)!, CreatedAt, Version);
}
