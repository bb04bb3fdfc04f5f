using static ClosedDoor.Domain.RefundStatus;
using static ClosedDoor.Domain.RefundTrigger;

namespace ClosedDoor.Domain;

public enum RefundStatus
{
    /// <summary>Waits for a second person: the amount is large, or it goes to another account.</summary>
    AwaitingApproval,

    /// <summary>To be sent: to the provider, or by finance.</summary>
    RefundDue,

    /// <summary>The provider has it.</summary>
    RefundPending,
    Refunded,

    /// <summary>It did not go through, or came back. Finance sends it again, or pays by hand.</summary>
    RefundFailed,

    /// <summary>Finance pays it by bank; the bank's serial will be the proof.</summary>
    ManualPayout,

    /// <summary>Made at the provider by somebody else than us; recorded.</summary>
    ExternalRefund,

    /// <summary>
    /// The second person said no, its money has gone another way, or it was made at the provider and came back: nothing goes
    /// back under this refund.
    /// </summary>
    Withdrawn,
}

public enum RefundTrigger
{
    Approve,

    /// <summary>Approved where it is to be paid by hand.</summary>
    ApproveByHand,
    Withdraw,

    /// <summary>The provider has taken it.</summary>
    Send,
    Succeed,
    Fail,

    /// <summary>Finance sends what failed once more.</summary>
    Retry,

    /// <summary>Finance pays it by bank.</summary>
    PayByHand,

    /// <summary>It stays with us, for another payment of its company.</summary>
    Apply,

    /// <summary>As <see cref="PayByHand"/>, where a second person must approve first.</summary>
    AskByHand,
}

/// <summary>How a refund moves.</summary>
public static class RefundLife
{
    /// <summary>The state after the trigger; null when the trigger means nothing in this state.</summary>
    public static RefundStatus? After(this RefundStatus from, RefundTrigger trigger) =>
        (from, trigger) switch
        {
            (AwaitingApproval, Approve) => RefundDue,
            (AwaitingApproval, ApproveByHand) => ManualPayout,
            // Made by somebody else, it cannot be sent by us: what is due is promised anew.
            (ExternalRefund, Fail) => Withdrawn,
            (AwaitingApproval or RefundDue or RefundFailed or ManualPayout, Withdraw) => Withdrawn,
            (RefundDue, Send) => RefundPending,
            // The event may be here before the answer to the call, and after a failure that was none.
            (RefundDue or RefundPending or RefundFailed, Succeed) => Refunded,
            (ManualPayout, Succeed) => Refunded,
            // A provider takes success back when the buyer's bank returns the money. By hand, the bank does.
            (RefundDue or RefundPending or Refunded or ManualPayout, Fail) => RefundFailed,
            (RefundFailed, Retry) => RefundDue,
            (AwaitingApproval or RefundDue or RefundFailed or ManualPayout, Apply) => Refunded,
            (RefundDue or RefundFailed, PayByHand) => ManualPayout,
            (RefundDue or RefundFailed or ManualPayout, AskByHand) => AwaitingApproval,
            _ => null,
        };

    /// <summary>Whether the amount counts against what may still be refunded.</summary>
    public static bool IsLive(this RefundStatus status) => status is not Withdrawn;

    /// <summary>Whether the money has left, as far as anybody knows.</summary>
    public static bool HasGoneBack(this RefundStatus status) => status is Refunded or ExternalRefund;

    /// <summary>Whether the money has not left yet.</summary>
    public static bool IsOpen(this RefundStatus status) =>
        status is AwaitingApproval or RefundDue or RefundPending or RefundFailed or ManualPayout;
}
