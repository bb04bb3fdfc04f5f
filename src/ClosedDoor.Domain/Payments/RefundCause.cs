namespace ClosedDoor.Domain;

/// <summary>Why money goes back.</summary>
public enum RefundCause
{
    /// <summary>The company gave up its seat, and its policy says so much.</summary>
    Policy,

    /// <summary>The organizer decided how much, with a reason.</summary>
    Override,
    SessionCancelled,

    /// <summary>It came too late, or too little of it, for a seat.</summary>
    NoSeat,
    Overpaid,

    /// <summary>A part, for a seat that is kept.</summary>
    Goodwill,

    /// <summary>Made at the provider by somebody else.</summary>
    External,

    /// <summary>The seat went while the money was contested; now it is free.</summary>
    DisputeWon,
}
