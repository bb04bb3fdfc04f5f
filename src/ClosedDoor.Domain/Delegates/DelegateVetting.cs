namespace ClosedDoor.Domain;

/// <summary>What the organizer thinks of a person whom a company wants to send.</summary>
public enum DelegateVetting
{
    Pending,
    Approved,
    Refused,
}

public enum DelegateTrigger
{
    Approve,
    Refuse,
}

public static class DelegateLife
{
    /// <summary>The state after the trigger; null when the trigger is refused in this state. A decision may be revised.</summary>
    public static DelegateVetting? After(this DelegateVetting from, DelegateTrigger trigger) =>
        (from, trigger) switch
        {
            (DelegateVetting.Pending or DelegateVetting.Refused, DelegateTrigger.Approve) => DelegateVetting.Approved,
            (DelegateVetting.Pending or DelegateVetting.Approved, DelegateTrigger.Refuse) => DelegateVetting.Refused,
            _ => null,
        };
}

/// <summary>Who of a company may come in.</summary>
public static class DelegateGate
{
    /// <summary>Null when the person may come in; else the first reason why not.</summary>
    public static Refusal? Check(
        DelegateVetting vetting,
        IReadOnlyCollection<AgreementKind> accepted,
        ReservationStatus seat
    )
    {
        if (!seat.IsSure())
            return Refusals.SeatNotConfirmed;
        if (vetting is not DelegateVetting.Approved)
            return Refusals.DelegateNotVetted;
        return Agreement.InForce.All(one => accepted.Contains(one.Kind)) ? null : Refusals.AgreementsMissing;
    }
}
