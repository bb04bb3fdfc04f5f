namespace ClosedDoor.Domain;

public enum SessionStatus
{
    Draft,
    Published,
    Closed,
    Completed,
    Cancelled,
}

public enum SessionTrigger
{
    Publish,
    Close,
    Complete,
    Cancel,
}

/// <summary>How a vetted company comes to a seat.</summary>
public enum Admission
{
    /// <summary>It takes a free one at once.</summary>
    Open,

    /// <summary>It applies, which takes no seat; the organizer's approval does.</summary>
    Approval,
}

public static class SessionLife
{
    /// <summary>Completed or cancelled: nothing is arranged for it any more.</summary>
    public static bool HasEnded(this SessionStatus status) =>
        status is SessionStatus.Completed or SessionStatus.Cancelled;

    /// <summary>The state after the trigger; null when the trigger is refused in this state.</summary>
    public static SessionStatus? After(this SessionStatus from, SessionTrigger trigger) =>
        (from, trigger) switch
        {
            (SessionStatus.Draft, SessionTrigger.Publish) => SessionStatus.Published,
            (SessionStatus.Published, SessionTrigger.Close) => SessionStatus.Closed,
            (SessionStatus.Closed, SessionTrigger.Complete) => SessionStatus.Completed,
            (SessionStatus.Draft or SessionStatus.Published or SessionStatus.Closed, SessionTrigger.Cancel) =>
                SessionStatus.Cancelled,
            _ => null,
        };
}
