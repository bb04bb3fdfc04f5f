namespace ClosedDoor.Domain;

public enum PaymentMethod
{
    BankTransfer,
    Stripe,
}

public enum PaymentStatus
{
    /// <summary>A checkout is being opened at the provider.</summary>
    Opening,

    /// <summary>The checkout's page can be paid.</summary>
    Open,

    /// <summary>The checkout is being closed. The seat is kept until the provider proves that it cannot be paid any more.</summary>
    Expiring,

    /// <summary>The buyer is through the checkout and the money is still under way: the seat is kept.</summary>
    Processing,

    /// <summary>The money that was under way did not come.</summary>
    Failed,

    AwaitingTransfer,

    /// <summary>Less than the price has come; the rest is awaited until the deadline.</summary>
    Underpaid,

    /// <summary>More than the price has come: the seat is confirmed and the difference goes back.</summary>
    Overpaid,
    Confirmed,

    /// <summary>The deadline passed without any money.</summary>
    Expired,
    Cancelled,

    /// <summary>Money has come after the end. Left within the transaction that enters it: for a seat, or to go back.</summary>
    LatePaid,

    /// <summary>Money is here without a seat, and what the policy gives back of it goes back.</summary>
    RefundDue,

    /// <summary>What was to go back has gone back.</summary>
    Refunded,

    /// <summary>The seat was given up so late that, by the policy, nothing goes back.</summary>
    Forfeited,

    /// <summary>The buyer's bank contests the payment; nothing is refunded until that is decided.</summary>
    Disputed,

    /// <summary>The dispute is lost: the provider has taken the money back.</summary>
    ChargedBack,
}

public enum PaymentTrigger
{
    /// <summary>The provider has opened the checkout.</summary>
    Opened,

    /// <summary>Another attempt, once the one before it is proven dead.</summary>
    Reopen,

    /// <summary>The checkout is to be closed: time is over, or buyer or organizer want out.</summary>
    Expire,

    /// <summary>The provider says that the checkout can never be paid any more.</summary>
    ProvenDead,

    /// <summary>Checkout completed, money under way.</summary>
    CompleteUnpaid,

    /// <summary>The money that was under way has failed.</summary>
    AsyncFail,

    /// <summary>Money has come, and in all it is less than the price.</summary>
    PayShort,

    /// <summary>Money has come, and in all it is the price.</summary>
    PayExact,

    /// <summary>Money has come, and in all it is more than the price.</summary>
    PayOver,

    /// <summary>The deadline of a transfer is over, and nothing has come.</summary>
    Lapse,

    /// <summary>Company or organizer have given the seat up, and nothing has come.</summary>
    Cancel,

    /// <summary>Late money has found a free seat.</summary>
    SeatFound,

    /// <summary>Late money has found none.</summary>
    NoSeat,

    /// <summary>The seat is gone, money is here, and some of it goes back.</summary>
    SeatLost,

    /// <summary>The seat is gone, money is here, and the policy gives nothing back.</summary>
    Forfeit,

    /// <summary>The last refund that was under way has been paid.</summary>
    RefundsDone,

    /// <summary>A refund is under way again: it bounced, or another was made.</summary>
    RefundsOpen,
    Dispute,
    DisputeWon,
    DisputeLost,

    /// <summary>The company has paid what a lost dispute had left owing for its seat.</summary>
    DebtPaid,
}
