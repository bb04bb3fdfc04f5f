using ClosedDoor.Domain;
using ClosedDoor.Features.Matchmaking;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Conflicts;

/// <summary>A company declares conflicts of interest (回避) with guests whom it knows.</summary>
public static class DeclareConflicts
{
    /// <param name="InvitationId">As the company knows the guest: from the list of those whom it may rank.</param>
    public sealed record Request(string? InvitationId, string[]? Kinds, string? Note = null);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPut(
                "/reservations/{reservationId}/conflicts",
                async (string reservationId, Request[] request, Caller caller, Database db) =>
                    (await Execute(db, caller, reservationId, request)).ToOk()
            )
            .Named("DeclareConflicts", "A company declares conflicts of interest with guests")
            .RequireAuthorization(Policy.CompanyOrOrganize)
            .Answers<Page<CompanyConflictView>>()
            .Refuses(Refusals.NotFound, Refusals.Invalid)
            .Example(new[] { new Request("inv_01khws5mbcf5rtnyjcg1a9w9j6", ["joint_project"]) });

    public static async Task<Outcome<Page<CompanyConflictView>>> Execute(
        Database db,
        Caller caller,
        string reservationId,
        Request[] request
    )
    {
        var errors = new FieldErrors();
        var declared = Declaration.Each(
            errors,
            request,
            one => (one?.InvitationId, one?.Kinds, one?.Note),
            "invitationId",
            "inv"
        );
        if (errors.Refusal is { } invalid)
            return invalid;
        return await db.Write<Page<CompanyConflictView>>(
            caller,
            async tx =>
            {
                if (await ReservationRow.Find(tx, reservationId) is not { } seen || !caller.MaySee(seen.CompanyId))
                    return Refusals.NotFound;
                var pairs = await ConflictBook.Of(tx, seen.SessionId, companyId: seen.CompanyId);
                await CallOffMeetings.LockSessions(
                    tx,
                    seen.SessionId,
                    from one in declared
                    where one.Declared.Kinds.Count > 0
                    from pair in pairs
                    where pair.InvitationId == one.Id
                    select new Pair(pair.GuestId, pair.CompanyId)
                );
                // Read again now that the rows are held.
                if (await ReservationTable.Lock(tx, reservationId, caller.MaySee) is not var (reservation, sale))
                    return Refusals.NotFound;
                pairs = await ConflictBook.Of(tx, sale.SessionId, companyId: reservation.CompanyId);
                var all = new List<(Pair, Declaration)>();
                foreach (var (invitationId, declaration) in declared)
                {
                    if (pairs.Find(pair => pair.InvitationId == invitationId) is not { } known)
                        return Refusals.NotFound;
                    all.Add((new(known.GuestId, reservation.CompanyId), declaration));
                }
                await ConflictTable.Declare(tx, sale.SessionId, MeetingSide.Company, all, caller.Now);
                return await ShowDeclaredConflicts.Of(tx, reservation);
            }
        );
    }
}
