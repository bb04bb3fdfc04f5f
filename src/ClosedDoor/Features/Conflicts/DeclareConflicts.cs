using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Conflicts;

/// <summary>
/// Conflicts of interest (回避): a guest declares of each company that comes, by the personal link; a company of the guests
/// that it knows of; the organizers see both.
/// </summary>
public static class DeclareConflicts
{
    public sealed record OfCompany(string? CompanyId, string[]? Kinds, string? Note = null);

    /// <param name="InvitationId">As the company knows the guest: from the list of those whom it may rank.</param>
    public sealed record OfGuest(string? InvitationId, string[]? Kinds, string? Note = null);

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet(
                "/invitation/conflicts",
                async (Caller caller, Database db) => (await ByGuestLink(db, caller)).ToOk()
            )
            .Named("ShowOwnConflicts", "The companies that come, and what the guest declared, by a personal link")
            .RequireAuthorization(Policy.Invited)
            .Answers<Page<GuestConflictView>>()
            .Refuses(Refusals.NotFound);
        api.MapPut(
                "/invitation/conflicts",
                async (OfCompany[] request, Caller caller, Database db) => (await Declare(db, caller, request)).ToOk()
            )
            .Named("DeclareOwnConflicts", "A guest declares conflicts of interest, by a personal link")
            .RequireAuthorization(Policy.Invited)
            .Answers<Page<GuestConflictView>>()
            .Refuses(Refusals.NotFound, Refusals.Invalid)
            .Example(new[] { new OfCompany("cmp_01khws5mbcf5rtnyjcg1a9w9j6", ["paid_advice"], "曾任顾问") });
        api.MapPut(
                "/reservations/{reservationId}/conflicts",
                async (string reservationId, OfGuest[] request, Caller caller, Database db) =>
                    (await Declare(db, caller, reservationId, request)).ToOk()
            )
            .Named("DeclareConflicts", "A company declares conflicts of interest with guests")
            .RequireAuthorization(Policy.CompanyOrOrganize)
            .Answers<Page<CompanyConflictView>>()
            .Refuses(Refusals.NotFound, Refusals.Invalid)
            .Example(new[] { new OfGuest("inv_01khws5mbcf5rtnyjcg1a9w9j6", ["joint_project"]) });
        api.MapGet(
                "/reservations/{reservationId}/conflicts",
                async (string reservationId, Caller caller, Database db) =>
                    (await OfReservation(db, caller, reservationId)).ToOk()
            )
            .Named("ShowDeclaredConflicts", "What a company declared of guests")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<Page<CompanyConflictView>>()
            .Refuses(Refusals.NotFound);
        api.MapGet(
                "/sessions/{sessionId}/conflicts",
                async (string sessionId, Database db) => (await OfSession(db, sessionId)).ToOk()
            )
            .Named("ListConflicts", "Who may meet whom, by what both sides declared")
            .RequireAuthorization(Policy.Organizer)
            .Answers<Page<PairView>>();
    }

    static Task<Outcome<Page<GuestConflictView>>> ByGuestLink(Database db, Caller caller) =>
        db.Read<Outcome<Page<GuestConflictView>>>(async read =>
            await Accepted(read, caller) is { } invitation ? await Shown(read, invitation) : Refusals.NotFound
        );

    static async Task<Outcome<Page<GuestConflictView>>> Declare(Database db, Caller caller, OfCompany[] request)
    {
        var errors = new FieldErrors();
        var declared = Check(errors, request, one => (one?.CompanyId, one?.Kinds, one?.Note), "companyId", "cmp");
        if (errors.Refusal is { } invalid)
            return invalid;
        return await db.Write<Page<GuestConflictView>>(
            caller,
            async tx =>
            {
                if (await Accepted(tx, caller) is not { } invitation)
                    return Refusals.NotFound;
                var pairs = await ConflictBook.Of(tx, invitation.SessionId, guestId: invitation.GuestId);
                foreach (var (companyId, declaration) in declared)
                {
                    if (!pairs.Exists(pair => pair.CompanyId == companyId))
                        return Refusals.NotFound;
                    await ConflictTable.Declare(
                        tx,
                        invitation.SessionId,
                        invitation.GuestId,
                        companyId,
                        ConflictTable.Guest,
                        declaration,
                        caller.Now
                    );
                }
                return await Shown(tx, invitation);
            }
        );
    }

    static async Task<Outcome<Page<CompanyConflictView>>> Declare(
        Database db,
        Caller caller,
        string reservationId,
        OfGuest[] request
    )
    {
        var errors = new FieldErrors();
        var declared = Check(errors, request, one => (one?.InvitationId, one?.Kinds, one?.Note), "invitationId", "inv");
        if (errors.Refusal is { } invalid)
            return invalid;
        return await db.Write<Page<CompanyConflictView>>(
            caller,
            async tx =>
            {
                if (await ReservationTable.Take(tx, reservationId, caller.MaySee) is not var (reservation, sale))
                    return Refusals.NotFound;
                var pairs = await ConflictBook.Of(tx, sale.SessionId, companyId: reservation.CompanyId);
                foreach (var (invitationId, declaration) in declared)
                {
                    if (pairs.Find(pair => pair.InvitationId == invitationId) is not { } known)
                        return Refusals.NotFound;
                    await ConflictTable.Declare(
                        tx,
                        sale.SessionId,
                        known.GuestId,
                        reservation.CompanyId,
                        ConflictTable.Company,
                        declaration,
                        caller.Now
                    );
                }
                return await Declared(tx, reservation);
            }
        );
    }

    /// <summary>A company reads back its own words alone: what a guest declared is the organizer's to know.</summary>
    static async Task<Page<CompanyConflictView>> Declared(Statements read, ReservationRow reservation) =>
        new(
            [
                .. (await ConflictBook.Of(read, reservation.SessionId, companyId: reservation.CompanyId))
                    .Where(pair => pair.ByCompany is not null)
                    .Select(pair => new CompanyConflictView(pair.InvitationId, PairRow.Kinds(pair.ByCompany)!)),
            ],
            null
        );

    static Task<Outcome<Page<CompanyConflictView>>> OfReservation(Database db, Caller caller, string reservationId) =>
        db.Read<Outcome<Page<CompanyConflictView>>>(async read =>
            await read.Find<ReservationRow>($"{ReservationRow.Select} WHERE id = @reservationId", new { reservationId })
                is { } reservation
            && caller.MaySee(reservation.CompanyId)
                ? await Declared(read, reservation)
                : Refusals.NotFound
        );

    static async Task<Outcome<Page<PairView>>> OfSession(Database db, string sessionId)
    {
        var pairs = await db.Read(read => ConflictBook.Of(read, sessionId));
        return new Page<PairView>(
            [
                .. pairs.Select(pair => new PairView(
                    pair.GuestId,
                    pair.CompanyId,
                    pair.Standing,
                    PairRow.Kinds(pair.ByGuest),
                    PairRow.Kinds(pair.ByCompany)
                )),
            ],
            null
        );
    }

    static List<(string Id, ConflictTable.Declaration Declared)> Check<T>(
        FieldErrors errors,
        T[] request,
        Func<T, (string? Id, string[]? Kinds, string? Note)> parts,
        string field,
        string prefix
    )
    {
        const int Most = 100;
        if (request.Length > Most)
            errors.Add("", $"至多 {Most} 项。", $"At most {Most}.");
        var declared = new List<(string, ConflictTable.Declaration)>();
        for (var i = 0; i < Math.Min(request.Length, Most); i++)
        {
            var (id, kinds, note) = parts(request[i]);
            if (!TypeId.IsValid(prefix, id))
                errors.Add($"[{i}].{field}", $"请填写编号（{prefix}_…）。", $"Give the id ({prefix}_…).");
            declared.Add((id ?? "", ConflictTable.Declaration.Check(errors, $"[{i}]", kinds, note)));
        }
        return declared;
    }

    /// <summary>The invitation of the link, once it is accepted: before that nobody's companies are anybody's to see.</summary>
    static async Task<InvitationRow?> Accepted(Statements read, Caller caller) =>
        caller.LinkTo(LinkPurpose.Invitation) is { } id
        && await InvitationRow.Find(read, id) is { State: InvitationStatus.Accepted } row
            ? row
            : null;

    static async Task<Page<GuestConflictView>> Shown(Statements read, InvitationRow invitation) =>
        new(
            [
                .. (await ConflictBook.Of(read, invitation.SessionId, guestId: invitation.GuestId)).Select(
                    pair => new GuestConflictView(pair.CompanyId, pair.CompanyName, PairRow.Kinds(pair.ByGuest))
                ),
            ],
            null
        );
}

/// <summary>A company that comes, to a guest.</summary>
/// <param name="Kinds">What the guest declared; null before that.</param>
public sealed record GuestConflictView(string CompanyId, string CompanyName, IReadOnlyList<ConflictKind>? Kinds);

public sealed record CompanyConflictView(string InvitationId, IReadOnlyList<ConflictKind> Kinds);

/// <summary>A guest and a company, to the organizers.</summary>
public sealed record PairView(
    string GuestId,
    string CompanyId,
    PairStanding Standing,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ConflictKind>? ByGuest,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ConflictKind>? ByCompany
);
