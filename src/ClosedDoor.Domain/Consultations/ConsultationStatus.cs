namespace ClosedDoor.Domain;

public enum ConsultationStatus
{
    /// <summary>Has a slot, and may move to another one.</summary>
    Booked,

    /// <summary>Ended in a draft that no rule blocks.</summary>
    Finished,
    Cancelled,
}

public enum ConsultationTrigger
{
    Move,
    WriteDraft,
    Finish,
    Cancel,
}

public static class ConsultationLife
{
    /// <summary>The state after the trigger; null when the trigger is refused in this state.</summary>
    public static ConsultationStatus? After(this ConsultationStatus from, ConsultationTrigger trigger) =>
        (from, trigger) switch
        {
            (ConsultationStatus.Booked, ConsultationTrigger.Move) => ConsultationStatus.Booked,
            (ConsultationStatus.Booked, ConsultationTrigger.WriteDraft) => ConsultationStatus.Booked,
            (ConsultationStatus.Booked, ConsultationTrigger.Finish) => ConsultationStatus.Finished,
            (ConsultationStatus.Booked, ConsultationTrigger.Cancel) => ConsultationStatus.Cancelled,
            // What was agreed may be refined; a further version is checked like the first.
            (ConsultationStatus.Finished, ConsultationTrigger.WriteDraft) => ConsultationStatus.Finished,
            _ => null,
        };
}
