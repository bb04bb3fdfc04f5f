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
    public static async Task<FapiaoProfileRow> SetProfile(Tx tx, string companyId, FapiaoProfile profile, Instant now)
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
        return (await FapiaoProfileRow.Find(tx, companyId))!;
    }

    /// <summary>The fapiao with its row locked.</summary>
    public static Task<FapiaoRow?> Lock(Tx tx, string id) =>
        tx.Find<FapiaoRow>($"{FapiaoRow.Select} WHERE fapiao.id = @id {tx.ForUpdate}", new { id });

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
        foreach (var refund in await FapiaoRow.CoveredRefunds(tx, payment.Id))
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
        var moved = await tx.Execute(
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
        if (moved == 0)
            throw new InvalidOperationException($"Fapiao {row.Id} was issued already.");
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

    /// <summary>
    /// Its file takes the place of the one before, if there was one. The caller holds its row: of two files at once, each
    /// would leave the other's behind.
    /// </summary>
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

    public static async Task<bool> HasRedLetter(Statements read, string refundId) =>
        await read.Find<string>("SELECT number FROM red_letter WHERE refund_id = @refundId", new { refundId })
            is not null;

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
        if (await HasRedLetter(tx, refundId) || !await TakeNumber(tx, number, refundId))
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
