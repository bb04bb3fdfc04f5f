using System.Text.Json;
using ClosedDoor.Domain;
using ClosedDoor.Features.Conflicts;
using ClosedDoor.Features.Matchmaking;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.Guests;

/// <summary>
/// What was written down about a guest around the sessions: PIPL §45 gives a copy of it. What a company declared about
/// the guest is left out, since it is that company's word and tells of its affairs.
/// </summary>
public sealed record MyRecords(
    IReadOnlyList<MyRecords.Benefit> Benefits,
    IReadOnlyList<MyRecords.CheckIn> CheckIns,
    IReadOnlyList<MyRecords.Endorsement> Endorsements,
    IReadOnlyList<MyRecords.Conflict> Conflicts,
    IReadOnlyList<MyRecords.Meeting> Meetings,
    IReadOnlyList<MyRecords.Preference> Wishes,
    IReadOnlyList<MyRecords.Matching> Matchings
)
{
    /// <summary>A line of the benefits ledger; struck out if voided.</summary>
    public sealed record Benefit(
        string SessionId,
        BenefitKind Kind,
        MoneyView Amount,
        string PayerName,
        string? Note,
        Instant RecordedAt,
        Instant? VoidedAt
    );

    public sealed record CheckIn(string SessionId, Instant At, Instant? UndoneAt);

    public sealed record Endorsement(
        string SessionId,
        string Company,
        string Statement,
        Instant RecordedAt,
        Instant? ConsentedAt,
        Instant? WithdrawnAt
    );

    /// <summary>What the guest declared; no kinds where there is no conflict.</summary>
    public sealed record Conflict(string Company, IReadOnlyList<ConflictKind> Kinds, string? Note, Instant DeclaredAt);

    /// <param name="Record">What was put down of the meeting, by either side or the organizer.</param>
    /// <param name="Stages">How far the two came, as was proposed or confirmed.</param>
    public sealed record Meeting(
        string SessionId,
        string Company,
        Instant BeginsAt,
        Instant EndsAt,
        long Table,
        MeetingStatus Status,
        MeetingRecord? Record,
        IReadOnlyList<OutcomeStage> Stages
    );

    public sealed record Preference(string SessionId, string Company, Wish Wish, Instant SaidAt);

    /// <summary>What the guest's unit looks for, and whether the guest takes part in automatic matching.</summary>
    public sealed record Matching(string SessionId, MatchProfile? Profile, bool Automatic);

    internal static async Task<MyRecords> Of(Statements db, string guestId)
    {
        var outcomes = (
            await db.All<Row>(
                $"SELECT meeting_outcome.meeting_id AS id, meeting_outcome.stage AS kind FROM meeting_outcome JOIN meeting ON meeting.id = meeting_outcome.meeting_id {Mine("meeting")} ORDER BY meeting_outcome.id",
                new { guestId }
            )
        ).ToLookup(row => row.Id, row => Words.Parse<OutcomeStage>(row.Kind));
        var benefits = await db.All<Row>(
            $"SELECT benefit.session_id, benefit.kind, benefit.amount, benefit.currency, benefit.payer_name AS company, benefit.note, benefit.recorded_at AS at, benefit.voided_at AS ended_at FROM benefit {Mine("benefit")} ORDER BY benefit.id",
            new { guestId }
        );
        var checkIns = await db.All<Row>(
            $"SELECT check_in.session_id, check_in.at, check_in.undone_at AS ended_at FROM check_in JOIN ticket ON ticket.id = check_in.ticket_id {Mine("ticket")} ORDER BY check_in.at, check_in.id",
            new { guestId }
        );
        var endorsements = await db.All<Row>(
            $"SELECT endorsement.session_id, company.name AS company, endorsement.statement AS note, endorsement.recorded_at AS at, endorsement.consented_at, endorsement.withdrawn_at AS ended_at FROM endorsement JOIN company ON company.id = endorsement.company_id {Mine("endorsement")} ORDER BY endorsement.id",
            new { guestId }
        );
        var conflicts = await db.All<Row>(
            """
            SELECT company.name AS company, conflict_declaration.kinds AS kind, conflict_declaration.note,
                conflict_declaration.declared_at AS at
            FROM conflict_declaration JOIN company ON company.id = conflict_declaration.company_id
            WHERE conflict_declaration.guest_id = @guestId AND conflict_declaration.declared_by = 'guest'
            ORDER BY conflict_declaration.declared_at, company.id
            """,
            new { guestId }
        );
        var meetings = await db.All<Row>(
            $"SELECT meeting.id, meeting.session_id, company.name AS company, meeting.begins_at AS at, meeting.ends_at AS ended_at, meeting.table_number AS amount, meeting.status AS kind, meeting.record AS note FROM meeting JOIN company ON company.id = meeting.company_id {Mine("meeting")} ORDER BY meeting.begins_at, meeting.id",
            new { guestId }
        );
        var wishes = await db.All<Row>(
            $"SELECT preference.session_id, company.name AS company, preference.wish AS kind, preference.said_at AS at FROM preference JOIN company ON company.id = preference.company_id {Mine("preference")} AND preference.side = 'guest' ORDER BY preference.said_at, company.id",
            new { guestId }
        );
        var matchings = await db.All<Row>(
            "SELECT match_participant.session_id, match_participant.profile AS note, match_participant.automatic AS amount FROM match_participant JOIN invitation ON invitation.id = match_participant.subject_id WHERE invitation.guest_id = @guestId ORDER BY invitation.id",
            new { guestId }
        );
        return new(
            [
                .. benefits.Select(row => new Benefit(
                    row.SessionId,
                    Words.Parse<BenefitKind>(row.Kind),
                    new MoneyView(row.Amount, row.Currency),
                    row.Company,
                    row.Note,
                    row.At,
                    row.EndedAt
                )),
            ],
            [.. checkIns.Select(row => new CheckIn(row.SessionId, row.At, row.EndedAt))],
            [
                .. endorsements.Select(row => new Endorsement(
                    row.SessionId,
                    row.Company,
                    row.Note!,
                    row.At,
                    row.ConsentedAt,
                    row.EndedAt
                )),
            ],
            [.. conflicts.Select(row => new Conflict(row.Company, PairRow.Kinds(row.Kind)!, row.Note, row.At))],
            [
                .. meetings.Select(row => new Meeting(
                    row.SessionId,
                    row.Company,
                    row.At,
                    row.EndedAt!.Value,
                    row.Amount,
                    Words.Parse<MeetingStatus>(row.Kind),
                    Read<MeetingRecord>(row.Note),
                    [.. outcomes[row.Id]]
                )),
            ],
            [.. wishes.Select(row => new Preference(row.SessionId, row.Company, Words.Parse<Wish>(row.Kind), row.At))],
            [.. matchings.Select(row => new Matching(row.SessionId, Read<MatchProfile>(row.Note), row.Amount == 1))]
        );
    }

    /// <summary>The rows of every invitation that the guest ever had.</summary>
    static string Mine(string table) =>
        $"JOIN invitation ON invitation.id = {table}.invitation_id WHERE invitation.guest_id = @guestId";

    static T? Read<T>(string? json)
        where T : class => json is null ? null : JsonSerializer.Deserialize<T>(json, Json.Options);

    sealed record Row
    {
        public string Id { get; init; } = "";
        public string SessionId { get; init; } = "";
        public string Company { get; init; } = "";
        public string Kind { get; init; } = "";
        public string? Note { get; init; }
        public long Amount { get; init; }
        public string Currency { get; init; } = "";
        public Instant At { get; init; }
        public Instant? ConsentedAt { get; init; }
        public Instant? EndedAt { get; init; }
    }
}
