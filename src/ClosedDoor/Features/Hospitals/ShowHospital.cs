using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Hospitals;

public static class ShowHospital
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet(
                "/hospitals/{hospitalId}",
                async (string hospitalId, Database db) => (await Execute(db, hospitalId)).ToOk()
            )
            .Named("ShowHospital", "Show a hospital")
            .RequireAuthorization(Policy.Staff)
            .Answers<HospitalView>()
            .Refuses(Refusals.NotFound);

    public static async Task<Outcome<HospitalView>> Execute(Database db, string hospitalId) =>
        await db.Read(read => HospitalView.Find(read, hospitalId)) is { } hospital ? hospital : Refusals.NotFound;
}
