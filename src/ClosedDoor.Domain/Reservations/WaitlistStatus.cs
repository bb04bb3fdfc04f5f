namespace ClosedDoor.Domain;

public enum WaitlistStatus
{
    Waiting,

    /// <summary>Got a seat that had become free.</summary>
    Promoted,

    /// <summary>Waits no longer: by its own wish, or because there is no seat that it could get.</summary>
    Left,
}
