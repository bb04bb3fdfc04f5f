using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Platform.Mail;

/// <summary>A letter with a personal link in it, and until when that link holds.</summary>
/// <param name="PointlessFrom">When what the letter asks for cannot be done any more: from then on it is not sent.</param>
public sealed record LinkedLetter(Letter Letter, Instant LinkExpiresAt, Instant? PointlessFrom = null);

/// <summary>As <see cref="LetterWriter"/>, with the link that the letter carries.</summary>
public delegate Task<LinkedLetter?> LinkedLetterWriter(
    Statements read,
    string subjectId,
    Settings settings,
    string link
);

/// <summary>
/// An outbox message becomes a mail with a personal link. The token is made when the mail is written, since nothing but
/// its hash is ever stored; so each attempt has one of its own, and one whose mail was lost is never known to anybody.
/// </summary>
static class LinkedMailing
{
    const int MostReadings = 3;

    public static OutboxHandler By(LinkAddressee to, LinkedLetterWriter write) => By(to, _ => write);

    /// <summary>For a letter that goes by more of the message than what it is about.</summary>
    public static OutboxHandler By(LinkAddressee to, Func<OutboxMessage, LinkedLetterWriter> writer) =>
        async (message, delivery) =>
        {
            var write = writer(message);
            var token = PersonalLinkTable.NewToken();
            var link = Links.Personal(delivery.Settings, to.Purpose, token);
            for (var readings = 1; readings <= MostReadings; readings++)
            {
                var written = await delivery.Database.Read(read =>
                    write(read, message.SubjectId, delivery.Settings, link)
                );
                if (written is null || delivery.Now >= written.PointlessFrom)
                    return;
                // Before the mail goes: a guest may be faster than we are.
                var issued = await delivery.Database.Write(
                    OutboxWorker.Actor,
                    tx =>
                        PersonalLinkTable.IssueTo(
                            tx,
                            to,
                            written.Letter.To,
                            message.SubjectId,
                            token,
                            written.LinkExpiresAt,
                            delivery.Now
                        )
                );
                if (!issued)
                    continue; // The address was corrected while the letter was written.
                await delivery.Mailer.Send(written.Letter, message.Id, message.Reached, delivery.LeaseEnds);
                return;
            }
            // Not now: the outbox tries again later, as after whatever else a handler throws.
            throw new InvalidOperationException("The address is another one at each reading.");
        };
}
