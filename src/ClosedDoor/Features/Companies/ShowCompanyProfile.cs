using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Companies;

/// <summary>What a company shows of itself to guests, to the company itself and the organizers.</summary>
public static class ShowCompanyProfile
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet(
                "/companies/{companyId}/profile",
                async (string companyId, Caller caller, Database db) => (await Execute(db, caller, companyId)).ToOk()
            )
            .Named("ShowCompanyProfile", "Show what a company tells guests of itself")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<OwnProfileView>()
            .Refuses(Refusals.NotFound);

    public static async Task<Outcome<OwnProfileView>> Execute(Database db, Caller caller, string companyId) =>
        caller.MaySee(companyId) && await db.Read(read => CompanyRow.Exists(read, companyId))
            ? await db.Read(async read => OwnProfileView.Of(companyId, await ProfileRow.Find(read, companyId)))
            : Refusals.NotFound;
}
