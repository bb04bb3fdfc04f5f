using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>
/// Whom each side may rank, with how the needs match and why. A company never sees whether a guest wishes for it or
/// not; a guest sees companies' public profiles.
/// </summary>
public static class ShowCandidates
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet(
                "/reservations/{reservationId}/candidates",
                async (string reservationId, Caller caller, Database db) =>
                    (await ForCompany(db, caller, reservationId)).ToOk()
            )
            .Named("ShowCandidates", "Show the guests whom a company may rank, and how its offer matches their needs")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<CandidatesView>()
            .Refuses(Refusals.NotFound, Refusals.WrongReservationStatus);
        api.MapGet("/invitation/matches", async (Caller caller, Database db) => (await ForGuest(db, caller)).ToOk())
            .Named("ShowMyMatches", "Show the guest the companies to rank, and how their offers match the needs")
            .RequireAuthorization(Policy.Invited)
            .Answers<MatchesView>()
            .Refuses(Refusals.NotFound, Refusals.WrongInvitationStatus);
    }

    public static Task<Outcome<CandidatesView>> ForCompany(Database db, Caller caller, string reservationId) =>
        db.Read<Outcome<CandidatesView>>(async read =>
        {
            var reservation = await ReservationRow.Find(read, reservationId);
            if (reservation is null || !caller.MaySee(reservation.CompanyId))
                return Refusals.NotFound;
            if (
                !reservation.State.Comes()
                || await MatchInput.Load(read, reservation.SessionId) is not { } input
                || input.CompanyAt(reservation.CompanyId) is not (>= 0 and var company)
            )
                return Refusals.WrongReservationStatus;
            return new CandidatesView(
                input.Companies[company].Offer,
                input.Companies[company].Said.Automatic == 1,
                [
                    .. input
                        .Guests.Select((guest, g) => (guest, pair: input.Pairs[company, g]))
                        .Where(one => input.Plan.Lets(one.guest))
                        .Select(one => CandidateView.Of(one.guest, one.pair)),
                ]
            );
        });

    public static Task<Outcome<MatchesView>> ForGuest(Database db, Caller caller) =>
        db.Read<Outcome<MatchesView>>(async read =>
        {
            var id = caller.LinkTo(LinkPurpose.Invitation)!;
            if (await InvitationRow.Find(read, id) is not { } row)
                return Refusals.NotFound;
            if (
                row.State is not InvitationStatus.Accepted
                || await MatchInput.Load(read, row.SessionId) is not { } input
                || input.GuestAt(id) is not (>= 0 and var guest)
            )
                return Refusals.WrongInvitationStatus;
            return new MatchesView(
                input.Guests[guest].Needs,
                input.Guests[guest].Said.Automatic == 1,
                [
                    .. input.Companies.Select(
                        (company, c) =>
                            new MatchView(
                                company.Id,
                                company.Name,
                                input.Pairs[c, guest].Guest,
                                MatchScoreView.Of(input.Pairs[c, guest].Needs)
                            )
                    ),
                ]
            );
        });
}

/// <summary>How two fit, with the reasons (PIPL article 24).</summary>
/// <param name="Score">0 to 100.</param>
public sealed record MatchScoreView(int Score, IReadOnlyList<Text> Reasons)
{
    internal static MatchScoreView Of(NeedFit match) => new(match.Score, match.Reasons);
}

/// <summary>What a company offers, and the guests whom it may rank.</summary>
/// <param name="Automatic">Whether the company takes part in automatic matching.</param>
public sealed record CandidatesView(MatchProfile Offer, bool Automatic, IReadOnlyList<CandidateView> Items);

/// <summary>A guest whom a company may rank, known by specialty and tier; by name with consent alone.</summary>
/// <param name="InvitationId">By which the company ranks.</param>
/// <param name="Wish">What the company said.</param>
public sealed record CandidateView(
    string InvitationId,
    GuestKind Kind,
    string? Specialty,
    Text? HospitalTier,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Unit,
    Wish Wish,
    MatchScoreView Match
)
{
    internal static CandidateView Of(MatchGuest guest, MatchPair pair)
    {
        var named = GuestNames.ToldToCompanies(guest.Row, guest.AgreesToBeNamed);
        return new(
            guest.Id,
            guest.Row.GuestKind,
            guest.Row.Specialty,
            guest.Row.Hospital?.Tier,
            named ? guest.Row.Name : null,
            named ? guest.Row.Unit : null,
            pair.Company,
            MatchScoreView.Of(pair.Needs)
        );
    }
}

/// <summary>What a guest looks for, and the companies to rank.</summary>
/// <param name="Automatic">Whether the guest takes part in automatic matching.</param>
public sealed record MatchesView(MatchProfile Needs, bool Automatic, IReadOnlyList<MatchView> Items);

/// <param name="Wish">What the guest said. The company is not told.</param>
public sealed record MatchView(string CompanyId, string CompanyName, Wish Wish, MatchScoreView Match);
