namespace ClosedDoor.Domain;

/// <summary>One attempt to have a payment paid at the provider.</summary>
public enum CheckoutStatus
{
    /// <summary>What is sent is frozen; no answer has come.</summary>
    Opening,

    /// <summary>The buyer may pay.</summary>
    Open,

    /// <summary>Paid, or the money is under way.</summary>
    Complete,

    /// <summary>It can be paid no more, or was given up without an answer.</summary>
    Dead,
}

public enum CheckoutTrigger
{
    /// <summary>The provider tells of its session.</summary>
    Answer,

    /// <summary>The provider says that it is paid, or that the money is under way.</summary>
    Complete,

    /// <summary>The provider says that it can be paid no more, or it is given up.</summary>
    End,
}

/// <summary>How an attempt moves.</summary>
public static class CheckoutLife
{
    /// <summary>The state after the trigger; null when the trigger means nothing in this state.</summary>
    public static CheckoutStatus? After(this CheckoutStatus from, CheckoutTrigger trigger) =>
        (from, trigger) switch
        {
            (CheckoutStatus.Opening, CheckoutTrigger.Answer) => CheckoutStatus.Open,
            // Money counts whenever it is heard of: what was given up without an answer may have been paid.
            (_, CheckoutTrigger.Complete) => CheckoutStatus.Complete,
            (CheckoutStatus.Opening or CheckoutStatus.Open, CheckoutTrigger.End) => CheckoutStatus.Dead,
            _ => null,
        };

    /// <summary>Whether it may still be paid, as far as anybody here knows.</summary>
    public static bool IsLive(this CheckoutStatus status) => status is CheckoutStatus.Opening or CheckoutStatus.Open;
}
