using ClosedDoor.Platform.Data;

namespace ClosedDoor.Features.Reservations;

/// <summary>
/// Every change to seats. Seats are rows: what is not a row cannot be sold, and a taken row is taken once. That a
/// reservation takes only one of them no index says, as one more would be written for every booking: its own row has
/// room for one number, and the nightly check of the invariants finds a seat that none names.
/// </summary>
static class SeatTable
{
    public static async Task Lay(Tx tx, string sessionId, int first, int last)
    {
        for (long number = first; number <= last; number++)
            await tx.Execute(
                "INSERT INTO seat (session_id, number) VALUES (@sessionId, @number)",
                new { sessionId, number }
            );
    }

    /// <summary>
    /// Takes the free seat with the lowest number, in one statement so that two claims never meet. Null when none is free.
    /// </summary>
    public static Task<long?> Claim(Tx tx, string sessionId, string reservationId) =>
        tx.Find<long?>(
            """
            UPDATE seat SET reservation_id = @reservationId
            WHERE session_id = @sessionId AND reservation_id IS NULL
                AND number = (SELECT MIN(number) FROM seat WHERE session_id = @sessionId AND reservation_id IS NULL)
            RETURNING number
            """,
            new { sessionId, reservationId }
        );

    /// <summary>
    /// Takes a seat that was seen to be free under the session's lock. False when it is not, which means that somebody
    /// came without the lock: the seat is still taken only once.
    /// </summary>
    public static async Task<bool> Take(Tx tx, string sessionId, long number, string reservationId) =>
        await tx.Execute(
            """
            UPDATE seat SET reservation_id = @reservationId
            WHERE session_id = @sessionId AND number = @number AND reservation_id IS NULL
            """,
            new
            {
                sessionId,
                number,
                reservationId,
            }
        ) == 1;

    /// <summary>The seat that the reservation has is free again.</summary>
    /// <exception cref="InvalidOperationException">It has no such seat: the row is an old one, a bug.</exception>
    public static async Task Release(Tx tx, ReservationRow row)
    {
        var released = await tx.Execute(
            """
            UPDATE seat SET reservation_id = NULL
            WHERE session_id = @SessionId AND number = @SeatNumber AND reservation_id = @Id
            """,
            row
        );
        if (released != 1)
            throw new InvalidOperationException($"Reservation {row.Id} does not have seat {row.SeatNumber}.");
    }

    /// <summary>
    /// Makes the numbers run from 1 to <paramref name="to"/>. The lowest seat that would go and is taken; null when none is.
    /// </summary>
    public static async Task<long?> Resize(Tx tx, string sessionId, int from, int to)
    {
        if (to > from)
            await Lay(tx, sessionId, from + 1, to);
        if (to >= from)
            return null;
        await tx.Execute(
            "DELETE FROM seat WHERE session_id = @sessionId AND number > @to AND reservation_id IS NULL",
            new { sessionId, to = (long)to }
        );
        return await tx.Find<long?>(
            "SELECT MIN(number) FROM seat WHERE session_id = @sessionId AND number > @to",
            new { sessionId, to = (long)to }
        );
    }
}
