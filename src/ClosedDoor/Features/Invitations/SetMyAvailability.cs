using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Invitations;

/// <summary>Says during which parts of the day the guest is there.</summary>
public static class SetMyAvailability
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPut(
                "/invitation/availability",
                async (DayPart[] request, Caller caller, Database db) => (await Execute(db, caller, request)).ToOk()
            )
            .Named("SetMyAvailability", "Say when in the day the guest is there")
            .WithDescription("An empty list is the whole day, however long the session is made later.")
            .RequireAuthorization(Policy.Invited)
            .Answers<MyInvitationView>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.StaleVersion, Refusals.WrongInvitationStatus)
            .Example(new[] { new DayPart(new LocalTime(9, 0), new LocalTime(12, 0)) });

    public static Task<Outcome<MyInvitationView>> Execute(Database db, Caller caller, DayPart[] request) =>
        db.Write<MyInvitationView>(
            caller,
            async tx =>
            {
                var id = caller.LinkTo(LinkPurpose.Invitation)!;
                if (await InvitationTable.Lock(tx, id) is not var (row, _))
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                if (!row.State.TakesPlace())
                    return Refusals.WrongInvitationStatus;
                var day = (await DaySheet.Find(tx, row.SessionId))!;
                var errors = new FieldErrors();
                DayPart.Check(errors, "", request, day.StartsAt, day.EndsAt);
                if (errors.Refusal is { } invalid)
                    return invalid;
                await InvitationTable.SetAvailability(tx, row, request, caller.Now);
                return (await MyInvitationView.Find(tx, id))!;
            }
        );
}
