namespace ClosedDoor.Domain;

/// <summary>One invitation as the places of a session see it.</summary>
/// <param name="HospitalId">Of directors; null for the others, who take a place each.</param>
/// <param name="Substitutes">The invitation whose place it takes first; null for a first choice or a substitute for anyone.</param>
public sealed record Invitee(
    string Id,
    long Number,
    InvitationStatus Status,
    GuestKind Kind,
    string? HospitalId,
    string? Substitutes
)
{
    /// <summary>Directors stand in for directors; officials and experts for each other, since they are counted together.</summary>
    public bool IsDirector => Kind is GuestKind.HospitalDirector;
}

/// <summary>Who takes a place, and who moves up when one gets free.</summary>
public static class GuestPlaces
{
    /// <summary>
    /// Null when there is a place. A hospital takes one, however many of its directors come; who is asked takes a place
    /// until the answer is no, so that more can never say yes than may come.
    /// </summary>
    public static Refusal? Refuse(Invitee guest, IEnumerable<Invitee> list, QuorumRule rule)
    {
        var (hospitals, people) = Taken(list.Where(other => other.Id != guest.Id));
        if (!guest.IsDirector)
            return people < rule.ExpertsMost
                ? null
                : Refusals.GuestListFull.Because(
                    $"卫健委嘉宾与科研专家至多 {rule.ExpertsMost} 位，可列为候补嘉宾。",
                    $"At most {rule.ExpertsMost} officials and experts; name the guest as a substitute instead."
                );
        return hospitals.Contains(guest.HospitalId) || hospitals.Count < rule.HospitalsMost
            ? null
            : Refusals.GuestListFull.Because(
                $"医院至多 {rule.HospitalsMost} 家，可列为候补嘉宾。",
                $"At most {rule.HospitalsMost} hospitals; name the guest as a substitute instead."
            );
    }

    /// <summary>
    /// Null when there are as many places as are taken: who is asked stays asked, so the numbers of a session never fall
    /// below them.
    /// </summary>
    public static Refusal? Refuse(QuorumRule rule, IEnumerable<Invitee> list)
    {
        var (hospitals, people) = Taken(list);
        return hospitals.Count <= rule.HospitalsMost && people <= rule.ExpertsMost
            ? null
            : Refusals.GuestListFull.Because(
                $"已邀请 {hospitals.Count} 家医院、{people} 位卫健委嘉宾与科研专家。",
                $"{hospitals.Count} hospitals and {people} officials and experts are invited."
            );
    }

    static (IReadOnlySet<string?> Hospitals, int People) Taken(IEnumerable<Invitee> list)
    {
        var taken = list.Where(one => one.Status.TakesPlace()).ToList();
        return (
            taken.Where(one => one.IsDirector).Select(one => one.HospitalId).ToHashSet(),
            taken.Count(one => !one.IsDirector)
        );
    }

    /// <summary>
    /// Who may move up into the place of the one who left, the first first: those named for this very place, then those
    /// who stand by for anyone, or whose own place has gone, each in the order of the list.
    /// </summary>
    /// <param name="list">As it is now: the one who left takes no place in it.</param>
    public static IEnumerable<Invitee> Next(Invitee left, IReadOnlyCollection<Invitee> list)
    {
        var places = list.Where(one => one.Status.TakesPlace()).Select(one => one.Id).ToHashSet();
        return list.Where(one =>
                one.Status is InvitationStatus.Standby
                && one.IsDirector == left.IsDirector
                && (one.Substitutes is null || !places.Contains(one.Substitutes))
            )
            .OrderByDescending(one => one.Substitutes == left.Id)
            .ThenBy(one => one.Number);
    }
}
