using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Companies;

/// <summary>A company, to its own members and to the organizers.</summary>
public static class ShowCompany
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet(
                "/companies/{companyId}",
                async (string companyId, Caller caller, Database db) => (await Execute(db, caller, companyId)).ToOk()
            )
            .Named("ShowCompany", "Show a company")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<CompanyView>()
            .Refuses(Refusals.NotFound);

    public static async Task<Outcome<CompanyView>> Execute(Database db, Caller caller, string companyId) =>
        caller.MaySee(companyId) && await db.Read(read => CompanyView.Find(read, companyId, caller)) is { } company
            ? company
            : Refusals.NotFound;
}
