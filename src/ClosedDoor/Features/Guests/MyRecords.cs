using ClosedDoor.Domain;
using ClosedDoor.Features.Matchmaking;
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
}
