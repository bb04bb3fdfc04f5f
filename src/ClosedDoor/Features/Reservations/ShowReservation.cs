using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Reservations;

/// <summary>A reservation, to its company and to the organizers.</summary>
public static class ShowReservation
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/reservations/{reservationId}", Handle)
            .Named("ShowReservation", "Show a reservation")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<ReservationView>()
            .Refuses(Refusals.NotFound);

    static async Task<IResult> Handle(string reservationId, Caller caller, Database db) =>
        (await Execute(db, caller, reservationId)).ToOk();

    public static async Task<Outcome<ReservationView>> Execute(Database db, Caller caller, string reservationId)
    {
        var row = await db.Read(read => ReservationRow.Find(read, reservationId));
        return row is not null && caller.MaySee(row.CompanyId)
            ? ReservationView.Of(row, caller.Now)
            : Refusals.NotFound;
    }
}
