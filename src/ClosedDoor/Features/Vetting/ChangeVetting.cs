using System.Text.Json;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Vetting;

/// <summary>
/// Lays what is sent over the application, part by part: a list replaces the earlier list, an empty text clears a
/// part, and what is left out stays.
/// </summary>
public static class ChangeVetting
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPatch("/vettings/{vettingId}", Handle)
            .Named("ChangeVetting", "Change the application while it is a draft or more evidence is asked for")
            .RequireAuthorization(Policy.CompanyOrOrganize)
            .Answers<VettingView>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.StaleVersion, Refusals.WrongVettingStatus)
            .Example(new VettingApplication(CompanyStrength: "补充：近三年的经营情况。"));

    static async Task<IResult> Handle(string vettingId, VettingApplication request, Caller caller, Database db) =>
        (await Execute(db, caller, vettingId, request)).ToOk();

    public static async Task<Outcome<VettingView>> Execute(
        Database db,
        Caller caller,
        string vettingId,
        VettingApplication request
    )
    {
        var change = request.Checked(Zones.Today(caller.Now));
        if (change.Refused(out var invalid))
            return invalid;

        return await db.Write<VettingView>(
            caller,
            async tx =>
            {
                if (await VettingTable.Lock(tx, caller, vettingId) is not { } row)
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                var merged = change.Value.Over(row.ReadApplication());
                if (await VettingTable.Change(tx, row, merged, Given(change.Value), caller.Now) is not { } changed)
                    return Refusals.WrongVettingStatus;
                return await VettingView.Of(tx, changed, caller, tx.Settings);
            }
        );
    }

    /// <summary>The names of the parts that were sent.</summary>
    static string[] Given(VettingApplication change) =>
        [
            .. JsonSerializer
                .SerializeToElement(change, Json.Options)
                .EnumerateObject()
                .Where(part => part.Value.ValueKind is not JsonValueKind.Null)
                .Select(part => part.Name),
        ];
}
