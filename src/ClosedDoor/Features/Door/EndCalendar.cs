using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Mail;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Door;

/// <summary>The one mail to somebody who is erased: the day is taken out of the calendar.</summary>
static class EndCalendar
{
    public const string Ended = "ticket.ended.v1";

    /// <summary>Sends the cancellation, then drops the address. After a kill in between it is sent again, with the same Message-ID.</summary>
    public static async Task Handle(OutboxMessage message, Delivery delivery)
    {
        var letter = await delivery.Database.Read(read => Write(read, message.SubjectId, delivery.Settings));
        if (letter is null)
            return;
        await delivery.Mailer.Send(letter, message.Id, message.Reached, delivery.LeaseEnds);
        await delivery.Database.Write(OutboxWorker.Actor, tx => CalendarEndTable.Forget(tx, message.SubjectId));
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
