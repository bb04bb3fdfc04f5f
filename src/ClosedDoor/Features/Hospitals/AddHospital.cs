using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Hospitals;

/// <summary>Registers a hospital by its social credit code.</summary>
public static class AddHospital
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost(
                "/hospitals",
                async (HospitalRequest request, Caller caller, Database db) =>
                    (await Execute(db, caller, request)).ToCreated(hospital => $"/api/v1/hospitals/{hospital.Id}")
            )
            .Named("AddHospital", "Register a hospital")
            .RequireAuthorization(Policy.Organize)
            .Answers<HospitalView>(201)
            .Refuses(Refusals.Invalid, Refusals.HospitalExists)
            .Example(HospitalRequest.Example);

    public static async Task<Outcome<HospitalView>> Execute(Database db, Caller caller, HospitalRequest request)
    {
        var draft = HospitalDraft.From(request, Zones.Today(caller.Now));
        if (draft.Refused(out var invalid))
            return invalid;
        return await db.Write<HospitalView>(
            caller,
            async tx =>
                await HospitalTable.Add(tx, draft.Value, caller.Now) is { } id
                    ? (await HospitalView.Find(tx, id))!
                    : Refusals.HospitalExists
        );
    }
}
