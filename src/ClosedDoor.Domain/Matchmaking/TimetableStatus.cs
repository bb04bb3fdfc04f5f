namespace ClosedDoor.Domain;

public enum TimetableStatus
{
    Draft,

    /// <summary>A person has looked it through.</summary>
    Reviewed,

    /// <summary>The one that people go by.</summary>
    Published,

    /// <summary>A later one was published, or it was taken back: its session has moved or is off.</summary>
    Superseded,
    Discarded,
}

public enum TimetableTrigger
{
    Edit,
    Review,
    Publish,
    Supersede,
    Discard,
}

public static class TimetableLife
{
    /// <summary>The state after the trigger; null when the trigger is refused in this state.</summary>
    public static TimetableStatus? After(this TimetableStatus from, TimetableTrigger trigger) =>
        (from, trigger) switch
        {
            // What was changed by hand is to be looked through again.
            (TimetableStatus.Draft or TimetableStatus.Reviewed, TimetableTrigger.Edit) => TimetableStatus.Draft,
            (TimetableStatus.Draft, TimetableTrigger.Review) => TimetableStatus.Reviewed,
            (TimetableStatus.Reviewed, TimetableTrigger.Publish) => TimetableStatus.Published,
            (TimetableStatus.Published, TimetableTrigger.Supersede) => TimetableStatus.Superseded,
            (TimetableStatus.Draft or TimetableStatus.Reviewed, TimetableTrigger.Discard) => TimetableStatus.Discarded,
            _ => null,
        };
}
