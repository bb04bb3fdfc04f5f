namespace ClosedDoor.Domain;

/// <summary>Why a reservation ended without a meeting.</summary>
public enum EndedBecause
{
    DeadlinePassed,
    SessionCancelled,
    Cancelled,
    Declined,
}

/// <param name="Because">The reason as a code.</param>
/// <param name="Note">What the person who ended it said, in their own words; null where nobody did.</param>
public sealed record Ending(EndedBecause Because, string? Note = null);
