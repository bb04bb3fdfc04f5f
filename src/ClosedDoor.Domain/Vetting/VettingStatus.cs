namespace ClosedDoor.Domain;

public enum VettingStatus
{
    /// <summary>The company is still writing it.</summary>
    Draft,

    /// <summary>Complete, and with the reviewers; the company cannot change it.</summary>
    Submitted,

    /// <summary>A reviewer asked for more evidence: the company may change it again.</summary>
    InfoRequested,
    Approved,
    Rejected,

    /// <summary>The approval's last day has passed, or a later approval has taken its place.</summary>
    Expired,

    /// <summary>The approval was taken back.</summary>
    Revoked,
}

public enum VettingTrigger
{
    Submit,
    RequestInfo,
    Approve,
    Reject,
    Expire,
    Revoke,
}

public static class VettingLife
{
    /// <summary>The state after the trigger; null when the trigger is refused in this state.</summary>
    public static VettingStatus? After(this VettingStatus from, VettingTrigger trigger) =>
        (from, trigger) switch
        {
            (VettingStatus.Draft, VettingTrigger.Submit) => VettingStatus.Submitted,
            (VettingStatus.InfoRequested, VettingTrigger.Submit) => VettingStatus.Submitted,

            (VettingStatus.Submitted, VettingTrigger.RequestInfo) => VettingStatus.InfoRequested,
            (VettingStatus.Submitted, VettingTrigger.Approve) => VettingStatus.Approved,
            (VettingStatus.Submitted, VettingTrigger.Reject) => VettingStatus.Rejected,

            (VettingStatus.Approved, VettingTrigger.Expire) => VettingStatus.Expired,
            (VettingStatus.Approved, VettingTrigger.Revoke) => VettingStatus.Revoked,
            _ => null,
        };

    /// <summary>Whether the company may change what it applies with.</summary>
    public static bool TakesChanges(this VettingStatus status) =>
        status is VettingStatus.Draft or VettingStatus.InfoRequested;

    /// <summary>Whether it may still lead to a seat, or already does.</summary>
    public static bool IsAlive(this VettingStatus status) =>
        status is not (VettingStatus.Rejected or VettingStatus.Expired or VettingStatus.Revoked);
}
