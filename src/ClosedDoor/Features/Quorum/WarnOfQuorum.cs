using ClosedDoor.Domain;
using ClosedDoor.Features.Accounts;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Mail;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Quorum;

/// <summary>
/// Tells the organizers once, when a session's deadline has passed and somebody is missing, be it that those who came
/// first have dropped out since the session was confirmed. Instances may run at the same time: the session's lock orders
/// them, and the second finds that the warning has gone.
/// </summary>
public sealed class WarnOfQuorum(Database database, Settings settings)
{
    public const string Missing = "quorum.missing.v1";

    /// <returns>How many sessions were warned of.</returns>
    public async Task<int> RunOnce(Instant now)
    {
        var sessions = await database.Read(read =>
            read.All<string>(
                """
                SELECT session.id FROM session LEFT JOIN quorum ON quorum.session_id = session.id
                WHERE session.status IN ('published', 'closed') AND session.begins_at > @now
                    AND quorum.warned_at IS NULL
                    AND COALESCE(quorum.deadline_at, session.begins_at - @before) <= @now
                ORDER BY session.id LIMIT 200
                """,
                new { now, before = (long)Duration.FromDays(settings.QuorumDays).TotalMilliseconds }
            )
        );
        var warned = 0;
        foreach (var sessionId in sessions)
            if (await database.Write("job:warn-of-quorum", tx => Warn(tx, sessionId, now)))
                warned++;
        return warned;
    }

    static async Task<bool> Warn(Tx tx, string sessionId, Instant now)
    {
        if (
            await SessionTable.Lock(tx, sessionId) is not { } session
            || session.Status is not (SessionStatus.Published or SessionStatus.Closed)
        )
            return false;
        var row = await QuorumRow.Of(tx, sessionId, tx.Settings);
        var has = await QuorumView.Count(tx, sessionId, await InvitationRow.Of(tx, sessionId));
        if (
            row.DeadlineAt > now
            || row.Rule.Missing(has).Count == 0
            || !await QuorumTable.Warn(tx, sessionId, row, now)
        )
            return false;
        await tx.Send(Missing, new Notice(sessionId), now);
        return true;
    }

    /// <summary>To every organizer who runs guest lists. Null when nothing is missing any more.</summary>
    internal static async Task<Letter?> Mail(Statements read, string sessionId, Settings settings)
    {
        if (
            await SessionFacts.Find(read, sessionId) is not { IsCancelled: false } session
            || await OrganizersWith.Addresses(read, Permission.Organize) is not { Count: > 0 } organizers
        )
            return null;
        var quorum = await QuorumView.Of(read, sessionId, settings);
        if (quorum.Missing.Count == 0)
            return null;
        return new()
        {
            To = organizers,
            Subject = session.Subject("尚未达到成会条件", "Quorum not reached"),
            Greeting = new("您好：", "Hello,"),
            Says =
            [
                new(
                    "以下闭门会场次的截止时间已过，仍未达到成会条件。",
                    "The deadline of the closed-door session below has passed and its quorum is not reached."
                ),
                .. quorum.Missing,
            ],
            Facts =
            [
                .. session.Facts,
                new(new("尚未答复的嘉宾", "Guests yet to answer"), Wording.Number(quorum.Pending)),
            ],
            Link = Links.Session(settings, sessionId),
        };
    }
}
