using System.Text.Json;
using ClosedDoor.Domain;
using ClosedDoor.Features.Aftermath;
using ClosedDoor.Features.Conflicts;
using ClosedDoor.Features.Matchmaking;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.Guests;

/// <summary>Gathers what was written down about a guest, from every table that knows one.</summary>
static class GuestRecords
{
    /// <summary>The rows of every invitation that the guest ever had.</summary>
    const string Own = "invitation_id IN (SELECT invitation.id FROM invitation WHERE invitation.guest_id = @guestId)";

    public static async Task<MyRecords> Of(Statements db, string guestId) =>
        new(
            await Benefits(db, guestId),
            await CheckIns(db, guestId),
            await Endorsements(db, guestId),
            await Conflicts(db, guestId),
            await Meetings(db, guestId),
            await Wishes(db, guestId),
            await Matchings(db, guestId)
        );

    static async Task<IReadOnlyList<MyRecords.Benefit>> Benefits(Statements db, string guestId) =>
        [
            .. (await db.All<BenefitRow>($"{BenefitRow.Select} WHERE {Own} ORDER BY id", new { guestId })).Select(
                row => new MyRecords.Benefit(
                    row.SessionId,
                    Words.Parse<BenefitKind>(row.Kind),
                    new MoneyView(row.Amount, row.Currency),
                    row.PayerName,
                    row.Note,
                    row.RecordedAt,
                    row.VoidedAt
                )
            ),
        ];

    static async Task<IReadOnlyList<MyRecords.CheckIn>> CheckIns(Statements db, string guestId) =>
        [
            .. (
                await db.All<CheckInRow>(
                    $"""
                    SELECT session_id, at, undone_at FROM check_in
                    WHERE ticket_id IN (SELECT ticket.id FROM ticket WHERE ticket.{Own}) ORDER BY at, id
                    """,
                    new { guestId }
                )
            ).Select(row => new MyRecords.CheckIn(row.SessionId, row.At, row.UndoneAt)),
        ];

    static async Task<IReadOnlyList<MyRecords.Endorsement>> Endorsements(Statements db, string guestId) =>
        [
            .. (
                await db.All<EndorsementRow>(
                    $"""
                    SELECT endorsement.session_id, company.name AS company, endorsement.statement, endorsement.recorded_at,
                        endorsement.consented_at, endorsement.withdrawn_at
                    FROM endorsement JOIN company ON company.id = endorsement.company_id
                    WHERE endorsement.{Own} ORDER BY endorsement.id
                    """,
                    new { guestId }
                )
            ).Select(row => new MyRecords.Endorsement(
                row.SessionId,
                row.Company,
                row.Statement,
                row.RecordedAt,
                row.ConsentedAt,
                row.WithdrawnAt
            )),
        ];

    static async Task<IReadOnlyList<MyRecords.Conflict>> Conflicts(Statements db, string guestId) =>
        [
            .. (
                await db.All<ConflictRow>(
                    """
                    SELECT company.name AS company, conflict_declaration.kinds, conflict_declaration.note,
                        conflict_declaration.declared_at
                    FROM conflict_declaration JOIN company ON company.id = conflict_declaration.company_id
                    WHERE conflict_declaration.guest_id = @guestId AND conflict_declaration.declared_by = 'guest'
                    ORDER BY conflict_declaration.declared_at, company.id
                    """,
                    new { guestId }
                )
            ).Select(row => new MyRecords.Conflict(row.Company, PairRow.Kinds(row.Kinds)!, row.Note, row.DeclaredAt)),
        ];

    static async Task<IReadOnlyList<MyRecords.Meeting>> Meetings(Statements db, string guestId)
    {
        var stages = (
            await db.All<OutcomeRow>(
                $"{OutcomeRow.Select} WHERE meeting_id IN (SELECT meeting.id FROM meeting WHERE meeting.{Own}) ORDER BY id",
                new { guestId }
            )
        ).ToLookup(row => row.MeetingId, row => Words.Parse<OutcomeStage>(row.Stage));
        var meetings = await db.All<MeetingRow>(
            $"{MeetingRow.Select} WHERE meeting.{Own} ORDER BY meeting.begins_at, meeting.id",
            new { guestId }
        );
        return
        [
            .. meetings.Select(row => new MyRecords.Meeting(
                row.SessionId,
                row.CompanyName,
                row.BeginsAt,
                row.EndsAt,
                row.TableNumber,
                row.State,
                Read<MeetingRecord>(row.Record),
                [.. stages[row.Id]]
            )),
        ];
    }

    static async Task<IReadOnlyList<MyRecords.Preference>> Wishes(Statements db, string guestId) =>
        [
            .. (
                await db.All<WishRow>(
                    $"""
                    SELECT preference.session_id, company.name AS company, preference.wish, preference.said_at
                    FROM preference JOIN company ON company.id = preference.company_id
                    WHERE preference.{Own} AND preference.side = 'guest' ORDER BY preference.said_at, company.id
                    """,
                    new { guestId }
                )
            ).Select(row => new MyRecords.Preference(
                row.SessionId,
                row.Company,
                Words.Parse<Wish>(row.Wish),
                row.SaidAt
            )),
        ];

    static async Task<IReadOnlyList<MyRecords.Matching>> Matchings(Statements db, string guestId) =>
        [
            .. (
                await db.All<MatchingRow>(
                    """
                    SELECT match_participant.session_id, match_participant.profile, match_participant.automatic
                    FROM match_participant JOIN invitation ON invitation.id = match_participant.subject_id
                    WHERE invitation.guest_id = @guestId ORDER BY invitation.id
                    """,
                    new { guestId }
                )
            ).Select(row => new MyRecords.Matching(row.SessionId, Read<MatchProfile>(row.Profile), row.Automatic == 1)),
        ];

    static T? Read<T>(string? json)
        where T : class => json is null ? null : JsonSerializer.Deserialize<T>(json, Json.Options);

    sealed record CheckInRow
    {
        public string SessionId { get; init; } = "";
        public Instant At { get; init; }
        public Instant? UndoneAt { get; init; }
    }

    sealed record EndorsementRow
    {
        public string SessionId { get; init; } = "";
        public string Company { get; init; } = "";
        public string Statement { get; init; } = "";
        public Instant RecordedAt { get; init; }
        public Instant? ConsentedAt { get; init; }
        public Instant? WithdrawnAt { get; init; }
    }

    sealed record ConflictRow
    {
        public string Company { get; init; } = "";
        public string Kinds { get; init; } = "";
        public string? Note { get; init; }
        public Instant DeclaredAt { get; init; }
    }

    sealed record WishRow
    {
        public string SessionId { get; init; } = "";
        public string Company { get; init; } = "";
        public string Wish { get; init; } = "";
        public Instant SaidAt { get; init; }
    }

    sealed record MatchingRow
    {
        public string SessionId { get; init; } = "";
        public string? Profile { get; init; }
        public long Automatic { get; init; }
    }
}
