namespace ClosedDoor.Platform.Outbox;

/// <summary>
/// The body of most messages: which thing it is about. Who gets it and what it says is looked up when it is sent, so
/// that no personal data lies in the outbox.
/// </summary>
public sealed record Notice(string Id);
