using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Invitations;

/// <summary>Who comes to a session, as far as the caller may know: see <see cref="Visibility"/>.</summary>
public static class ShowGuests
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet(
                "/sessions/{sessionId}/guests",
                async (string sessionId, Caller caller, Database db) => (await Execute(db, caller, sessionId)).ToOk()
            )
            .Named("ShowGuests", "Show who comes, as far as the caller may know")
            .Answers<ComingView>()
            .Refuses(Refusals.NotFound);

    public static Task<Outcome<ComingView>> Execute(Database db, Caller caller, string sessionId) =>
        db.Read<Outcome<ComingView>>(async read =>
        {
            var session = await read.Find<SessionShape>(
                "SELECT venue, published_at FROM session WHERE id = @sessionId",
                new { sessionId }
            );
            var viewing = await Visibility.Of(read, caller, sessionId);
            // A draft is the organizers' own, and of those whom they have asked already.
            if (session is null || (session.PublishedAt is null && viewing is not (Viewing.Organizer or Viewing.Guest)))
                return Refusals.NotFound;
            var sight = Visibility.Of(viewing);
            var come = await read.All<InvitationRow>(
                $"""
                {InvitationRow.Select} WHERE invitation.session_id = @sessionId AND invitation.status = 'accepted'
                ORDER BY invitation.number
                """,
                new { sessionId }
            );
            var counted = come.Where(one => one.DoesNotCount is null).ToList();
            var agreed = await GuestNames.Agreed(read, sessionId);
            return new ComingView(
                Count(GuestKind.HospitalDirector),
                Count(GuestKind.HealthCommissionOfficial),
                Count(GuestKind.ResearchExpert),
                sight.HasFlag(Sight.Venue) ? session.Venue : null,
                sight.HasFlag(Sight.Specialties)
                    ? [.. counted.Select(one => Shown(one, sight, agreed.Contains(one.Id)))]
                    : []
            );

            long Count(GuestKind kind) => counted.Count(one => one.GuestKind == kind);
        });

    static ComingGuestView Shown(InvitationRow row, Sight sight, bool consents)
    {
        var named = sight.ShowsName(row.GuestKind, consents, row.ReleasedAt is not null);
        return new(
            row.GuestKind,
            row.Specialty,
            sight.HasFlag(Sight.Tiers) ? row.Hospital?.Tier : null,
            named ? row.Name : null,
            named ? row.Unit : null
        );
    }

    sealed record SessionShape
    {
        public string Venue { get; init; } = "";
        public long? PublishedAt { get; init; }
    }
}

/// <summary>Who comes.</summary>
/// <param name="HospitalDirectors">How many come.</param>
/// <param name="Officials">How many come.</param>
/// <param name="Experts">How many come.</param>
/// <param name="Venue">Left out unless the caller comes too.</param>
/// <param name="Guests">Those who come, without what the caller may not know; empty for the public.</param>
public sealed record ComingView(
    long HospitalDirectors,
    long Officials,
    long Experts,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Venue,
    IReadOnlyList<ComingGuestView> Guests
);

/// <summary>One guest who comes. No id: nobody is found again from session to session.</summary>
/// <param name="HospitalTier">三级甲等, without the hospital's name; null for those who come for no hospital.</param>
/// <param name="Name">Left out unless the guest agreed to be named, and for officials unless it was released besides.</param>
public sealed record ComingGuestView(
    GuestKind Kind,
    string? Specialty,
    Text? HospitalTier,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Unit
);
