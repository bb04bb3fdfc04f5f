namespace ClosedDoor.Domain;

public enum InvitationStatus
{
    /// <summary>Named as a substitute; not written to yet.</summary>
    Standby,
    Invited,

    /// <summary>The link has been used.</summary>
    Opened,
    Accepted,

    /// <summary>By the guest, before or after accepting.</summary>
    Declined,

    /// <summary>By the organizer.</summary>
    Withdrawn,
}

public enum InvitationTrigger
{
    MoveUp,
    Open,
    Accept,
    Decline,
    Withdraw,
}

public static class InvitationLife
{
    /// <summary>The state after the trigger; null when the trigger is refused in this state.</summary>
    public static InvitationStatus? After(this InvitationStatus from, InvitationTrigger trigger) =>
        (from, trigger) switch
        {
            (InvitationStatus.Standby, InvitationTrigger.MoveUp) => InvitationStatus.Invited,
            (InvitationStatus.Standby, InvitationTrigger.Withdraw) => InvitationStatus.Withdrawn,

            (InvitationStatus.Invited, InvitationTrigger.Open) => InvitationStatus.Opened,

            // From Invited too: who answers by telephone has opened nothing.
            (InvitationStatus.Invited or InvitationStatus.Opened, InvitationTrigger.Accept) =>
                InvitationStatus.Accepted,
            (
                InvitationStatus.Invited
                    or InvitationStatus.Opened
                    or InvitationStatus.Accepted,
                InvitationTrigger.Decline
            ) => InvitationStatus.Declined,
            (
                InvitationStatus.Invited
                    or InvitationStatus.Opened
                    or InvitationStatus.Accepted,
                InvitationTrigger.Withdraw
            ) => InvitationStatus.Withdrawn,
            _ => null,
        };

    /// <summary>Whether it takes one of the session's places: an answer is awaited, or it is yes.</summary>
    public static bool TakesPlace(this InvitationStatus status) =>
        status is InvitationStatus.Invited or InvitationStatus.Opened or InvitationStatus.Accepted;

    /// <summary>Whether an answer is still awaited.</summary>
    public static bool AwaitsReply(this InvitationStatus status) =>
        status is InvitationStatus.Invited or InvitationStatus.Opened;
}
