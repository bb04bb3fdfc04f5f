using ClosedDoor.Domain;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Vetting;

/// <summary>A vetting with all that was applied with, to the company itself and to organizers.</summary>
public static class ShowVetting
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/vettings/{vettingId}", Handle)
            .Named("ShowVetting", "Show a vetting")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<VettingView>()
            .Refuses(Refusals.NotFound);

    static async Task<IResult> Handle(string vettingId, Caller caller, Database db, Settings settings) =>
        (await Execute(db, settings, caller, vettingId)).ToOk();

    public static Task<Outcome<VettingView>> Execute(Database db, Settings settings, Caller caller, string vettingId) =>
        db.Read<Outcome<VettingView>>(async read =>
            await read.Find<VettingRow>($"{VettingRow.Select} WHERE id = @vettingId", new { vettingId }) is { } row
            && caller.MaySee(row.CompanyId)
                ? await VettingView.Of(read, row, caller, settings)
                : Refusals.NotFound
        );
}
