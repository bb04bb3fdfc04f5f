using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Vetting;

/// <summary>Rejects an application, for a reason that the company is told. One reviewer suffices.</summary>
public static class RejectVetting
{
    public const string Rejected = "vetting.rejected.v1";

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/vettings/{vettingId}/reject", Handle).Described("RejectVetting", "Reject a vetting");

    static async Task<IResult> Handle(string vettingId, EndVetting.Request request, Caller caller, Database db) =>
        (await Execute(db, caller, vettingId, request)).ToOk();

    public static Task<Outcome<VettingView>> Execute(
        Database db,
        Caller caller,
        string vettingId,
        EndVetting.Request request
    ) => EndVetting.Execute(db, caller, vettingId, VettingTrigger.Reject, Rejected, request);
}
