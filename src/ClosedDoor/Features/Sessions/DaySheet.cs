using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Sessions;

/// <summary>The session's day as those who come are told it, the venue included.</summary>
sealed record DaySheet
{
    public string Id { get; init; } = "";
    public string Title { get; init; } = "";
    public LocalDate Date { get; init; }
    public LocalTime StartsAt { get; init; }
    public LocalTime EndsAt { get; init; }
    public string TimeZone { get; init; } = "";
    public string City { get; init; } = "";
    public string Venue { get; init; } = "";
    public string Status { get; init; } = "";
    public Instant BeginsAt { get; init; }

    public static Task<DaySheet?> Find(Statements read, string sessionId) =>
        read.Find<DaySheet>(
            "SELECT id, title, date, starts_at, ends_at, time_zone, city, venue, status, begins_at FROM session WHERE id = @sessionId",
            new { sessionId }
        );

    public Instant FinishesAt => Date.At(EndsAt).InZoneLeniently(DateTimeZoneProviders.Tzdb[TimeZone]).ToInstant();

    public bool IsCancelled => Words.Parse<SessionStatus>(Status) is SessionStatus.Cancelled;

    public string Place => $"{City} {Venue}";
}
