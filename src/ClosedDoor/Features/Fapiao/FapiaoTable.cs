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
        foreach (var refund in await FapiaoRow.Held(tx, payment.Id))
            await LeaveOut(tx, id, refund.Id);
        await tx.Record(
            now,
            new Change(payment.SessionId, "fapiao.requested", id, After: new { paymentId = payment.Id, amount })
        );
        return await FapiaoRow.Find(tx, id);
    }

    /// <summary>
    /// The tax platform has issued it. False when the number is another fapiao's or red letter's. The caller holds the
    /// session's lock, and has seen that it is not issued yet.
    /// </summary>
    /// <param name="amount">That it was issued for, in fen.</param>
    public static async Task<bool> Issue(Tx tx, FapiaoRow row, string number, LocalDate on, long amount, Instant now)
    {
        if (!await TakeNumber(tx, number, row.Id))
            return false;
        await tx.Execute(
            """
            UPDATE fapiao SET status = 'issued', number = @number, issued_on = @on, amount = @amount, version = version + 1
            WHERE id = @Id AND status = 'requested'
            """,
            new
            {
                row.Id,
                number,
                on,
                amount,
            }
        );
        await tx.Record(now, new Change(row.SessionId, "fapiao.issued", row.Id, After: new { number, amount }));
        return true;
    }

    /// <summary>This refund was made before the fapiao, whose amount leaves it out.</summary>
    public static Task LeaveOut(Tx tx, string fapiaoId, string refundId) =>
        tx.Execute(
            """
            INSERT INTO fapiao_without (refund_id, fapiao_id) VALUES (@refundId, @fapiaoId)
            ON CONFLICT (refund_id) DO NOTHING
            """,
            new { refundId, fapiaoId }
        );

    static async Task<bool> TakeNumber(Tx tx, string number, string subject) =>
        await tx.Execute(
            "INSERT INTO fapiao_number (number, subject) VALUES (@number, @subject) ON CONFLICT (number) DO NOTHING",
            new { number, subject }
        ) == 1;

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

    /// <summary>
    /// False when the number is recorded already, or the refund has its red letter. The caller holds the session's lock.
    /// </summary>
    public static async Task<bool> AddRedLetter(
        Tx tx,
        FapiaoRow row,
        string refundId,
        string number,
        LocalDate on,
        Instant now
    )
    {
        if (
            await tx.Find<string>("SELECT number FROM red_letter WHERE refund_id = @refundId", new { refundId })
                is not null
            || !await TakeNumber(tx, number, refundId)
        )
            return false;
        await tx.Execute(
            """
            INSERT INTO red_letter (number, fapiao_id, refund_id, issued_on, recorded_by, recorded_at)
            VALUES (@number, @Id, @refundId, @on, @actor, @now)
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
        await tx.Record(now, new Change(row.SessionId, "fapiao.red_lettered", row.Id, After: new { refundId, number }));
        return true;
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

    /// <summary>As it was asked for; once it is issued, as it was issued. Fen.</summary>
    public long Amount { get; init; }

    /// <summary>What has been refunded of that, in fen.</summary>
    public long RefundedSince { get; init; }
    public string Currency { get; init; } = "";
    public string? Number { get; init; }
    public LocalDate? IssuedOn { get; init; }
    public string? FileSha256 { get; init; }
    public string? FileName { get; init; }
    public Instant RequestedAt { get; init; }
    public long Version { get; init; }

    public FapiaoProfile Parsed => JsonSerializer.Deserialize<FapiaoProfile>(Profile, Json.Options)!;

    public FapiaoStatus State => Words.Parse<FapiaoStatus>(Status);

    /// <summary>For what it is to be issued as things stand, or was issued; 0 when all of it was refunded before. Fen.</summary>
    public long Stands => State is FapiaoStatus.Issued ? Amount : Math.Max(0, Amount - RefundedSince);

    public static readonly string Select = $"""
        SELECT fapiao.*,
            CAST((SELECT COALESCE(SUM(refund.amount), 0) FROM refund
                WHERE refund.payment_id = fapiao.payment_id AND {RedLetterGate.Needed}) AS BIGINT) AS refunded_since
        FROM fapiao
        """;

    public static Task<FapiaoRow?> Find(Statements read, string id) =>
        read.Find<FapiaoRow>($"{Select} WHERE fapiao.id = @id", new { id });

    /// <summary>The refunds that this payment's fapiao holds, in the order in which they were made.</summary>
    public static Task<List<RefundRow>> Held(Statements read, string paymentId) =>
        read.All<RefundRow>(
            $"SELECT * FROM refund WHERE payment_id = @paymentId AND {RedLetterGate.Needed} ORDER BY created_at, id",
            new { paymentId }
        );
}
