using ClosedDoor.Domain;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Conflicts;

/// <summary>What a company declared of guests, to the company itself and the organizers.</summary>
public static class ShowDeclaredConflicts
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet(
                "/reservations/{reservationId}/conflicts",
                async (string reservationId, Caller caller, Database db) =>
                    (await Execute(db, caller, reservationId)).ToOk()
            )
            .Named("ShowDeclaredConflicts", "What a company declared of guests")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<Page<CompanyConflictView>>()
            .Refuses(Refusals.NotFound);

    public static Task<Outcome<Page<CompanyConflictView>>> Execute(Database db, Caller caller, string reservationId) =>
        db.Read<Outcome<Page<CompanyConflictView>>>(async read =>
            await ReservationRow.Find(read, reservationId) is { } reservation && caller.MaySee(reservation.CompanyId)
                ? await Of(read, reservation)
                : Refusals.NotFound
        );

    /// <summary>A company reads back its own words alone: what a guest declared is the organizer's to know.</summary>
    internal static async Task<Page<CompanyConflictView>> Of(Statements read, ReservationRow reservation) =>
        new(
            [
                .. (await ConflictBook.Of(read, reservation.SessionId, companyId: reservation.CompanyId))
                    .Where(pair => pair.ByCompany is not null)
                    .Select(pair => new CompanyConflictView(pair.InvitationId, PairRow.Kinds(pair.ByCompany)!)),
            ],
            null
        );
}

public sealed record CompanyConflictView(string InvitationId, IReadOnlyList<ConflictKind> Kinds);
