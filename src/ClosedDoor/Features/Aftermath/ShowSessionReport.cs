using ClosedDoor.Domain;
using ClosedDoor.Features.Door;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Aftermath;

/// <summary>What became of a session, in numbers and by company, to the organizers.</summary>
public static class ShowSessionReport
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet(
                "/sessions/{sessionId}/report",
                async (string sessionId, Database db) => (await Execute(db, sessionId)).ToOk()
            )
            .Named("ShowSessionReport", "What became of a session")
            .RequireAuthorization(Policy.Staff)
            .Answers<ReportView>()
            .Refuses(Refusals.NotFound);

    public static Task<Outcome<ReportView>> Execute(Database db, string sessionId) =>
        db.Read<Outcome<ReportView>>(async read =>
        {
            if (await DaySheet.Find(read, sessionId) is not { } day)
                return Refusals.NotFound;
            var people = (await PersonRow.Of(read, sessionId)).Where(person => !person.CalledOff).ToList();
            var seats = await read.All<SeatRow>(
                $"""
                SELECT reservation.id, reservation.status, company.name FROM reservation
                JOIN company ON company.id = reservation.company_id
                WHERE reservation.session_id = @sessionId AND {ReservationStates.TakesSeat} ORDER BY reservation.seat_number
                """,
                new { sessionId }
            );
            var scans = await read.Get<long>(
                "SELECT COUNT(*) FROM door_scan WHERE session_id = @sessionId AND outcome = 'duplicate'",
                new { sessionId }
            );
            var benefits = await read.Get<long>(
                "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM benefit WHERE session_id = @sessionId AND voided_at IS NULL",
                new { sessionId }
            );
            var endorsements = await read.Get<long>(
                "SELECT COUNT(*) FROM endorsement WHERE session_id = @sessionId AND consented_at IS NOT NULL AND withdrawn_at IS NULL",
                new { sessionId }
            );
            return new ReportView(
                sessionId,
                day.Title,
                Words.Parse<SessionStatus>(day.Status),
                Count(people.Where(person => !person.IsGuest)),
                Count(people.Where(person => person.IsGuest)),
                [
                    .. seats.Select(seat => new CompanyAttendanceView(
                        seat.Id,
                        seat.Name,
                        Words.Parse<ReservationStatus>(seat.Status),
                        Count(people.Where(person => person.ReservationId == seat.Id))
                    )),
                ],
                scans,
                new MoneyView(benefits, "CNY"),
                endorsements
            );
        });

    static AttendanceCount Count(IEnumerable<PersonRow> people)
    {
        var all = people.ToList();
        var present = all.Count(person => person.Attended);
        return new(all.Count, present, all.Count - present);
    }

    sealed record SeatRow
    {
        public string Id { get; init; } = "";
        public string Status { get; init; } = "";
        public string Name { get; init; } = "";
    }
}

public sealed record AttendanceCount(long Expected, long Present, long Absent);

public sealed record CompanyAttendanceView(
    string ReservationId,
    string Company,
    ReservationStatus Status,
    AttendanceCount People
);

/// <summary>
/// A session in numbers. <c>expected</c> counts those with a ticket, without who gave the place up; <c>present</c> those who
/// came in on the day, without check-ins from more than 12 hours before.
/// </summary>
/// <param name="DuplicateScans">Scans of people who were in already.</param>
/// <param name="Benefits">The sum of what guests received.</param>
/// <param name="Endorsements">How many, with consent.</param>
public sealed record ReportView(
    string SessionId,
    string Title,
    SessionStatus Status,
    AttendanceCount Delegates,
    AttendanceCount Guests,
    IReadOnlyList<CompanyAttendanceView> Companies,
    long DuplicateScans,
    MoneyView Benefits,
    long Endorsements
);
