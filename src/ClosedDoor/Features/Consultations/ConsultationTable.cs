using System.Text.Json;
using ClosedDoor.Domain;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Consultations;

/// <summary>
/// Every change to consultations and their drafts, all under the session's lock. Two that want one slot meet there; the
/// index consultation_of_slot holds even without it.
/// </summary>
static class ConsultationTable
{
    public const string Booked = "consultation.booked.v1";
    public const string Cancelled = "consultation.cancelled.v1";
    public const string Finished = "consultation.finished.v1";

    /// <summary>The consultation with its reservation and its session locked; null when there is none, or it is another company's.</summary>
    public static async Task<(ConsultationRow Consultation, ReservationRow Reservation, Sale Sale)?> Lock(
        Tx tx,
        string id,
        Func<string, bool> maySee
    )
    {
        var reservationId = await tx.Find<string>("SELECT reservation_id FROM consultation WHERE id = @id", new { id });
        if (
            reservationId is null
            || await ReservationTable.Lock(tx, reservationId, maySee) is not var (reservation, sale)
        )
            return null;
        return ((await Find(tx, id))!, reservation, sale);
    }

    public static Task<ConsultationRow?> Find(Statements read, string id) =>
        read.Find<ConsultationRow>($"{ConsultationRow.Select} WHERE consultation.id = @id", new { id });

    /// <summary>Whether the company has talked, which a seat may require: <see cref="Platform.Settings.ConsultationRequired"/>.</summary>
    public static async Task<bool> IsFinished(Statements read, string sessionId, string companyId) =>
        await read.Get<long>(
            "SELECT COUNT(*) FROM consultation WHERE session_id = @sessionId AND company_id = @companyId AND status = 'finished'",
            new { sessionId, companyId }
        ) > 0;

    public static Task<string?> LiveOf(Tx tx, string sessionId, string companyId) =>
        tx.Find<string>(
            "SELECT id FROM consultation WHERE session_id = @sessionId AND company_id = @companyId AND status IN ('booked', 'finished')",
            new { sessionId, companyId }
        );

    /// <summary>The new consultation's id; null when the slot or the company has one.</summary>
    public static async Task<string?> Add(Tx tx, ReservationRow reservation, SlotRow slot, Instant now)
    {
        var id = TypeId.New("con", now);
        var added = await tx.Execute(
            """
            INSERT INTO consultation (id, reservation_id, session_id, company_id, slot_id, status, sequence, drafts, created_at, changed_at, version)
            VALUES (@id, @ReservationId, @SessionId, @CompanyId, @SlotId, 'booked', 0, 0, @now, @now, 1)
            ON CONFLICT DO NOTHING
            """,
            new
            {
                id,
                ReservationId = reservation.Id,
                reservation.SessionId,
                reservation.CompanyId,
                SlotId = slot.Id,
                now,
            }
        );
        if (added == 0)
            return null;
        await SlotTable.Tell(tx, slot.Id, now);
        await tx.Send(Booked, new Notice(id), now);
        await tx.Record(
            now,
            new Change(
                reservation.SessionId,
                "consultation.booked",
                id,
                After: new { slot = slot.Id, reservation = reservation.Id }
            )
        );
        return id;
    }

    /// <summary>Into another slot that is free. False when the consultation takes no move.</summary>
    public static async Task<bool> Move(Tx tx, ConsultationRow row, SlotRow to, Instant now)
    {
        if (row.State.After(ConsultationTrigger.Move) is null)
            return false;
        await tx.Execute(
            """
            UPDATE consultation SET slot_id = @slotId, sequence = sequence + 1, changed_at = @now, version = version + 1
            WHERE id = @Id AND status = 'booked'
            """,
            new
            {
                row.Id,
                slotId = to.Id,
                now,
            }
        );
        await SlotTable.Tell(tx, row.SlotId, now);
        await SlotTable.Tell(tx, to.Id, now);
        await tx.Send(Booked, new Notice(row.Id), now);
        await tx.Record(
            now,
            new Change(row.SessionId, "consultation.moved", row.Id, new { slot = row.SlotId }, new { slot = to.Id })
        );
        return true;
    }

    /// <summary>False when the consultation's state refuses it.</summary>
    public static async Task<bool> Cancel(Tx tx, ConsultationRow row, Instant now)
    {
        if (row.State.After(ConsultationTrigger.Cancel) is null)
            return false;
        await tx.Execute(
            """
            UPDATE consultation SET status = 'cancelled', sequence = sequence + 1, changed_at = @now, version = version + 1
            WHERE id = @Id AND status = 'booked'
            """,
            new { row.Id, now }
        );
        await SlotTable.Tell(tx, row.SlotId, now);
        await tx.Send(Cancelled, new Notice(row.Id), now);
        await tx.Record(now, new Change(row.SessionId, "consultation.cancelled", row.Id, new { slot = row.SlotId }));
        return true;
    }

    /// <summary>The reservation has ended: its slot is for others. What is finished stays, for the seat may come back with late money.</summary>
    public static async Task CancelOf(Tx tx, string reservationId, Instant now)
    {
        var booked = await tx.Find<ConsultationRow>(
            $"{ConsultationRow.Select} WHERE consultation.reservation_id = @reservationId AND consultation.status = 'booked'",
            new { reservationId }
        );
        if (booked is not null)
            await Cancel(tx, booked, now);
    }

    /// <summary>False when the consultation's state refuses it.</summary>
    public static async Task<bool> Finish(Tx tx, ConsultationRow row, Instant now)
    {
        if (row.State.After(ConsultationTrigger.Finish) is null)
            return false;
        await tx.Execute(
            """
            UPDATE consultation SET status = 'finished', finished_at = @now, version = version + 1
            WHERE id = @Id AND status = 'booked'
            """,
            new { row.Id, now }
        );
        await tx.Send(Finished, new Notice(row.Id), now);
        await tx.Record(
            now,
            new Change(row.SessionId, "consultation.finished", row.Id, After: new { draft = row.Drafts })
        );
        return true;
    }

    /// <summary>A further version of the draft, with what the rules say of it.</summary>
    public static async Task<DraftRow> WriteDraft(Tx tx, ConsultationRow row, CooperationDraft draft, Instant now)
    {
        var findings = CooperationRules.Check(draft);
        var written = new DraftRow
        {
            ConsultationId = row.Id,
            Number = row.Drafts + 1,
            Draft = JsonSerializer.Serialize(draft, Json.Options),
            Findings = JsonSerializer.Serialize(findings, Json.Options),
            Blocked = findings.Any(finding => finding.Blocks) ? 1 : 0,
            WrittenBy = tx.Actor,
            WrittenAt = now,
        };
        await tx.Execute(
            """
            INSERT INTO cooperation_draft (consultation_id, number, draft, findings, blocked, written_by, written_at)
            VALUES (@ConsultationId, @Number, @Draft, @Findings, @Blocked, @WrittenBy, @WrittenAt)
            """,
            written
        );
        await tx.Execute(
            "UPDATE consultation SET drafts = @Number, version = version + 1 WHERE id = @ConsultationId",
            new { written.ConsultationId, written.Number }
        );
        await tx.Record(
            now,
            new Change(
                row.SessionId,
                "cooperation_draft.written",
                row.Id,
                After: new
                {
                    number = written.Number,
                    draft.Model,
                    blocked = written.Blocked,
                }
            )
        );
        return written;
    }
}
