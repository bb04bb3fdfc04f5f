using ClosedDoor.Domain;
using ClosedDoor.Features.Door;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Aftermath;

/// <summary>Who was there, by what the door says when the session is completed.</summary>
static class Attendance
{
    public const string Thanked = "ticket.thanked.v1";

    /// <summary>
    /// The session is completed: a company of which somebody came in was there, the others were not, and who came is
    /// thanked. Early check-ins, from before the door opened, are none. Without a single check-in the door was not used,
    /// and nothing is known about anybody.
    /// </summary>
    internal static async Task Settle(Tx tx, Sale sale, Instant now)
    {
        var people = await PersonRow.Of(tx, sale.SessionId);
        var inside = people.Where(person => person.Attended).ToList();
        if (inside.Count == 0)
            return;
        var present = inside.Select(person => person.ReservationId).OfType<string>().ToHashSet();
        foreach (
            var reservation in await tx.All<ReservationRow>(
                $"{ReservationRow.Select} WHERE session_id = @SessionId AND status = 'confirmed' ORDER BY id",
                new { sale.SessionId }
            )
        )
            await Mark(tx, reservation, present.Contains(reservation.Id), now);
        foreach (var person in inside)
            await tx.Send(Thanked, new Notice(person.TicketId), now);
    }

    internal static Task<ReservationRow?> Mark(Tx tx, ReservationRow reservation, bool attended, Instant now) =>
        ReservationTable.Transition(
            tx,
            reservation,
            attended ? ReservationTrigger.Attend : ReservationTrigger.Miss,
            now
        );
}
