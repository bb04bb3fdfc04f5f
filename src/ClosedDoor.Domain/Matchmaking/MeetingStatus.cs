namespace ClosedDoor.Domain;

public enum MeetingStatus
{
    Planned,

    /// <summary>Both sides came.</summary>
    Held,
    CompanyAbsent,
    GuestAbsent,
    BothAbsent,

    /// <summary>The two sides say different things: an organizer decides.</summary>
    Disputed,

    /// <summary>A later timetable does without it, or it was called off: somebody does not come, the two may not meet, the session has moved or is off.</summary>
    Dropped,
}

/// <summary>Who came to a meeting, as one side or the organizer says.</summary>
public sealed record WhoCame(bool Company, bool Guest)
{
    public MeetingStatus Status =>
        (Company, Guest) switch
        {
            (true, true) => MeetingStatus.Held,
            (false, true) => MeetingStatus.CompanyAbsent,
            (true, false) => MeetingStatus.GuestAbsent,
            _ => MeetingStatus.BothAbsent,
        };
}

/// <summary>What becomes of a meeting by what is said of it.</summary>
public static class MeetingLife
{
    /// <summary>
    /// The organizer's word ends every dispute. One side's word stands until the other speaks; when both agree, it is
    /// so; when not, it is disputed.
    /// </summary>
    public static MeetingStatus After(WhoCame? byCompany, WhoCame? byGuest, WhoCame? byOrganizer) =>
        byOrganizer?.Status
        ?? (byCompany, byGuest) switch
        {
            (null, null) => MeetingStatus.Planned,
            ({ } one, null) => one.Status,
            (null, { } one) => one.Status,
            var (one, other) => one == other ? one!.Status : MeetingStatus.Disputed,
        };

    /// <summary>
    /// Whether money may follow from what was said. That the other stayed away is one side's word against nobody's until
    /// the other has spoken too, or the organizer has decided; that one stayed away oneself, or that both came, is enough.
    /// </summary>
    public static bool IsSettled(WhoCame? byCompany, WhoCame? byGuest, WhoCame? byOrganizer) =>
        byOrganizer is not null
        || (byCompany, byGuest) switch
        {
            (null, null) => false,
            ({ } one, null) => one.Guest,
            (null, { } one) => one.Company,
            var (one, other) => one == other,
        };

    /// <summary>Whether the company has had what it was promised of this meeting: it was held, or the company stayed away.</summary>
    public static bool CountsForGuarantee(this MeetingStatus status) =>
        status is MeetingStatus.Held or MeetingStatus.CompanyAbsent;
}
