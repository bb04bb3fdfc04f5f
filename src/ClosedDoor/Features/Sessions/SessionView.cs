using System.Text.Json;
using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.Sessions;

/// <summary>A session as everyone sees it. Only organizers see the venue; guests are shown elsewhere, if at all.</summary>
public sealed record SessionView(
    string Id,
    string Title,
    LocalDate Date,
    LocalTime StartsAt,
    LocalTime EndsAt,
    string TimeZone,
    string City,
    string[] Focus,
    SessionStatus Status,
    Admission Admission,
    MoneyView Price,
    Instant SalesCloseAt,
    SeatCounts Seats,
    RefundPolicyView RefundPolicy,
    GuestCounts Guests,
    Instant? ConfirmedAt,
    long Version,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Venue,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<Text>? TitleWarnings
) : ITagged
{
    /// <summary>When the next hold lapses, and the counts change by themselves; null when none is held.</summary>
    [JsonIgnore]
    public Instant? ChangesAt { get; init; }

    [JsonIgnore]
    public string Tag =>
        $"{Version}.{Seats.Held}.{Seats.Confirmed}.{Guests.HospitalDirectors}-{Guests.Officials}-{Guests.Experts}{(ConfirmedAt is null ? "" : ".c")}{(Venue is null ? "" : ".o")}";

    /// <summary>Null when there is none, or when the caller may not know of it: a draft is the organizers' own.</summary>
    public static async Task<SessionView?> Find(Statements db, string id, bool forStaff, Instant now) =>
        (
            await db.Find<SessionRow>(
                $"{Select} WHERE session.id = @id AND (session.published_at IS NOT NULL OR @forStaff = 1) GROUP BY session.id",
                new
                {
                    id,
                    now,
                    forStaff = forStaff ? 1L : 0L,
                }
            )
        )?.ToView(forStaff);

    /// <summary>
    /// Counts are taken from the reservations themselves at <c>@now</c>: a hold that has lapsed is free, whether or not
    /// anything has swept it.
    /// </summary>
    internal static readonly string Select = $"""
        SELECT session.*,
            COALESCE(SUM(CASE WHEN {StillHeld} THEN 1 ELSE 0 END), 0) AS held,
            COALESCE(SUM(CASE WHEN NOT ({ReservationStates.HasDeadline}) THEN 1 ELSE 0 END), 0) AS confirmed,
            MIN(CASE WHEN {StillHeld} THEN reservation.hold_expires_at END) AS next_lapse,
            {Come(GuestKind.HospitalDirector)} AS directors,
            {Come(GuestKind.HealthCommissionOfficial)} AS officials,
            {Come(GuestKind.ResearchExpert)} AS experts,
            (SELECT quorum.confirmed_at FROM quorum WHERE quorum.session_id = session.id) AS confirmed_at
        FROM session LEFT JOIN reservation ON reservation.session_id = session.id AND {ReservationStates.TakesSeat}
        """;

    static string StillHeld =>
        $"{ReservationStates.HasDeadline} AND (reservation.hold_expires_at > @now OR reservation.kept_for_checkout = 1)";

    /// <summary>By the index invitation_accepted, which holds no others: a look of a few rows.</summary>
    static string Come(GuestKind kind) =>
        $"(SELECT COUNT(*) FROM {InvitationStates.Counted(kind)} WHERE invitation.session_id = session.id AND {InvitationStates.Counts(kind)})";
}

/// <summary><c>available</c> is what is neither held nor confirmed: <c>cap = held + confirmed + available</c>.</summary>
public sealed record SeatCounts(long Cap, long Held, long Confirmed, long Available);

/// <summary>How many guests come, by kind. Nothing else of them is public.</summary>
public sealed record GuestCounts(long HospitalDirectors, long Officials, long Experts);

sealed record SessionRow
{
    public string Id { get; init; } = "";
    public string Title { get; init; } = "";
    public LocalDate Date { get; init; }
    public LocalTime StartsAt { get; init; }
    public LocalTime EndsAt { get; init; }
    public string TimeZone { get; init; } = "";
    public string City { get; init; } = "";
    public string Venue { get; init; } = "";
    public string Focus { get; init; } = "";
    public string Status { get; init; } = "";
    public string Admission { get; init; } = "";
    public long SeatCap { get; init; }
    public long PriceAmount { get; init; }
    public string PriceCurrency { get; init; } = "";
    public Instant SalesCloseAt { get; init; }
    public string RefundPolicy { get; init; } = "none";
    public long Held { get; init; }
    public long Directors { get; init; }
    public long Officials { get; init; }
    public long Experts { get; init; }
    public Instant? ConfirmedAt { get; init; }
    public long Confirmed { get; init; }
    public long Version { get; init; }
    public long? NextLapse { get; init; }

    string[] FocusList => JsonSerializer.Deserialize<string[]>(Focus, Json.Options)!;

    public SessionView ToView(bool forStaff) =>
        new(
            Id,
            Title,
            Date,
            StartsAt,
            EndsAt,
            TimeZone,
            City,
            FocusList,
            Words.Parse<SessionStatus>(Status),
            Words.Parse<Admission>(Admission),
            new MoneyView(PriceAmount, PriceCurrency),
            SalesCloseAt,
            new SeatCounts(SeatCap, Held, Confirmed, SeatCap - Held - Confirmed),
            RefundPolicyView.Of(RefundPolicy),
            new GuestCounts(Directors, Officials, Experts),
            ConfirmedAt,
            Version,
            forStaff ? Venue : null,
            forStaff ? SessionTitle.Warnings(Title) : null
        )
        {
            ChangesAt = NextLapse is { } lapse ? Instant.FromUnixTimeMilliseconds(lapse) : null,
        };

    /// <summary>The plan that is in force, as it was checked when it was made.</summary>
    public SessionPlan ToPlan() =>
        new(
            Title,
            Date,
            StartsAt,
            EndsAt,
            TimeZone,
            City,
            Venue,
            FocusList,
            Words.Parse<Admission>(Admission),
            (int)SeatCap,
            new Money(PriceAmount, PriceCurrency),
            SalesCloseAt,
            Domain.RefundPolicy.Parse(RefundPolicy).Value
        );

    /// <summary>The row as a request that would make it, for a change to be laid over.</summary>
    public SessionRequest ToRequest() =>
        new(
            Title,
            Date,
            StartsAt,
            EndsAt,
            TimeZone,
            City,
            Venue,
            FocusList,
            (int)SeatCap,
            new MoneyView(PriceAmount, PriceCurrency),
            Words.Parse<Admission>(Admission),
            SalesCloseAt,
            RefundPolicyView.Of(RefundPolicy)
        );
}
