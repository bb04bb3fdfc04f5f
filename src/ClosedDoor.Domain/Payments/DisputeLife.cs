namespace ClosedDoor.Domain;

public enum DisputeStatus
{
    /// <summary>Evidence may still be given, or the bank decides.</summary>
    Disputed,
    Won,
    ChargedBack,
}

public enum DisputeTrigger
{
    Win,
    Lose,
}

/// <summary>How a dispute moves. A bank's decision is final, but that it may give back later what it took.</summary>
public static class DisputeLife
{
    /// <summary>The state after the trigger; null when the trigger means nothing in this state.</summary>
    public static DisputeStatus? After(this DisputeStatus from, DisputeTrigger trigger) =>
        (from, trigger) switch
        {
            (DisputeStatus.Disputed or DisputeStatus.ChargedBack, DisputeTrigger.Win) => DisputeStatus.Won,
            (DisputeStatus.Disputed, DisputeTrigger.Lose) => DisputeStatus.ChargedBack,
            _ => null,
        };
}
