using NodaTime;

namespace ClosedDoor.Domain;

/// <summary>What the rules go by: who the guest is at which hospital.</summary>
/// <param name="Post">Null when none is known.</param>
/// <param name="Hospital">Null for those who come for no hospital.</param>
public sealed record GuestRank(GuestKind Kind, Post? Post, HospitalStanding? Hospital);

/// <summary>Whom a session may have as its guest.</summary>
public static class GuestGate
{
    /// <summary>Null while guests are asked, reminded and may answer: until the session begins.</summary>
    public static Refusal? CheckAhead(Sale session, Instant now) =>
        session.Status.HasEnded() ? Refusals.WrongSessionStatus
        : now >= session.BeginsAt ? Refusals.SessionBegun
        : null;

    /// <summary>
    /// Null when the guest may be asked. A director needs a post of 科室主任 or above: a chief physician 主任医师 without
    /// such a post does not pass, because 主任级 is a post and no title. The hospital must be 三甲.
    /// </summary>
    public static Refusal? Check(GuestRank guest)
    {
        if (guest.Kind is not GuestKind.HospitalDirector)
            return null;
        if (!IsDirector(guest.Post))
            return Refusals.GuestUnderRank.Because(
                "医院嘉宾的职务须为科室主任及以上；职称（如主任医师）不能代替职务。",
                "A hospital's guest must hold the post of department head or above; a title such as chief physician is no post."
            );
        if (guest.Hospital is not { IsTertiaryGradeA: true })
            return Refusals.HospitalNotGradeA.Because(
                $"医院须为三级甲等，现为{guest.Hospital?.Tier.Zh ?? "未登记"}。",
                $"The hospital must be tertiary grade A; it is {guest.Hospital?.Tier.En ?? "not registered"}."
            );
        return null;
    }

    /// <summary>Whether the post is 主任级以上.</summary>
    public static bool IsDirector(Post? post) => post <= Post.DepartmentHead;

    /// <summary>
    /// Null when a guest who has accepted counts. 公务员法 §59: an official comes with the unit's approval on file, or
    /// does not count.
    /// </summary>
    public static Refusal? CheckCounts(GuestRank guest, bool unitApproved) =>
        Check(guest) ?? CheckApproved(guest.Kind, unitApproved);

    /// <summary>
    /// Null when the guest may take part as far as the own unit is concerned. The door asks this alone: whose post or
    /// hospital is another one since the invitation does not count, and is let in all the same.
    /// </summary>
    public static Refusal? CheckApproved(GuestKind kind, bool unitApproved) =>
        kind is GuestKind.HealthCommissionOfficial && !unitApproved
            ? Refusals.UnitApprovalMissing.Because(
                "公务员参会须有所在单位批准文件备案。",
                "An official needs the unit's approval on file."
            )
            : null;
}
