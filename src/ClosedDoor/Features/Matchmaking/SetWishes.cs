using ClosedDoor.Domain;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>
/// What each side wishes of the other, in place of what it said before. A timetable that is published already does not
/// change by it; the next one does.
/// </summary>
public static class SetWishes
{
    /// <param name="Id">An invitation, for a company; a company, for a guest.</param>
    /// <param name="Wish">A company: must, want, neutral, no. A guest: must, want, neutral, veto, recuse.</param>
    public sealed record Request(string? Id, string? Wish);

    /// <summary>How many wishes stand now.</summary>
    public sealed record Kept(int Wishes);

    const int Most = 100;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPut(
                "/reservations/{reservationId}/preferences",
                async (string reservationId, Request[] request, Caller caller, Database db) =>
                    (await ByCompany(db, caller, reservationId, request)).ToOk()
            )
            .Named("SetCompanyPreferences", "Rank the guests whom a company would meet")
            .RequireAuthorization(Policy.CompanyOrOrganize)
            .Answers<Kept>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.WrongReservationStatus)
            .Example(new[] { new Request("inv_01jw4v9x6fe8rtb3n5m2k7q0ah", "must") });
        api.MapPut(
                "/invitation/preferences",
                async (Request[] request, Caller caller, Database db) => (await ByGuest(db, caller, request)).ToOk()
            )
            .Named("SetMyPreferences", "Rank the companies that a guest would meet, or keep away from one")
            .RequireAuthorization(Policy.Invited)
            .Answers<Kept>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.WrongInvitationStatus)
            .Example(new[] { new Request("cmp_01jw4v9x6fe8rtb3n5m2k7q0ah", "veto") });
    }

    public static Task<Outcome<Kept>> ByCompany(Database db, Caller caller, string reservationId, Request[] request) =>
        db.Write<Kept>(
            caller,
            async tx =>
            {
                if (await ReservationTable.Take(tx, reservationId, caller.MaySee) is not var (reservation, _))
                    return Refusals.NotFound;
                if (
                    reservation.State is not ReservationStatus.Confirmed
                    || await MatchInput.Load(tx, reservation.SessionId) is not { } input
                )
                    return Refusals.WrongReservationStatus;
                var known = input.Guests.Where(input.MayBeRanked).Select(guest => guest.Id).ToHashSet();
                if (Read(request, known.Contains, wish => wish.MayBeSaidByCompany(), out var wishes) is { } invalid)
                    return invalid;
                await PreferenceTable.Replace(
                    tx,
                    reservation.SessionId,
                    "company",
                    reservation.CompanyId,
                    wishes,
                    caller.Now
                );
                return new Kept(wishes.Count);
            }
        );

    public static Task<Outcome<Kept>> ByGuest(Database db, Caller caller, Request[] request) =>
        db.Write<Kept>(
            caller,
            async tx =>
            {
                var id = caller.LinkTo(LinkPurpose.Invitation)!;
                if (await InvitationTable.Take(tx, id) is not var (row, _))
                    return Refusals.NotFound;
                if (
                    row.State is not InvitationStatus.Accepted
                    || await MatchInput.Load(tx, row.SessionId) is not { } input
                )
                    return Refusals.WrongInvitationStatus;
                var known = input.Companies.Select(company => company.Id).ToHashSet();
                if (Read(request, known.Contains, wish => wish.MayBeSaidByGuest(), out var wishes) is { } invalid)
                    return invalid;
                await PreferenceTable.Replace(tx, row.SessionId, "guest", id, wishes, caller.Now);
                return new Kept(wishes.Count);
            }
        );

    static Refusal? Read(
        Request[] request,
        Func<string, bool> isKnown,
        Func<Wish, bool> mayBeSaid,
        out Dictionary<string, Wish> wishes
    )
    {
        var errors = new FieldErrors();
        wishes = [];
        if (request.Length > Most)
            errors.Add("", $"至多 {Most} 项。", $"At most {Most}.");
        for (var i = 0; i < Math.Min(request.Length, Most); i++)
        {
            var (id, word) = (request[i]?.Id, request[i]?.Wish);
            var wish = Words.TryParse<Wish>(word);
            if (wish is not { } said || !mayBeSaid(said))
                errors.Add($"[{i}].wish", "不是可用的意向。", "Not a wish that can be said here.");
            if (id is null || !isKnown(id))
                errors.Add($"[{i}].id", "本场次没有这一对象。", "Nobody by this id can be met in this session.");
            else if (!wishes.TryAdd(id, wish.GetValueOrDefault()))
                errors.Add($"[{i}].id", "重复。", "Given twice.");
        }
        return errors.Refusal;
    }
}
