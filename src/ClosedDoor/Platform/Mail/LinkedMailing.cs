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
    public static OutboxHandler By(LinkPurpose purpose, LinkedLetterWriter write) => By(purpose, _ => write);

    /// <summary>For a letter that goes by more of the message than what it is about.</summary>
    public static OutboxHandler By(LinkPurpose purpose, Func<OutboxMessage, LinkedLetterWriter> writer) =>
        async (message, delivery) =>
        {
            var write = writer(message);
            var token = PersonalLinkTable.NewToken();
            var link = Links.Personal(delivery.Settings, purpose, token);
            Task<LinkedLetter?> Written() =>
                delivery.Database.Read(read => write(read, message.SubjectId, delivery.Settings, link));
            if (await Written() is not { LinkExpiresAt: var expiresAt } first || delivery.Now >= first.PointlessFrom)
                return;
            // Before the mail goes: a guest may be faster than we are.
            await delivery.Database.Write(
                OutboxWorker.Actor,
                async tx =>
                {
                    await PersonalLinkTable.Hold(tx, purpose, message.SubjectId);
                    return await PersonalLinkTable.Issue(
                        tx,
                        purpose,
                        message.SubjectId,
                        token,
                        expiresAt,
                        delivery.Now
                    );
                }
            );
            // Written again: whoever has corrected the address since, or erased the person, ended all links but this one.
            if (await Written() is { } last)
                await delivery.Mailer.Send(last.Letter, message.Id, message.Reached, delivery.LeaseEnds);
        };
}
