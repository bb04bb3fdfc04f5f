using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Invitations;

/// <summary>Accepts or declines, by the link. A guest who has accepted may still decline: a substitute moves up.</summary>
public static class AnswerMyInvitation
{
    /// <param name="Note">Why not, if the guest cares to say.</param>
    /// <param name="Availability">The parts of the day, in order; empty, the whole day; left out, as it stands.</param>
    public sealed record Request(string? Note = null, DayPart[]? Availability = null);

    public static void Map(IEndpointRouteBuilder api)
    {
        MapOne(api, "accept", InvitationTrigger.Accept, "AcceptInvitation", "Accept the invitation")
            .Example(new Request(Availability: [new(new LocalTime(9, 0), new LocalTime(12, 0))]));
        MapOne(api, "decline", InvitationTrigger.Decline, "DeclineInvitation", "Decline the invitation")
            .Example(new Request("行程冲突"));
    }

    static RouteHandlerBuilder MapOne(
        IEndpointRouteBuilder api,
        string verb,
        InvitationTrigger answer,
        string operationId,
        string summary
    ) =>
        api.MapPost(
                $"/invitation/{verb}",
                async (Request request, Caller caller, Database db) =>
                    (await Execute(db, caller, answer, request)).ToOk()
            )
            .Named(operationId, summary)
            .RequireAuthorization(Policy.Invited)
            .Answers<MyInvitationView>()
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
            );

    public static Task<Outcome<MyInvitationView>> Execute(
        Database db,
        Caller caller,
        InvitationTrigger answer,
        Request request
    ) =>
        db.Write<MyInvitationView>(
            caller,
            async tx =>
            {
                var id = caller.LinkTo(LinkPurpose.Invitation)!;
                if (await InvitationTable.Lock(tx, id) is not var (row, session))
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                var errors = new FieldErrors();
                var note = errors.OptionalText("note", request.Note, 200);
                if (request.Availability is { } parts)
                {
                    var day = (await DaySheet.Find(tx, row.SessionId))!;
                    DayPart.Check(errors, "availability", parts, day.StartsAt, day.EndsAt);
                }
                if (errors.Refusal is { } invalid)
                    return invalid;

                row = await ShowMyInvitation.Open(tx, row, caller.Now);
                if (await AnswerInvitation.Execute(tx, row, session, answer, note, caller.Now) is { } refusal)
                    return refusal;
                if (request.Availability is not null)
                    await InvitationTable.SetAvailability(tx, row, request.Availability, caller.Now);
                return (await MyInvitationView.Find(tx, id))!;
            }
        );
}
