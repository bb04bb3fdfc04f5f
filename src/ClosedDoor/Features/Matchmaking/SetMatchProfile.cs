using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>
/// What a company offers or a guest's unit looks for, from which the match score is made; and whether the participant
/// takes part in automatic matching at all (PIPL article 24: a person may say no).
/// </summary>
public static class SetMatchProfile
{
    /// <param name="Automatic">Left out: yes.</param>
    public sealed record Request(
        string?[]? Specialties,
        string?[]? DeviceClasses,
        string?[]? Models,
        bool? Automatic = null
    );

    /// <summary>The profile as it is kept.</summary>
    public sealed record Kept(MatchProfile Profile, bool Automatic);

    static readonly Request Sample = new(["03"], ["06"], ["research_project"]);

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPut(
                "/reservations/{reservationId}/match-profile",
                async (string reservationId, Request request, Caller caller, Database db) =>
                    (await ByCompany(db, caller, reservationId, request)).ToOk()
            )
            .Named("SetCompanyMatchProfile", "Say what a company offers")
            .RequireAuthorization(Policy.CompanyOrOrganize)
            .Answers<Kept>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.WrongReservationStatus)
            .Example(Sample);
        api.MapPut(
                "/invitation/match-profile",
                async (Request request, Caller caller, Database db) => (await ByGuest(db, caller, request)).ToOk()
            )
            .Named("SetMyMatchProfile", "Say what a guest's unit looks for")
            .RequireAuthorization(Policy.Invited)
            .Answers<Kept>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.WrongInvitationStatus)
            .Example(Sample);
    }

    public static Task<Outcome<Kept>> ByCompany(Database db, Caller caller, string reservationId, Request request) =>
        db.Write<Kept>(
            caller,
            async tx => await Keep(tx, await Speaker.OfCompany(tx, caller, reservationId), request, caller.Now)
        );

    public static Task<Outcome<Kept>> ByGuest(Database db, Caller caller, Request request) =>
        db.Write<Kept>(caller, async tx => await Keep(tx, await Speaker.OfGuest(tx, caller), request, caller.Now));

    static async Task<Outcome<Kept>> Keep(Tx tx, Outcome<Speaker> found, Request request, Instant now)
    {
        if (found.Refused(out var refusal))
            return refusal;
        var errors = new FieldErrors();
        var profile = MatchProfile.Checked(errors, request.Specialties, request.DeviceClasses, request.Models);
        if (errors.Refusal is { } invalid)
            return invalid;
        var automatic = request.Automatic ?? true;
        await ParticipantTable.SetProfile(tx, found.Value, profile, automatic, now);
        return new Kept(profile, automatic);
    }
}
