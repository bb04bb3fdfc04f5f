using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>Every change to meetings that people have been told of, all of them under the session's lock.</summary>
static class MeetingTable
{
    /// <summary>
    /// A meeting with its session locked, and what the caller is in it; null when there is none, it is dropped, or it is
    /// nothing to the caller.
    /// </summary>
    public static async Task<(MeetingRow Meeting, MeetingSide Side)?> Lock(Tx tx, Caller caller, string id)
    {
        var sessionId = await tx.Find<string>("SELECT session_id FROM meeting WHERE id = @id", new { id });
        if (sessionId is null || await SessionTable.Lock(tx, sessionId) is null)
            return null;
        return
            await MeetingRow.Find(tx, id) is { State: not MeetingStatus.Dropped } row && row.SideOf(caller) is { } side
            ? (row, side)
            : null;
    }

    /// <summary>
    /// Makes the meetings of a session those of a plan. Meetings that change place are first taken out of it: of two that
    /// change places with one another, each finds the other's seat empty. What has begun or is settled is not touched.
    /// </summary>
    /// <returns>Whose meetings have changed.</returns>
    public static async Task<HashSet<Told>> Become(
        Tx tx,
        string sessionId,
        TimetablePlan plan,
        IReadOnlySet<string> officials,
        Instant now
    )
    {
        var wanted = plan.Meetings.ToDictionary(one => (one.CompanyId, one.InvitationId));
        var changed = new List<(MeetingRow Was, PlannedMeeting? Now)>();
        foreach (var row in await MeetingRow.Live(tx, sessionId))
        {
            wanted.Remove((row.CompanyId, row.InvitationId), out var to);
            if (!row.MayBeCalledOff(now))
                continue;
            if (
                to is null
                || plan.Slots[to.Slot] != new PlannedSlot(row.BeginsAt, row.EndsAt)
                || to.Table != row.TableNumber
            )
                changed.Add((row, to));
        }
        foreach (var (was, _) in changed)
            await Drop(tx, was, now);
        foreach (var (was, to) in changed)
            if (to is not null)
                await Place(tx, was.Id, plan.Slots[to.Slot], to.Table);
        var whom = MeetingNews.Of(changed.Select(one => one.Was));
        foreach (var fresh in wanted.Values)
        {
            await Add(tx, sessionId, fresh, plan.Slots[fresh.Slot], officials.Contains(fresh.InvitationId), now);
            whom.Add(new(MeetingSide.Company, fresh.CompanyId));
            whom.Add(new(MeetingSide.Guest, fresh.InvitationId));
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
        return whom;
    }

    /// <summary>Takes a meeting off that is planned; another state stays.</summary>
    public static Task Drop(Tx tx, MeetingRow row, Instant now) =>
        tx.Execute(
            """
            UPDATE meeting SET status = 'dropped', sequence = sequence + 1, changed_at = @now, version = version + 1
            WHERE id = @Id AND status = 'planned'
            """,
            new { row.Id, now }
        );

    public static Task NoteCalledOff(Tx tx, string sessionId, string because, int meetings, Instant now) =>
        tx.Record(now, new Change(sessionId, "meetings.called_off", sessionId, After: new { because, meetings }));

    static Task<int> Place(Tx tx, string id, PlannedSlot slot, int table) =>
        tx.Execute(
            """
            UPDATE meeting SET status = 'planned', begins_at = @Begins, ends_at = @Ends, table_number = @table
            WHERE id = @id AND status = 'dropped'
            """,
            new
            {
                id,
                slot.Begins,
                slot.Ends,
                table = (long)table,
            }
        );

    static async Task Add(
        Tx tx,
        string sessionId,
        PlannedMeeting meeting,
        PlannedSlot slot,
        bool withOfficial,
        Instant now
    )
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
        if (withOfficial) // Allowed by the organizer's decision alone, so each one is in the log with its people.
            await tx.Record(
                now,
                new Change(
                    sessionId,
                    "meeting.with_official",
                    id,
                    After: new { company = meeting.CompanyId, invitation = meeting.InvitationId }
                )
            );
    }

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

    /// <summary>
    /// A new version, where something about the meeting is gone: who confirms what has been said anew since by the version
    /// that they read, is told so.
    /// </summary>
    public static Task Renew(Tx tx, MeetingRow row) =>
        tx.Execute("UPDATE meeting SET version = version + 1 WHERE id = @Id", new { row.Id });

    public static async Task SetRecord(Tx tx, MeetingRow row, string record, Instant now)
    {
        await tx.Execute(
            "UPDATE meeting SET record = @record, version = version + 1 WHERE id = @Id",
            new { row.Id, record }
        );
        await tx.Record(now, new Change(row.SessionId, "meeting.recorded", row.Id));
    }
}
