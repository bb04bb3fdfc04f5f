using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Fapiao;

/// <summary>A fapiao that a company asked for, as its company and the organizers see it.</summary>
public static class ShowFapiao
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/fapiaos/{fapiaoId}", Handle)
            .Named("ShowFapiao", "Show a fapiao")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<FapiaoView>()
            .Refuses(Refusals.NotFound);

    static async Task<IResult> Handle(string fapiaoId, Caller caller, Database db) =>
        (await Execute(db, caller, fapiaoId)).ToOk();

    static Task<Outcome<FapiaoView>> Execute(Database db, Caller caller, string fapiaoId) =>
        db.Read<Outcome<FapiaoView>>(async read =>
            await FapiaoRow.Find(read, fapiaoId) is { } row && caller.MaySee(row.CompanyId)
                ? await FapiaoView.Of(read, row)
                : Refusals.NotFound
        );
}
