namespace ClosedDoor.Domain;

/// <summary>What ties a guest to a company (利益冲突).</summary>
public enum ConflictKind
{
    /// <summary>持股.</summary>
    Equity,

    /// <summary>有偿咨询.</summary>
    PaidAdvice,

    /// <summary>亲属关系.</summary>
    Family,

    /// <summary>既往采购.</summary>
    PastProcurement,

    /// <summary>合作课题.</summary>
    JointProject,
}

/// <summary>Whether a guest and a company may meet.</summary>
public enum PairStanding
{
    /// <summary>The guest has not declared anything about the company: no meeting yet.</summary>
    Undeclared,
    Clear,

    /// <summary>One of the two declared a conflict: a forbidden pair.</summary>
    Conflict,
}

public static class ConflictOfInterest
{
    /// <summary>
    /// The guest's word opens a pair, either's word closes it. A company is not asked for more, because it need not know
    /// who the guests are.
    /// </summary>
    /// <param name="byGuest">What the guest declared, empty for nothing in the way; null when the guest has not.</param>
    /// <param name="byCompany">As <paramref name="byGuest"/>, by the company.</param>
    public static PairStanding Standing(
        IReadOnlyCollection<ConflictKind>? byGuest,
        IReadOnlyCollection<ConflictKind>? byCompany
    ) =>
        byGuest is { Count: > 0 } || byCompany is { Count: > 0 } ? PairStanding.Conflict
        : byGuest is null ? PairStanding.Undeclared
        : PairStanding.Clear;
}
