using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Fapiao;

/// <summary>A company's fapiao details (开票资料).</summary>
public static class ShowFapiaoProfile
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/companies/{companyId}/fapiao-profile", Handle)
            .Named("ShowFapiaoProfile", "Show a company's fapiao details")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<FapiaoProfileView>()
            .Refuses(Refusals.NotFound);

    static async Task<IResult> Handle(string companyId, Caller caller, Database db) =>
        (await Execute(db, caller, companyId)).ToOk();

    static async Task<Outcome<FapiaoProfileView>> Execute(Database db, Caller caller, string companyId) =>
        caller.MaySee(companyId) && await db.Read(read => FapiaoProfileRow.Find(read, companyId)) is { } row
            ? FapiaoProfileView.Of(row)
            : Refusals.NotFound;
}
