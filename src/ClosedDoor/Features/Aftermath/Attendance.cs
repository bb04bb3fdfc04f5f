using ClosedDoor.Domain;
using ClosedDoor.Features.Door;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Aftermath;

/// <summary>Who was there: by the door when the session is completed, by an organizer's word where the door was wrong.</summary>
public static class Attendance
{
    public const string Thanked = "ticket.thanked.v1";

    public sealed record Request(bool? Attended);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/reservations/{reservationId}/attendance", Handle)
            .Named("SetAttendance", "Say whether a company was there")
            .RequireAuthorization(Policy.Organize)
            .Answers<ReservationView>()
            .Refuses(
                Refusals.NotFound,
                Refusals.Invalid,
                Refusals.StaleVersion,
                Refusals.WrongReservationStatus,
                Refusals.SessionNotBegun
            )
            .Example(new Request(true));

    static async Task<IResult> Handle(string reservationId, Request request, Caller caller, Database db)
    {
        var errors = new FieldErrors();
        var attended = errors.Required("attended", request.Attended);
        if (errors.Refusal is { } invalid)
            return Answer.Refuse(invalid);
        var outcome = await db.Write<ReservationView>(
            caller,
            async tx =>
            {
                if (await ReservationTable.Take(tx, reservationId, caller.MaySee) is not var (reservation, sale))
                    return Refusals.NotFound;
                if (caller.Stale(reservation.Version) is { } stale)
                    return stale;
                if (caller.Now < sale.BeginsAt)
                    return Refusals.SessionNotBegun;
                return await Move(tx, reservation, attended, caller.Now) is { } moved
                    ? ReservationView.Of(moved, caller.Now)
                    : Refusals.WrongReservationStatus;
            }
        );
        return outcome.ToOk();
    }

    /// <summary>
    /// The session is completed: a company of which somebody came in was there, the others were not, and who came is
    /// thanked. Early check-ins, from before the door opened, are none. Without a single check-in the door was not used, and nothing is known about anybody.
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
            await Move(tx, reservation, present.Contains(reservation.Id), now);
        foreach (var person in inside)
            await tx.Send(Thanked, new Notice(person.TicketId), now);
    }

    static Task<ReservationRow?> Move(Tx tx, ReservationRow reservation, bool attended, Instant now) =>
        ReservationTable.Move(tx, reservation, attended ? ReservationTrigger.Attend : ReservationTrigger.Miss, now);
}
