using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Guests;

/// <summary>Registers a guest. Whoever is registered may stand in the register below the gate; a session asks for more.</summary>
public static class AddGuest
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost(
                "/guests",
                async (GuestRequest request, Caller caller, Database db) =>
                    (await Execute(db, caller, request)).ToCreated(guest => $"/api/v1/guests/{guest.Id}")
            )
            .Named("AddGuest", "Register a guest")
            .RequireAuthorization(Policy.Organize)
            .Answers<GuestView>(201)
            .Refuses(Refusals.Invalid, Refusals.GuestExists)
            .Example(GuestRequest.Example);

    public static Task<Outcome<GuestView>> Execute(Database db, Caller caller, GuestRequest request) =>
        db.Write<GuestView>(
            caller,
            async tx =>
            {
                var draft = GuestDraft.From(request, await HospitalName(tx, request.HospitalId));
                if (draft.Refused(out var invalid))
                    return invalid;
                return await GuestTable.Add(tx, draft.Value, caller.Now) is { } id
                    ? (await GuestView.Find(tx, id))!
                    : Refusals.GuestExists;
            }
        );

    internal static async Task<string?> HospitalName(Statements db, string? hospitalId) =>
        hospitalId is null
            ? null
            : await db.Find<string>("SELECT name FROM hospital WHERE id = @hospitalId", new { hospitalId });
}
