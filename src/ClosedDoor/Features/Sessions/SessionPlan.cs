using ClosedDoor.Domain;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.Sessions;

/// <summary>What an organizer sets about a session, checked. Times are civil times in <see cref="TimeZone"/>.</summary>
sealed record SessionPlan(
    string Title,
    LocalDate Date,
    LocalTime StartsAt,
    LocalTime EndsAt,
    string TimeZone,
    string City,
    string Venue,
    string[] Focus,
    Admission Admission,
    int SeatCap,
    Money Price,
    Instant SalesCloseAt,
    RefundPolicy? RefundPolicy = null
)
{
    public const int DefaultSeats = 8;
    const int MostSeats = 500;

    /// <summary>Eight digits of minor units are the most that the checkout provider takes: ¥999,999.99.</summary>
    const long HighestPrice = 99_999_999;

    /// <summary>The instant at which the day begins, derived from civil time and zone.</summary>
    public Instant BeginsAt => Zone(TimeZone)!.AtLeniently(Date + StartsAt).ToInstant();

    /// <param name="request">All of it: what a change leaves out is filled in.</param>
    /// <param name="now">The session must lie after it.</param>
    /// <param name="before">
    /// What was in force. Its focus may stay in part: release 0.1.0 took any words for it, and who changes another thing
    /// need not look up their codes.
    /// </param>
    public static Outcome<SessionPlan> From(SessionRequest request, Instant now, SessionPlan? before = null)
    {
        var errors = new FieldErrors();
        var title = errors.Text("title", request.Title, 100, shortest: 2);
        var date = errors.Required("date", request.Date);
        var startsAt = errors.Required("startsAt", request.StartsAt);
        var endsAt = errors.Required("endsAt", request.EndsAt);
        if (endsAt <= startsAt && request is { StartsAt: not null, EndsAt: not null })
            errors.Add(
                "endsAt",
                "结束时间须晚于开始时间；闭门会为期一天。",
                "Must be after startsAt: a session is one day."
            );
        var zoneId = request.TimeZone ?? Zones.Shanghai.Id;
        if (Zone(zoneId) is not { } zone)
        {
            errors.Add(
                "timeZone",
                "须为 IANA 时区名，例如 Asia/Shanghai。",
                "Must be an IANA time zone, such as Asia/Shanghai."
            );
            zone = Zones.Shanghai;
        }
        var city = errors.Text("city", request.City, 50);
        var venue = errors.Text("venue", request.Venue, 200);
        var focus = request.Focus ?? [];
        if (focus.Length is 0 or > 20)
            errors.Add("focus", "请填写 1 至 20 个重点专科。", "Name 1 to 20 focus specialties.");
        for (var i = 0; i < Math.Min(focus.Length, 20); i++)
            if (!Specialty.IsKnown(focus[i]) && before?.Focus.Contains(focus[i]) is not true)
                errors.Add($"focus[{i}]", Specialty.Expected);
        var admission = request.Admission ?? Domain.Admission.Open;
        var seatCap = (int)errors.Within("seatCap", request.SeatCap ?? DefaultSeats, 1, MostSeats);
        var price = errors.Fen("price", request.Price, HighestPrice);

        var refundPolicy = request.RefundPolicy is { } asked ? errors.Parsed("refundPolicy", asked.ToPolicy()) : null;

        if (errors.Refusal is { } malformed)
            return malformed;

        var begins = zone.AtLeniently(date + startsAt).ToInstant();
        if (begins <= now)
            errors.Add("date", "场次须在将来。", "Must lie in the future.");
        var salesCloseAt = request.SalesCloseAt ?? begins;
        if (salesCloseAt > begins)
            errors.Add("salesCloseAt", "不得晚于场次开始时间。", "Must not be later than the session begins.");
        if (errors.Refusal is { } invalid)
            return invalid;

        return new SessionPlan(
            title,
            date,
            startsAt,
            endsAt,
            zoneId,
            city,
            venue,
            focus,
            admission,
            seatCap,
            Money.Cny(price),
            salesCloseAt,
            refundPolicy
        );
    }

    /// <summary>Whether someone who has already arranged to come must be told.</summary>
    public bool MovesPeople(SessionPlan after) =>
        (Date, StartsAt, EndsAt, TimeZone, City, Venue)
        != (after.Date, after.StartsAt, after.EndsAt, after.TimeZone, after.City, after.Venue);

    /// <summary>Only names of the IANA list: NodaTime also makes zones of offsets such as UTC+08.</summary>
    static DateTimeZone? Zone(string id) =>
        DateTimeZoneProviders.Tzdb.Ids.Contains(id) ? DateTimeZoneProviders.Tzdb[id] : null;
}
