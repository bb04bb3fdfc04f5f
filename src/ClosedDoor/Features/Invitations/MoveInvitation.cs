using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Invitations;

/// <summary>Withdraws an invitation, or puts down the answer of a guest who gave it by telephone.</summary>
public static class MoveInvitation
{
    /// <param name="Note">Why, in the organizer's words.</param>
    public sealed record Request(string? Note = null);

    public static void Map(IEndpointRouteBuilder api)
    {
        MapOne(api, "withdraw", InvitationTrigger.Withdraw, "WithdrawInvitation", "Withdraw an invitation");
        MapOne(api, "accept", InvitationTrigger.Accept, "AcceptForGuest", "Put down that a guest has accepted");
        MapOne(api, "decline", InvitationTrigger.Decline, "DeclineForGuest", "Put down that a guest has declined");
    }

    static void MapOne(
        IEndpointRouteBuilder api,
        string verb,
        InvitationTrigger trigger,
        string operationId,
        string summary
    ) =>
        api.MapPost(
                $"/invitations/{{invitationId}}/{verb}",
                async (string invitationId, Request request, Caller caller, Database db) =>
                    (await Execute(db, caller, invitationId, trigger, request)).ToOk()
            )
            .Named(operationId, summary)
            .RequireAuthorization(Policy.Organize)
            .Answers<InvitationView>()
            .Refuses(
                Refusals.NotFound,
                Refusals.Invalid,
                Refusals.StaleVersion,
                Refusals.WrongSessionStatus,
                Refusals.SessionBegun,
                Refusals.WrongInvitationStatus,
                Refusals.GuestUnderRank,
                Refusals.HospitalNotGradeA,
                Refusals.GuestListFull
            )
            .Example(new Request("行程冲突"));

    public static Task<Outcome<InvitationView>> Execute(
        Database db,
        Caller caller,
        string invitationId,
        InvitationTrigger trigger,
        Request request
    ) =>
        db.Write<InvitationView>(
            caller,
            async tx =>
            {
                var errors = new FieldErrors();
                var note = errors.OptionalText("note", request.Note, 200);
                if (errors.Refusal is { } invalid)
                    return invalid;
                if (await InvitationTable.Lock(tx, invitationId) is not var (row, session))
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                return await AnswerInvitation.Execute(tx, row, session, trigger, note, caller.Now) is { } refusal
                    ? refusal
                    : (await InvitationView.Find(tx, invitationId))!;
            }
        );
}
