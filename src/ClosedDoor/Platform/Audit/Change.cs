namespace ClosedDoor.Platform.Audit;

/// <summary>One thing that happened, as the audit log keeps it.</summary>
/// <param name="Chain">The session, company or account in whose chain it stands.</param>
/// <param name="Action">A dotted word: <c>seat.held</c>.</param>
/// <param name="Subject">The id of what changed.</param>
/// <param name="Before">What it was, without personal data; null for what is new.</param>
/// <param name="After">What it is now, without personal data.</param>
public sealed record Change(string Chain, string Action, string Subject, object? Before = null, object? After = null);
