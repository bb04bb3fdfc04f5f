using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Guests;

/// <summary>A guest corrects what is kept, by the own link (PIPL §46).</summary>
public static class CorrectMyData
{
    /// <summary>What a guest may correct. Post and hospital, which the gate goes by, are the organizer's to check.</summary>
    public sealed record Request(
        string? Name = null,
        Title? Title = null,
        string? Specialty = null,
        string? Phone = null,
        string? Email = null
    );

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPatch(
                "/invitation/data",
                async (Request request, Caller caller, Database db) => (await Execute(db, caller, request)).ToOk()
            )
            .Named("CorrectMyData", "Correct what is kept about the guest")
            .RequireAuthorization(Policy.Invited)
            .Answers<MyDataView>()
            .Refuses(
                Refusals.NotFound,
                Refusals.Invalid,
                Refusals.StaleVersion,
                Refusals.GuestExists,
                Refusals.GuestForgotten
            )
            .Example(new Request(Phone: "13800000000"));

    public static Task<Outcome<MyDataView>> Execute(Database db, Caller caller, Request request) =>
        db.Write<MyDataView>(
            caller,
            async tx =>
            {
                if (await InvitationRow.Find(tx, caller.LinkTo(LinkPurpose.Invitation)!) is not { } row)
                    return Refusals.NotFound;
                var change = new GuestRequest(
                    Name: request.Name,
                    Title: request.Title,
                    Specialty: request.Specialty,
                    Phone: request.Phone,
                    Email: request.Email
                );
                return await ChangeGuest.Lay(tx, caller, row.GuestId, change, caller.Now) is { } refusal
                    ? refusal
                    : (await ShowMyData.Find(tx, caller))!;
            }
        );
}
