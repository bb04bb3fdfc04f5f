using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Reservations;

/// <summary>Every change to delegates.</summary>
static class DelegateTable
{
    public static async Task Replace(
        Tx tx,
        ReservationRow reservation,
        IReadOnlyList<DelegateView> delegates,
        Instant now
    )
    {
        var before = await tx.All<string>(
            "SELECT id FROM delegate WHERE reservation_id = @Id ORDER BY number",
            new { reservation.Id }
        );
        await tx.Execute("DELETE FROM delegate WHERE reservation_id = @Id", new { reservation.Id });
        var number = 0L;
        foreach (var person in delegates)
        {
            number++;
            await tx.Execute(
                """
                INSERT INTO delegate (id, reservation_id, number, name, job_title, phone, email, created_at)
                VALUES (@Id, @reservationId, @number, @Name, @JobTitle, @Phone, @Email, @now)
                """,
                new
                {
                    person.Id,
                    reservationId = reservation.Id,
                    number,
                    person.Name,
                    person.JobTitle,
                    person.Phone,
                    person.Email,
                    now,
                }
            );
        }
        await tx.Record(
            now,
            new Change(
                reservation.SessionId,
                "delegates.set",
                reservation.Id,
                new { delegates = before },
                new { delegates = delegates.Select(one => one.Id) }
            )
        );
    }
}
