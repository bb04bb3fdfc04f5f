using System.Text.Json;
using ClosedDoor.Domain;
using ClosedDoor.Features.Payments;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Files;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.Fapiao;

/// <summary>Every change to profiles, requests and red letters.</summary>
static class FapiaoTable
{
    public static async Task<ProfileRow> SetProfile(Tx tx, string companyId, FapiaoProfile profile, Instant now)
    {
        await tx.Execute(
            """
            INSERT INTO fapiao_profile (company_id, profile, updated_at, version) VALUES (@companyId, @json, @now, 1)
            ON CONFLICT (company_id) DO UPDATE SET profile = excluded.profile, updated_at = excluded.updated_at,
                version = fapiao_profile.version + 1
            """,
            new
            {
                companyId,
                json = Serialized(profile),
                now,
            }
        );
        await tx.Record(now, new Change(companyId, "fapiao_profile.set", companyId, After: new { profile.Kind }));
        return (await ProfileRow.Find(tx, companyId))!;
    }

    /// <summary>Null when this payment has one already.</summary>
    public static async Task<FapiaoRow?> Add(Tx tx, PaymentRow payment, FapiaoProfile profile, long amount, Instant now)
    {
        var id = TypeId.New("fap", now);
        var added = await tx.Execute(
            """
            INSERT INTO fapiao (id, payment_id, session_id, company_id, status, profile, amount, currency, requested_at, version)
            VALUES (@id, @paymentId, @SessionId, @CompanyId, 'requested', @json, @amount, @Currency, @now, 1)
            ON CONFLICT (payment_id) DO NOTHING
            """,
            new
            {
                id,
                paymentId = payment.Id,
                payment.SessionId,
                payment.CompanyId,
                json = Serialized(profile),
                amount,
                payment.Currency,
                now,
            }
        );
        if (added == 0)
            return null;
        await tx.Record(
            now,
            new Change(payment.SessionId, "fapiao.requested", id, After: new { paymentId = payment.Id, amount })
        );
        return await FapiaoRow.Find(tx, id);
    }

    /// <summary>False when it is issued already, or another has this number.</summary>
    public static async Task<bool> Issue(Tx tx, FapiaoRow row, string number, LocalDate on, Instant now)
    {
        var issued = await tx.Execute(
            """
            UPDATE fapiao SET status = 'issued', number = @number, issued_on = @on, version = version + 1
            WHERE id = @Id AND status = 'requested' AND NOT EXISTS (SELECT 1 FROM fapiao other WHERE other.number = @number)
            """,
            new
            {
                row.Id,
                number,
                on,
            }
        );
        if (issued == 1)
            await tx.Record(now, new Change(row.SessionId, "fapiao.issued", row.Id, After: new { number }));
        return issued == 1;
    }

    public static async Task Attach(Tx tx, FapiaoRow row, UploadedFile file, Instant now)
    {
        await FileTable.Keep(tx, file, now);
        await tx.Execute(
            "UPDATE fapiao SET file_sha256 = @Sha256, file_name = @Name, version = version + 1 WHERE id = @Id",
            new
            {
                row.Id,
                file.Sha256,
                file.Name,
            }
        );
        if (row.FileSha256 is { } before && before != file.Sha256)
            await FileTable.DropUnused(tx, before);
        await tx.Record(now, new Change(row.SessionId, "fapiao.filed", row.Id, After: new { file.Sha256 }));
    }

    /// <summary>False when the number is recorded already, or the refund has its red letter.</summary>
    public static async Task<bool> AddRedLetter(
        Tx tx,
        FapiaoRow row,
        string refundId,
        string number,
        LocalDate on,
        Instant now
    )
    {
        var added = await tx.Execute(
            """
            INSERT INTO red_letter (number, fapiao_id, refund_id, issued_on, recorded_by, recorded_at)
            VALUES (@number, @Id, @refundId, @on, @actor, @now) ON CONFLICT DO NOTHING
            """,
            new
            {
                row.Id,
                refundId,
                number,
                on,
                actor = tx.Actor,
                now,
            }
        );
        if (added == 1)
            await tx.Record(
                now,
                new Change(row.SessionId, "fapiao.red_lettered", row.Id, After: new { refundId, number })
            );
        return added == 1;
    }

    static string Serialized(FapiaoProfile profile) => JsonSerializer.Serialize(profile, Json.Options);
}

sealed record ProfileRow
{
    public string CompanyId { get; init; } = "";
    public string Profile { get; init; } = "";
    public Instant UpdatedAt { get; init; }
    public long Version { get; init; }

    public static Task<ProfileRow?> Find(Statements read, string companyId) =>
        read.Find<ProfileRow>("SELECT * FROM fapiao_profile WHERE company_id = @companyId", new { companyId });

    public FapiaoProfile Parsed => JsonSerializer.Deserialize<FapiaoProfile>(Profile, Json.Options)!;
}

sealed record FapiaoRow
{
    public string Id { get; init; } = "";
    public string PaymentId { get; init; } = "";
    public string SessionId { get; init; } = "";
    public string CompanyId { get; init; } = "";
    public string Status { get; init; } = "";
    public string Profile { get; init; } = "";
    public long Amount { get; init; }
    public string Currency { get; init; } = "";
    public string? Number { get; init; }
    public LocalDate? IssuedOn { get; init; }
    public string? FileSha256 { get; init; }
    public string? FileName { get; init; }
    public Instant RequestedAt { get; init; }
    public long Version { get; init; }

    public FapiaoProfile Parsed => JsonSerializer.Deserialize<FapiaoProfile>(Profile, Json.Options)!;

    public static Task<FapiaoRow?> Find(Statements read, string id) =>
        read.Find<FapiaoRow>("SELECT * FROM fapiao WHERE id = @id", new { id });
}
