namespace ClosedDoor.Demo;

/// <summary>Something was answered otherwise than the story tells.</summary>
public sealed class StepFailedException(string message) : Exception(message);
