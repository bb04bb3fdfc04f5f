using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Accounts;

/// <summary>An organizer's account, disabled or not.</summary>
public static class ShowOrganizer
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/organizers/{organizerId}", Handle)
            .Named("ShowOrganizer", "Show an organizer")
            .RequireAuthorization(Policy.Owner)
            .Answers<OrganizerView>()
            .Refuses(Refusals.NotFound);

    static async Task<IResult> Handle(string organizerId, Database db) => (await Execute(db, organizerId)).ToOk();

    public static async Task<Outcome<OrganizerView>> Execute(Database db, string organizerId) =>
        await db.Read(read => OrganizerView.Find(read, organizerId)) is { } found ? found : Refusals.NotFound;
}
