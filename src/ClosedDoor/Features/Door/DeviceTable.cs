using System.Security.Cryptography;
using System.Text;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Door;

/// <summary>Every change to the door's devices.</summary>
static class DeviceTable
{
    /// <summary>Long enough to walk to the device and type it in.</summary>
    public static readonly Duration CodeLives = Duration.FromMinutes(10);

    const string Symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    const int CodeLength = 10;

    /// <summary>50 random bits, to be typed: <c>7K3MQ-4XW2P</c>.</summary>
    public static string NewCode()
    {
        var code = RandomNumberGenerator.GetString(Symbols, CodeLength);
        return $"{code[..5]}-{code[5..]}";
    }

    /// <summary>As it is kept: without what people type differently.</summary>
    public static string HashOf(string code) =>
        Convert.ToHexStringLower(
            SHA256.HashData(
                Encoding.UTF8.GetBytes(
                    HalfWidth
                        .Of(code)
                        .ToUpperInvariant()
                        .Replace("-", "", StringComparison.Ordinal)
                        .Replace(" ", "", StringComparison.Ordinal)
                )
            )
        );

    public static async Task<DeviceRow> Add(
        Tx tx,
        string sessionId,
        Instant sessionBegins,
        string name,
        string codeHash,
        Instant now
    )
    {
        var row = new DeviceRow
        {
            Id = TypeId.New("dev", now),
            SessionId = sessionId,
            Name = name,
            CodeExpiresAt = now + CodeLives,
            SessionBegins = sessionBegins,
            Version = 1,
        };
        await tx.Execute(
            """
            INSERT INTO door_device (id, session_id, name, code_hash, code_expires_at, created_at, version)
            VALUES (@Id, @SessionId, @Name, @codeHash, @CodeExpiresAt, @now, 1)
            """,
            new
            {
                row.Id,
                row.SessionId,
                row.Name,
                codeHash,
                row.CodeExpiresAt,
                now,
            }
        );
        await tx.Record(now, new Change(sessionId, "door_device.added", row.Id));
        return row;
    }

    /// <summary>Spends the code. Null when it is unknown, used or too old; of two who type it at once, one gets the token.</summary>
    public static async Task<DeviceRow?> Pair(Tx tx, string codeHash, string tokenHash, Instant now)
    {
        var id = await tx.Find<string>(
            """
            UPDATE door_device SET code_hash = NULL, token_hash = @tokenHash, paired_at = @now, version = version + 1
            WHERE code_hash = @codeHash AND code_expires_at > @now AND revoked_at IS NULL
            RETURNING id
            """,
            new
            {
                codeHash,
                tokenHash,
                now,
            }
        );
        if (id is null)
            return null;
        var row = (await Find(tx, id))!;
        await tx.Record(now, new Change(row.SessionId, "door_device.paired", id));
        return row;
    }

    public static async Task<bool> Revoke(Tx tx, DeviceRow row, Instant now)
    {
        var revoked = await tx.Execute(
            "UPDATE door_device SET revoked_at = @now, code_hash = NULL, token_hash = NULL, version = version + 1 WHERE id = @Id AND revoked_at IS NULL",
            new { row.Id, now }
        );
        if (revoked == 1)
            await tx.Record(now, new Change(row.SessionId, "door_device.revoked", row.Id));
        return revoked == 1;
    }

    /// <summary>The device that calls, as long as its token is not taken away.</summary>
    public static async Task<DeviceRow?> Of(Database db, Caller caller) =>
        await db.Read(read => Find(read, caller.Standing.Id)) is { RevokedAt: null } device ? device : null;

    /// <summary>
    /// Locks a device that is still trusted, so that what it hands in twice at once is counted one upload after the other.
    /// </summary>
    public static async Task<bool> Lock(Tx tx, string id) =>
        await tx.Find<string>(
            $"SELECT id FROM door_device WHERE id = @id AND revoked_at IS NULL {tx.ForUpdate}",
            new { id }
        )
            is not null;

    public static Task<DeviceRow?> Find(Statements read, string id) =>
        read.Find<DeviceRow>($"{DeviceRow.Select} WHERE door_device.id = @id", new { id });
}

sealed record DeviceRow
{
    public string Id { get; init; } = "";
    public string SessionId { get; init; } = "";
    public string Name { get; init; } = "";
    public Instant CodeExpiresAt { get; init; }
    public Instant? PairedAt { get; init; }
    public Instant? RevokedAt { get; init; }
    public Instant SessionBegins { get; init; }
    public long Version { get; init; }

    /// <summary>When the token ends by itself; it goes with the session's day when that is moved.</summary>
    public Instant ExpiresAt => SessionBegins + KnownTokens.DeviceLives;

    public const string Select = """
        SELECT door_device.id, door_device.session_id, door_device.name, door_device.code_expires_at, door_device.paired_at,
            door_device.revoked_at, door_device.version, session.begins_at AS session_begins
        FROM door_device JOIN session ON session.id = door_device.session_id
        """;
}
