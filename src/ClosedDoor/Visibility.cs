using ClosedDoor.Domain;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor;

/// <summary>What of a closed-door session may be seen.</summary>
[Flags]
public enum Sight
{
    Nothing = 0,

    /// <summary>How many guests of each kind come.</summary>
    Counts = 1,

    /// <summary>For each guest who comes: the specialty.</summary>
    Specialties = 2,

    /// <summary>For each guest who comes: how the hospital is rated, without its name.</summary>
    Tiers = 4,

    /// <summary>Names and units of directors and experts, of those alone whose separate consent is on record.</summary>
    ConsentedNames = 8,

    /// <summary>Names and units of officials, of those alone who were released one by one and consent.</summary>
    ReleasedOfficials = 16,

    /// <summary>Where it takes place.</summary>
    Venue = 32,

    /// <summary>Which companies come, and what each says of itself to guests: products, what they do, for which specialties.</summary>
    Companies = 64,

    /// <summary>Guests as they stand in the register, and who has answered what.</summary>
    GuestList = 128,

    /// <summary>Names and units of those who hold a ticket, and who of them is in.</summary>
    Roster = 256,
}

/// <summary>In which part somebody looks at one session.</summary>
public enum Viewing
{
    /// <summary>Anyone: without a sign-in, or with one that has nothing to do with this session.</summary>
    Public,

    /// <summary>A member of a company whose vetting holds.</summary>
    VettedCompany,

    /// <summary>A member of a company with a confirmed seat in this session.</summary>
    ConfirmedCompany,

    /// <summary>A guest of this session whose answer is awaited, or who comes.</summary>
    Guest,

    /// <summary>A guest of this session who does not come.</summary>
    FormerGuest,

    /// <summary>A device that is paired with the door of this session, or a key for doors. In the test alone.</summary>
    Door,
    Organizer,
}

/// <summary>
/// Closed doors: who sees what, as one table. Those endpoints ask it whose answer differs with the caller: guests and
/// companies who come, a guest's own invitation, and every name of a guest that a company is told. At the others the policy
/// lets in nobody who may not see all that they show; so nothing asks for <see cref="Viewing.Door"/>, or for a
/// <see cref="Sight.Roster"/>. A test holds all of them to the whole table: it walks every endpoint as every caller in every
/// state of a session, and looks for what must not be there.
/// </summary>
public static class Visibility
{
    /// <summary>The table. 广告法 §9, §16: the public is never shown a guest's name or unit. PIPL §23: companies only by separate consent.</summary>
    public static Sight Of(Viewing viewing) =>
        viewing switch
        {
            Viewing.Public => Sight.Counts,
            Viewing.VettedCompany => Sight.Counts | Sight.Specialties | Sight.Tiers,
            Viewing.ConfirmedCompany => Sight.Counts
                | Sight.Specialties
                | Sight.Tiers
                | Sight.ConsentedNames
                | Sight.ReleasedOfficials
                | Sight.Venue,
            Viewing.Guest => Sight.Counts | Sight.Venue | Sight.Companies,
            Viewing.FormerGuest => Sight.Counts,
            Viewing.Door => Sight.Counts | Sight.Roster,
            Viewing.Organizer => Sight.Counts
                | Sight.Specialties
                | Sight.Tiers
                | Sight.Venue
                | Sight.Companies
                | Sight.GuestList
                | Sight.Roster,
            _ => Sight.Nothing,
        };

    /// <summary>Whether a guest's name and unit may be told to who has this sight.</summary>
    /// <param name="sight">Whose.</param>
    /// <param name="kind">The guest's.</param>
    /// <param name="consents">Whether the guest's separate consent to being named holds.</param>
    /// <param name="released">Whether the organizer has released this one name.</param>
    public static bool ShowsName(this Sight sight, GuestKind kind, bool consents, bool released) =>
        sight.HasFlag(Sight.GuestList)
        || (
            consents
            && (
                kind is GuestKind.HealthCommissionOfficial
                    ? released && sight.HasFlag(Sight.ReleasedOfficials)
                    : sight.HasFlag(Sight.ConsentedNames)
            )
        );

    /// <summary>How a caller stands to a session.</summary>
    internal static async Task<Viewing> Of(Statements db, Caller caller, string sessionId)
    {
        if (caller.IsStaff)
            return Viewing.Organizer;
        if (caller.LinkTo(LinkPurpose.Invitation) is { } invitationId)
        {
            var status = await db.Find<string>(
                "SELECT status FROM invitation WHERE id = @invitationId AND session_id = @sessionId",
                new { invitationId, sessionId }
            );
            return status is null ? Viewing.Public : AsGuest(Words.Parse<InvitationStatus>(status));
        }
        if (caller.CompanyId is not { } companyId)
            return Viewing.Public;
        var standing = await db.Get<Row>(
            $"""
            SELECT
                (SELECT COUNT(*) FROM reservation WHERE session_id = @sessionId AND company_id = @companyId
                    AND {ReservationStates.Sure}) AS seats,
                (SELECT COUNT(*) FROM vetting WHERE company_id = @companyId AND status = 'approved'
                    AND valid_through >= @today) AS vettings
            """,
            new
            {
                sessionId,
                companyId,
                today = Zones.Today(caller.Now),
            }
        );
        return standing switch
        {
            { Seats: > 0 } => Viewing.ConfirmedCompany,
            { Vettings: > 0 } => Viewing.VettedCompany,
            _ => Viewing.Public,
        };
    }

    /// <summary>Who has said no, or is asked no more, learns as little as anyone.</summary>
    public static Viewing AsGuest(InvitationStatus status) => status.TakesPlace() ? Viewing.Guest : Viewing.FormerGuest;

    sealed record Row
    {
        public long Seats { get; init; }
        public long Vettings { get; init; }
    }
}
