using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>About whose meetings a message is, and from when on changes are told in it.</summary>
/// <param name="Id">A reservation, which names company and session at once; or an invitation.</param>
/// <param name="Since">Null: all their meetings are new.</param>
public sealed record MeetingsNotice(string Id, Instant? Since);

/// <summary>Somebody whose meetings have changed.</summary>
/// <param name="Side">Company or guest.</param>
/// <param name="Id">A company, or an invitation.</param>
sealed record Told(MeetingSide Side, string Id);

/// <summary>Who is told of meetings that were made, moved or called off, and by which message.</summary>
static class MeetingNews
{
    public const string Company = "agenda.company.v1";
    public const string Guest = "agenda.guest.v1";

    /// <summary>To a guest who does not come any more: the entries are taken out of the calendar.</summary>
    public const string GuestLeft = "agenda.guest_left.v1";

    /// <summary>To the organizers: a meeting was taken off because one of the two has declared a conflict of interest.</summary>
    public const string Barred = "meeting.barred.v1";

    /// <summary>To the organizers: the guest of a meeting that is published has said since not to wish it.</summary>
    public const string Unwanted = "meeting.unwanted.v1";

    /// <summary>Both people of each meeting, each once.</summary>
    public static HashSet<Told> Of(IEnumerable<MeetingRow> rows) =>
        [
            .. rows.SelectMany(row =>
                new[] { new Told(MeetingSide.Company, row.CompanyId), new Told(MeetingSide.Guest, row.InvitationId) }
            ),
        ];

    /// <param name="tx">The transaction.</param>
    /// <param name="sessionId">The session.</param>
    /// <param name="whom">Those who are told.</param>
    /// <param name="since">Null: all their meetings are new to them.</param>
    /// <param name="now">When.</param>
    public static async Task Tell(Tx tx, string sessionId, IEnumerable<Told> whom, Instant? since, Instant now)
    {
        foreach (var told in whom.OrderBy(one => one.Id, StringComparer.Ordinal))
            if (told.Side is MeetingSide.Company)
                await tx.Send(Company, new MeetingsNotice(await SeatOf(tx, sessionId, told.Id), since), now);
            else
                await tx.Send(Guest, new MeetingsNotice(told.Id, since), now);
    }

    /// <summary>
    /// From when on a guest may still have to be told that meetings to come are off, because the mail has not gone out; null
    /// where there is nothing to tell.
    /// </summary>
    public static async Task<Instant?> UntoldSince(Statements read, string invitationId, Instant now)
    {
        var off = await read.All<MeetingRow>(
            $"{MeetingRow.Select} WHERE meeting.invitation_id = @invitationId AND meeting.status = 'dropped' AND meeting.begins_at > @now",
            new { invitationId, now }
        );
        if (off.Count == 0)
            return null;
        var waiting = await OutboxTable.Pending(read, Guest, invitationId);
        var since = waiting.Min(message => message.Read<MeetingsNotice>().Since);
        return off.Exists(row => row.ChangedAt >= since) ? since : null;
    }

    /// <summary>The company's reservation, which names company and session at once.</summary>
    public static Task<string> SeatOf(Tx tx, string sessionId, string companyId) =>
        tx.Get<string>(
            "SELECT id FROM reservation WHERE session_id = @sessionId AND company_id = @companyId ORDER BY created_at DESC, id DESC LIMIT 1",
            new { sessionId, companyId }
        );
}
