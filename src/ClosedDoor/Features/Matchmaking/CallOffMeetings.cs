using ClosedDoor.Domain;
using ClosedDoor.Features.Conflicts;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>
/// Takes meetings off that cannot take place any more: a company's seat is cancelled, a guest does not come, one of the two
/// declares a conflict of interest, the session has moved or is off. Everybody in them is told at once. What has begun
/// stays, for who came is still to be said of it. The callers hold the session's row.
/// </summary>
static class CallOffMeetings
{
    public static Task OfCompany(Tx tx, string sessionId, string companyId, Instant now) =>
        Off(tx, sessionId, row => row.CompanyId == companyId, "company_left", now);

    /// <summary>What the guest has still to be told of meetings that were off before is told with it.</summary>
    public static async Task OfGuest(Tx tx, string sessionId, string invitationId, Instant now)
    {
        var untold = await MeetingNews.UntoldSince(tx, invitationId, now);
        var off = await Off(tx, sessionId, row => row.InvitationId == invitationId, "guest_left", now, invitationId);
        if ((untold ?? (off.Count > 0 ? now : (Instant?)null)) is not { } since)
            return;
        await OutboxTable.Recall(tx, MeetingNews.Guest, invitationId); // It would find nobody who comes.
        await tx.Send(MeetingNews.GuestLeft, new MeetingsNotice(invitationId, since), now);
    }

    /// <summary>
    /// Conflicts of interest are declared between people who were to meet, be it in several sessions: they are forbidden pairs
    /// in each. They are told that they do not meet and not why, and everybody once, however many are declared together; the
    /// organizers, who may fill the gaps, are told both of each.
    /// </summary>
    public static async Task OfPairs(Tx tx, IReadOnlyList<Pair> pairs, Instant now)
    {
        // Wherever two may be put together, and not only where they are: a timetable that is being published just now
        // has its session's row, and its meetings are seen once that is let go.
        var places = await PlacesOf(tx, pairs);
        foreach (
            var session in places.GroupBy(place => place.SessionId).OrderBy(one => one.Key, StringComparer.Ordinal)
        )
        {
            await SessionTable.Lock(tx, session.Key);
            var barred = session.Select(place => (place.CompanyId, place.InvitationId)).ToHashSet();
            var off = await Off(
                tx,
                session.Key,
                row => barred.Contains((row.CompanyId, row.InvitationId)),
                "conflict_declared",
                now
            );
            foreach (var row in off)
                await tx.Send(MeetingNews.Barred, new Notice(row.Id), now);
        }
    }

    /// <summary>
    /// For a declaration, before it takes its own session's row: the rows of all sessions in which its pairs may be put
    /// together, in the order of <see cref="OfPairs"/>. Of two declarations in two sessions each would otherwise hold the row
    /// that the other waits for. A session that comes to a pair only after this look may still be taken out of order, and
    /// PostgreSQL then has one of the two run again.
    /// </summary>
    /// <param name="own">The session in which it is declared.</param>
    public static async Task LockSessions(Tx tx, string own, IEnumerable<Pair> pairs)
    {
        var sessions = (await PlacesOf(tx, pairs)).Select(place => place.SessionId).Append(own).ToHashSet();
        foreach (var id in sessions.Order(StringComparer.Ordinal))
            await SessionTable.Lock(tx, id);
    }

    static async Task<List<Place>> PlacesOf(Tx tx, IEnumerable<Pair> pairs)
    {
        var places = new List<Place>();
        foreach (var pair in pairs)
            places.AddRange(
                await tx.All<Place>(
                    """
                    SELECT invitation.session_id, invitation.id AS invitation_id, @CompanyId AS company_id FROM invitation
                    JOIN session ON session.id = invitation.session_id
                    WHERE invitation.guest_id = @GuestId AND session.status IN ('published', 'closed') AND EXISTS (
                        SELECT 1 FROM reservation
                        WHERE reservation.company_id = @CompanyId AND reservation.session_id = invitation.session_id)
                    """,
                    pair
                )
            );
        return places;
    }

    /// <summary>The session is off.</summary>
    public static async Task All(Tx tx, string sessionId, Instant now)
    {
        await Off(tx, sessionId, _ => true, "session_cancelled", now);
        await Withdraw(tx, sessionId, now);
    }

    /// <summary>
    /// Day or hours have changed. Where a meeting lies outside of them now, the whole timetable is taken back: it was
    /// made for another day, and the organizer makes a new one.
    /// </summary>
    public static async Task AfterMove(Tx tx, string sessionId, Instant now)
    {
        if (await MatchmakingPlan.Find(tx, sessionId) is not { } day)
            return;
        var (begins, ends) = (day.At(day.StartsAt), day.At(day.EndsAt));
        var planned = (await MeetingRow.Live(tx, sessionId)).Where(row => row.MayBeCalledOff(now));
        if (planned.All(row => row.BeginsAt >= begins && row.EndsAt <= ends))
            return;
        await Off(tx, sessionId, _ => true, "session_moved", now);
        await Withdraw(tx, sessionId, now);
    }

    static async Task<List<MeetingRow>> Off(
        Tx tx,
        string sessionId,
        Func<MeetingRow, bool> which,
        string because,
        Instant now,
        string? left = null
    )
    {
        var rows = (await MeetingRow.Live(tx, sessionId)).Where(row => row.MayBeCalledOff(now) && which(row)).ToList();
        if (rows.Count == 0)
            return rows;
        foreach (var row in rows)
            await MeetingTable.Drop(tx, row, now);
        await MeetingTable.NoteCalledOff(tx, sessionId, because, rows.Count, now);
        await MeetingNews.Tell(tx, sessionId, MeetingNews.Of(rows).Where(told => told.Id != left), now, now);
        return rows;
    }

    /// <summary>The published timetable is nobody's any more; drafts that depart from it cannot be published.</summary>
    static async Task Withdraw(Tx tx, string sessionId, Instant now)
    {
        if (await TimetableRow.Published(tx, sessionId) is { } published)
            await TimetableTable.Transition(tx, published, TimetableTrigger.Supersede, now);
    }

    sealed record Place
    {
        public string SessionId { get; init; } = "";
        public string InvitationId { get; init; } = "";
        public string CompanyId { get; init; } = "";
    }
}
