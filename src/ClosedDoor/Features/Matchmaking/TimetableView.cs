using System.Text.Json;
using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>A timetable for the organizers, with how good it is and what it changes in the published one.</summary>
/// <param name="Slots">Numbered from 0 in <c>meetings</c>.</param>
/// <param name="Certificate">How good these meetings are, edited or not; null when they were not judged.</param>
/// <param name="Edited">Whether somebody has changed the meetings since they were computed.</param>
/// <param name="BasedOn">The published timetable from which it departs; null for the first.</param>
/// <param name="Changes">Against the timetable that it was based on; null for the first.</param>
public sealed record TimetableView(
    string Id,
    string SessionId,
    long Number,
    TimetableStatus Status,
    IReadOnlyList<PlannedSlot> Slots,
    IReadOnlyList<PlannedMeeting> Meetings,
    CertificateView? Certificate,
    bool Edited,
    string? BasedOn,
    TimetableChangesView? Changes,
    Instant CreatedAt,
    Instant? PublishedAt,
    long Version
) : ITagged
{
    [JsonIgnore]
    public string Tag => Version.ToString(System.Globalization.CultureInfo.InvariantCulture);

    internal static TimetableView Of(TimetableRow row, TimetablePlan? before)
    {
        var plan = TimetablePlan.FromStored(row.Plan);
        return new(
            row.Id,
            row.SessionId,
            row.Number,
            row.State,
            plan.Slots,
            plan.Meetings,
            CertificateView.FromStored(row.Certificate),
            row.Edited == 1,
            row.BasedOn,
            before is null ? null : TimetableChangesView.Between(before, plan),
            row.CreatedAt,
            row.PublishedAt,
            row.Version
        );
    }
}

/// <summary>What becomes of the meetings that people know of.</summary>
public sealed record TimetableChangesView(
    int Kept,
    IReadOnlyList<MovedMeetingView> Moved,
    IReadOnlyList<PlannedMeeting> Dropped,
    IReadOnlyList<PlannedMeeting> Added
)
{
    /// <summary>By begin and table, so that a day that was laid out anew is compared by the clock and not by slot numbers.</summary>
    internal static TimetableChangesView Between(TimetablePlan before, TimetablePlan after)
    {
        var fresh = after.Meetings.ToDictionary(one => (one.CompanyId, one.InvitationId));
        var (kept, moved, dropped) = (0, new List<MovedMeetingView>(), new List<PlannedMeeting>());
        foreach (var was in before.Meetings)
            if (!fresh.Remove((was.CompanyId, was.InvitationId), out var now))
                dropped.Add(was);
            else if (was.Table == now.Table && before.Slots[was.Slot] == after.Slots[now.Slot])
                kept++;
            else
                moved.Add(new(was, now));
        return new(kept, moved, dropped, [.. fresh.Values]);
    }
}

public sealed record MovedMeetingView(PlannedMeeting From, PlannedMeeting To);

/// <summary>One aim: what was reached, and what nobody can beat.</summary>
public sealed record AimView(long Value, long Bound, bool Proved);

/// <summary>How good a timetable is. The aims stand in the order in which they count.</summary>
/// <param name="Proved">Levels 1 to 3 (shortfall, weight, fairness) are proved best.</param>
/// <param name="Gap">How far the points may be from the best, as a share.</param>
/// <param name="Shortfall">Meetings missing to guarantees.</param>
/// <param name="Changes">Against the published timetable.</param>
/// <param name="LongestWait">
/// In slots between two meetings of one participant in which that participant is there. A slot that was never laid, such as
/// the lunch break, is no wait.
/// </param>
/// <param name="TotalWait">All waits of all participants, in slots.</param>
/// <param name="TableChanges">How often a company has its next meeting at another table.</param>
/// <param name="Jain">Jain's fairness index of the companies' numbers of meetings; 1 is even.</param>
/// <param name="End">Whether the search was finished, or what stopped it.</param>
/// <param name="Missing">Why each pair that does not meet does not; a veto stands here and nowhere else.</param>
public sealed record CertificateView(
    bool Proved,
    double Gap,
    AimView Shortfall,
    AimView Weight,
    AimView Changes,
    AimView FewestMeetings,
    AimView Spread,
    AimView LongestWait,
    AimView TotalWait,
    AimView TableChanges,
    double Jain,
    SearchEnd End,
    long Steps,
    IReadOnlyList<MissedGuaranteeView> MissedGuarantees,
    IReadOnlyList<MissingPairView> Missing
)
{
    internal static CertificateView? FromStored(string? json) =>
        json is null ? null : JsonSerializer.Deserialize<CertificateView>(json, Json.Options);

    internal string ToStored() => JsonSerializer.Serialize(this, Json.Options);

    internal static CertificateView Of(MatchInput input, TimetableCertificate certificate) =>
        new(
            certificate.Proved,
            certificate.Gap,
            Aim(certificate.Shortfall),
            Aim(certificate.Weight),
            Aim(certificate.Changes),
            Aim(certificate.FewestMeetings),
            Aim(certificate.Spread),
            Aim(certificate.LongestWait),
            Aim(certificate.TotalWait),
            Aim(certificate.TableChanges),
            certificate.Jain,
            certificate.End,
            certificate.Steps,
            [
                .. certificate.MissedGuarantees.Select(one => new MissedGuaranteeView(
                    input.Companies[one.Company].Id,
                    one.Guarantee,
                    one.Meetings,
                    one.Possible,
                    one.Reason
                )),
            ],
            [
                .. certificate.Missing.Select(one => new MissingPairView(
                    input.Companies[one.Company].Id,
                    input.Guests[one.Guest].Id,
                    one.Reason
                )),
            ]
        );

    static AimView Aim(LevelProof level) => new(level.Value, level.Bound, level.Proved);
}

/// <param name="Possible">The meetings that the company could have if no other came.</param>
public sealed record MissedGuaranteeView(
    string CompanyId,
    int Guarantee,
    int Meetings,
    int Possible,
    ShortfallReason Reason
);

public sealed record MissingPairView(string CompanyId, string InvitationId, MissingReason Reason);
