using ClosedDoor.Domain;

namespace ClosedDoor.Features.Invitations;

/// <summary>
/// The domain's groups of states as SQL conditions, and the rules of <see cref="GuestGate.CheckCounts"/>, for where guests
/// are counted, or kept for the count, and none is read. A test compares those over every guest.
/// </summary>
static class InvitationStates
{
    /// <summary>Takes one of the session's places.</summary>
    public static readonly string TakesPlace = AnyOf(
        Enum.GetValues<InvitationStatus>()
            .Where(status => status.TakesPlace())
            .Select(status => $"invitation.status = '{status.Word()}'")
    );

    /// <summary>The guest's post is 主任级 or above.</summary>
    public static readonly string HoldsDirectorPost = AnyOf(
        Enum.GetValues<Post>().Where(post => GuestGate.IsDirector(post)).Select(post => $"guest.post = '{post.Word()}'")
    );

    /// <summary>The guest has accepted, and counts as one of the kind. Of <see cref="Counted"/>.</summary>
    public static string Counts(GuestKind kind) =>
        $"invitation.status = 'accepted' AND invitation.kind = '{kind.Word()}'"
        + kind switch
        {
            GuestKind.HospitalDirector => $" AND {HoldsDirectorPost} AND {OfGradeA}",
            GuestKind.HealthCommissionOfficial => " AND invitation.approval_at IS NOT NULL",
            _ => "",
        };

    /// <summary>What <see cref="Counts"/> looks at of the kind: a hospital may have been downgraded since its director was asked.</summary>
    public static string Counted(GuestKind kind) =>
        kind is GuestKind.HospitalDirector
            ? "invitation JOIN guest ON guest.id = invitation.guest_id JOIN hospital ON hospital.id = guest.hospital_id"
            : "invitation";

    static readonly string OfGradeA = AnyOf(
        Enum.GetValues<HospitalLevel>()
            .SelectMany(level => Enum.GetValues<HospitalGrade>().Select(grade => new HospitalStanding(level, grade)))
            .Where(one => one.IsTertiaryGradeA)
            .Select(one => $"hospital.level = '{one.Level.Word()}' AND hospital.grade = '{one.Grade.Word()}'")
    );

    // Of an IN list with more than two words SQLite builds a table anew at every run.
    static string AnyOf(IEnumerable<string> conditions) => $"({string.Join(" OR ", conditions)})";
}
