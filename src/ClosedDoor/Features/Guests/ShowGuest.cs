using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Guests;

public static class ShowGuest
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/guests/{guestId}", async (string guestId, Database db) => (await Execute(db, guestId)).ToOk())
            .Named("ShowGuest", "Show a guest")
            .RequireAuthorization(Policy.Staff)
            .Answers<GuestView>()
            .Refuses(Refusals.NotFound);

    public static async Task<Outcome<GuestView>> Execute(Database db, string guestId) =>
        await db.Read(read => GuestView.Find(read, guestId)) is { } guest ? guest : Refusals.NotFound;
}
