using ClosedDoor.Domain;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Aftermath;

/// <summary>An organizer says whether a company was there, where the door was wrong.</summary>
public static class SetAttendance
{
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
                if (await ReservationTable.Lock(tx, reservationId, caller.MaySee) is not var (reservation, sale))
                    return Refusals.NotFound;
                if (caller.Stale(reservation.Version) is { } stale)
                    return stale;
                if (caller.Now < sale.BeginsAt)
                    return Refusals.SessionNotBegun;
                return await Attendance.Mark(tx, reservation, attended, caller.Now) is { } set
                    ? ReservationView.Of(set, caller.Now)
                    : Refusals.WrongReservationStatus;
            }
        );
        return outcome.ToOk();
    }
}
