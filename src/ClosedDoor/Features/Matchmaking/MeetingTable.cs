using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>Every change to meetings that people have been told of, all of them under the session's lock.</summary>
static class MeetingTable
{
    public const string CompanyFollowUp = "meetings.follow_up_company.v1";
    public const string GuestFollowUp = "meetings.follow_up_guest.v1";

    /// <summary>Days after the day at which both sides are asked what has come of their meetings.</summary>
    static readonly int[] AskedAfterDays = [30, 90, 180];

    /// <summary>
    /// Makes the meetings of a session those of a plan. Meetings that change place are first taken out of it: of two that
    /// change places with one another, each finds the other's seat empty.
    /// </summary>
    /// <returns>Companies and invitations whose meetings have changed.</returns>
    public static async Task<HashSet<string>> Become(Tx tx, string sessionId, TimetablePlan plan, Instant now)
    {
        var wanted = plan.Meetings.ToDictionary(one => (one.CompanyId, one.InvitationId));
        var changed = new List<(MeetingRow Was, PlannedMeeting? Now)>();
        foreach (var row in await MeetingRow.Live(tx, sessionId))
        {
            wanted.Remove((row.CompanyId, row.InvitationId), out var to);
            if (to is null || plan.Slots[to.Slot].Begins != row.BeginsAt || to.Table != row.TableNumber)
                changed.Add((row, to));
        }
        foreach (var (was, _) in changed)
            await tx.Execute(
                """
                UPDATE meeting SET status = 'dropped', sequence = sequence + 1, changed_at = @now, version = version + 1
                WHERE id = @Id AND status = 'planned'
                """,
                new { was.Id, now }
            );
        foreach (var (was, to) in changed)
            if (to is not null)
                await Place(tx, was.Id, plan.Slots[to.Slot], to.Table);
        var asked = await Asked(tx, sessionId);
        foreach (var fresh in wanted.Values)
        {
            await Add(tx, sessionId, fresh, plan.Slots[fresh.Slot], now);
            // Once a participant, however many meetings there are and however often they move.
            if (asked.Add(fresh.CompanyId))
                await Ask(tx, CompanyFollowUp, await SeatOf(tx, sessionId, fresh.CompanyId), plan, now);
            if (asked.Add(fresh.InvitationId))
                await Ask(tx, GuestFollowUp, fresh.InvitationId, plan, now);
        }
        await tx.Record(
            now,
            new Change(
                sessionId,
                "meetings.published",
                sessionId,
                After: new
                {
                    moved = changed.Count(one => one.Now is not null),
                    dropped = changed.Count(one => one.Now is null),
                    added = wanted.Count,
                }
            )
        );
        return
        [
            .. changed.SelectMany(one => new[] { one.Was.CompanyId, one.Was.InvitationId }),
            .. wanted.Values.SelectMany(one => new[] { one.CompanyId, one.InvitationId }),
        ];
    }

    static Task<int> Place(Tx tx, string id, PlannedSlot slot, int table) =>
        tx.Execute(
            "UPDATE meeting SET status = 'planned', begins_at = @Begins, ends_at = @Ends, table_number = @table WHERE id = @id",
            new
            {
                id,
                slot.Begins,
                slot.Ends,
                table = (long)table,
            }
        );

    static async Task Add(Tx tx, string sessionId, PlannedMeeting meeting, PlannedSlot slot, Instant now)
    {
        var id = TypeId.New("mtg", now);
        await tx.Execute(
            """
            INSERT INTO meeting (id, session_id, company_id, invitation_id, begins_at, ends_at, table_number, status, frozen,
                sequence, changed_at, version)
            VALUES (@id, @sessionId, @CompanyId, @InvitationId, @Begins, @Ends, @Table, 'planned', 0, 0, @now, 1)
            """,
            new
            {
                id,
                sessionId,
                meeting.CompanyId,
                meeting.InvitationId,
                slot.Begins,
                slot.Ends,
                Table = (long)meeting.Table,
                now,
            }
        );
    }

    static async Task<HashSet<string>> Asked(Tx tx, string sessionId) =>
        (
            await tx.All<string>(
                """
                SELECT company_id FROM meeting WHERE session_id = @sessionId
                UNION SELECT invitation_id FROM meeting WHERE session_id = @sessionId
                """,
                new { sessionId }
            )
        ).ToHashSet();

    static async Task Ask(Tx tx, string kind, string subject, TimetablePlan plan, Instant now)
    {
        foreach (var days in AskedAfterDays)
            await tx.Send(kind, new Notice(subject), now, plan.Slots[^1].Ends + Duration.FromDays(days));
    }

    /// <summary>The company's reservation, which names company and session at once.</summary>
    public static Task<string> SeatOf(Tx tx, string sessionId, string companyId) =>
        tx.Get<string>(
            "SELECT id FROM reservation WHERE session_id = @sessionId AND company_id = @companyId ORDER BY created_at DESC LIMIT 1",
            new { sessionId, companyId }
        );

    public static async Task Freeze(Tx tx, MeetingRow row, bool frozen, Instant now)
    {
        await tx.Execute(
            "UPDATE meeting SET frozen = @frozen, version = version + 1 WHERE id = @Id",
            new { row.Id, frozen = frozen ? 1L : 0L }
        );
        await tx.Record(now, new Change(row.SessionId, frozen ? "meeting.frozen" : "meeting.unfrozen", row.Id));
    }

    /// <summary>Notes who came, as one side or the organizer says, and what follows from all that is said.</summary>
    public static async Task SetAttendance(Tx tx, MeetingRow row, MeetingSide side, WhoCame said, Instant now)
    {
        var after = row.With(side, said);
        await tx.Execute(
            """
            UPDATE meeting SET company_says = @CompanySays, guest_says = @GuestSays, organizer_says = @OrganizerSays,
                status = @Status, version = version + 1
            WHERE id = @Id
            """,
            after
        );
        await tx.Record(
            now,
            new Change(
                row.SessionId,
                "meeting.attendance_said",
                row.Id,
                new { status = row.State },
                new { by = side, status = after.State }
            )
        );
    }

    public static async Task SetRecord(Tx tx, MeetingRow row, string record, Instant now)
    {
        await tx.Execute(
            "UPDATE meeting SET record = @record, version = version + 1 WHERE id = @Id",
            new { row.Id, record }
        );
        await tx.Record(now, new Change(row.SessionId, "meeting.recorded", row.Id));
    }
}
