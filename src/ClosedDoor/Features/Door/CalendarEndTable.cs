using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Mail;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Door;

/// <summary>
/// Takes the day out of the calendar of somebody who is about to be erased: a delegate who is replaced, a guest who is
/// forgotten. Name and address are put aside for this one mail, and go with it.
/// </summary>
static class CalendarEndTable
{
    public const string Ended = "ticket.ended.v1";

    /// <summary>Before the person is erased; nothing when there is no ticket, no address, or the day was taken back already.</summary>
    public static async Task Add(Tx tx, PersonRow? person, Instant now)
    {
        if (person is not { CalledOff: false, Email.Length: > 0 } || now >= person.BeginsAt)
            return;
        if (await DaySheet.Find(tx, person.SessionId) is not { IsCancelled: false })
            return; // Everybody was told when the session was called off.
        var sequence = await TicketTable.NextSequence(tx, person.TicketId, now);
        await tx.Execute(
            """
            INSERT INTO calendar_end (ticket_id, name, email, sequence, told_at)
            VALUES (@TicketId, @Name, @Email, @sequence, @now)
            ON CONFLICT DO NOTHING
            """,
            new
            {
                person.TicketId,
                person.Name,
                person.Email,
                sequence,
                now,
            }
        );
        await tx.Send(Ended, new Notice(person.TicketId), now);
    }

    /// <summary>Once the mail is out, or when it could not be sent for so long that nobody waits for it.</summary>
    public static Task<int> Forget(Tx tx, string ticketId) =>
        tx.Execute("DELETE FROM calendar_end WHERE ticket_id = @ticketId", new { ticketId });

    public static Task<int> ForgetOld(Tx tx, Instant before) =>
        tx.Execute("DELETE FROM calendar_end WHERE told_at < @before", new { before });

    /// <summary>Sends the cancellation, then drops the address. After a kill in between it is sent again, with the same Message-ID.</summary>
    public static async Task Handle(OutboxMessage message, Delivery delivery)
    {
        var letter = await delivery.Database.Read(read => Write(read, message.SubjectId, delivery.Settings));
        if (letter is null)
            return;
        await delivery.Mailer.Send(letter, message.Id, delivery.LeaseEnds);
        await delivery.Database.Write(OutboxWorker.Actor, tx => Forget(tx, message.SubjectId));
    }

    static async Task<Letter?> Write(Statements read, string ticketId, Settings settings)
    {
        var end = await read.Find<Row>(
            """
            SELECT calendar_end.ticket_id, ticket.session_id, calendar_end.name, calendar_end.email, calendar_end.sequence,
                calendar_end.told_at
            FROM calendar_end JOIN ticket ON ticket.id = calendar_end.ticket_id
            WHERE calendar_end.ticket_id = @ticketId
            """,
            new { ticketId }
        );
        return end is not null && await DaySheet.Find(read, end.SessionId) is { } day
            ? TicketMails.TakenBack(
                new()
                {
                    TicketId = end.TicketId,
                    Name = end.Name,
                    Email = end.Email,
                    Sequence = end.Sequence,
                    ToldAt = end.ToldAt,
                },
                day,
                settings
            )
            : null;
    }

    sealed record Row
    {
        public string TicketId { get; init; } = "";
        public string SessionId { get; init; } = "";
        public string Name { get; init; } = "";
        public string Email { get; init; } = "";
        public long Sequence { get; init; }
        public Instant ToldAt { get; init; }
    }
}
