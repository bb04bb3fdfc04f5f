using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Door;

/// <summary>
/// Takes the day out of the calendar of somebody who is about to be erased: a delegate who is replaced, a guest who is
/// forgotten. Name and address are put aside for the one mail of <see cref="EndCalendar"/>, and go with it.
/// </summary>
static class CalendarEndTable
{
    /// <summary>Before the person is erased; nothing when there is no ticket, no address, or the day was taken back already.</summary>
    public static async Task Add(Tx tx, PersonRow? person, Instant now)
    {
        if (person is not { Email.Length: > 0 } || now >= person.BeginsAt)
            return;
        // Whoever gave the place up, or whose session was called off, was told then: unless that mail has still to go out.
        // It would find nobody to write to any more.
        var told = person.CalledOff || await DaySheet.Find(tx, person.SessionId) is not { IsCancelled: false };
        if (told && !await TicketTable.IsBeingTold(tx, person))
            return;
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
        await tx.Send(EndCalendar.Ended, new Notice(person.TicketId), now);
    }

    /// <summary>Once the mail is out, or when it could not be sent for so long that nobody waits for it.</summary>
    public static Task<int> Forget(Tx tx, string ticketId) =>
        tx.Execute("DELETE FROM calendar_end WHERE ticket_id = @ticketId", new { ticketId });

    public static Task<int> ForgetOld(Tx tx, Instant before) =>
        tx.Execute("DELETE FROM calendar_end WHERE told_at < @before", new { before });
}
