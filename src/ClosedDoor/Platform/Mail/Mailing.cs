using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;

namespace ClosedDoor.Platform.Mail;

/// <summary>
/// Writes the letter about one thing, from what is known at the time of sending. Null when there is nothing to send:
/// the thing is gone, nobody is left to write to, or what the letter would ask for is settled already.
/// </summary>
public delegate Task<Letter?> LetterWriter(Statements read, string subjectId, Settings settings);

/// <summary>An outbox message becomes a mail.</summary>
static class Mailing
{
    public static OutboxHandler By(LetterWriter write) => By(_ => write);

    /// <summary>For a letter that goes by more of the message than what it is about.</summary>
    public static OutboxHandler By(Func<OutboxMessage, LetterWriter> writer) =>
        async (message, delivery) =>
        {
            var write = writer(message);
            var letter = await delivery.Database.Read(read => write(read, message.SubjectId, delivery.Settings));
            if (letter is not null)
                await delivery.Mailer.Send(letter, message.Id, message.Reached, delivery.LeaseEnds);
        };
}
