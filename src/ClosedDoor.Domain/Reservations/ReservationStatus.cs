namespace ClosedDoor.Domain;

public enum ReservationStatus
{
    /// <summary>Waits for the organizer; holds no seat.</summary>
    Applied,

    /// <summary>Has a seat until a deadline; how to pay is not chosen yet.</summary>
    Held,

    /// <summary>Has a seat until the payment deadline.</summary>
    AwaitingPayment,
    Confirmed,
    Attended,
    NoShow,
    Declined,
    Expired,
    Cancelled,
}

public enum ReservationTrigger
{
    Approve,
    Decline,
    ChoosePayment,
    Pay,
    Lapse,
    Cancel,
    Attend,
    Miss,
}

public static class ReservationLife
{
    /// <summary>The state after the trigger; null when the trigger is refused in this state.</summary>
    public static ReservationStatus? After(this ReservationStatus from, ReservationTrigger trigger) =>
        (from, trigger) switch
        {
            (ReservationStatus.Applied, ReservationTrigger.Approve) => ReservationStatus.Held,
            (ReservationStatus.Applied, ReservationTrigger.Decline) => ReservationStatus.Declined,
            (ReservationStatus.Applied, ReservationTrigger.Lapse) => ReservationStatus.Expired,
            (ReservationStatus.Applied, ReservationTrigger.Cancel) => ReservationStatus.Cancelled,

            (ReservationStatus.Held, ReservationTrigger.ChoosePayment) => ReservationStatus.AwaitingPayment,
            (ReservationStatus.Held, ReservationTrigger.Lapse) => ReservationStatus.Expired,
            (ReservationStatus.Held, ReservationTrigger.Cancel) => ReservationStatus.Cancelled,

            (ReservationStatus.AwaitingPayment, ReservationTrigger.Pay) => ReservationStatus.Confirmed,
            (ReservationStatus.AwaitingPayment, ReservationTrigger.Lapse) => ReservationStatus.Expired,
            (ReservationStatus.AwaitingPayment, ReservationTrigger.Cancel) => ReservationStatus.Cancelled,

            // Money that comes after the deadline takes a seat that is still free; without one it goes back.
            (ReservationStatus.Expired, ReservationTrigger.Pay) => ReservationStatus.Confirmed,

            (ReservationStatus.Confirmed, ReservationTrigger.Cancel) => ReservationStatus.Cancelled,
            (ReservationStatus.Confirmed, ReservationTrigger.Attend) => ReservationStatus.Attended,
            (ReservationStatus.Confirmed, ReservationTrigger.Miss) => ReservationStatus.NoShow,
            // The door may have been wrong: a device that was offline all day, a scan of the wrong badge.
            (ReservationStatus.NoShow, ReservationTrigger.Attend) => ReservationStatus.Attended,
            (ReservationStatus.Attended, ReservationTrigger.Miss) => ReservationStatus.NoShow,
            _ => null,
        };

    /// <summary>Whether a reservation in this state has a seat.</summary>
    public static bool TakesSeat(this ReservationStatus status) =>
        status
            is ReservationStatus.Held
                or ReservationStatus.AwaitingPayment
                or ReservationStatus.Confirmed
                or ReservationStatus.Attended
                or ReservationStatus.NoShow;

    /// <summary>Whether a reservation in this state has a seat that is paid for.</summary>
    public static bool IsSure(this ReservationStatus status) => status.TakesSeat() && !status.HasDeadline();

    /// <summary>Whether the company of a reservation in this state comes, or came: who stayed away has paid, and met nobody.</summary>
    public static bool Comes(this ReservationStatus status) =>
        status is ReservationStatus.Confirmed or ReservationStatus.Attended;

    /// <summary>Whether a reservation in this state ends by itself at its deadline.</summary>
    public static bool HasDeadline(this ReservationStatus status) =>
        status is ReservationStatus.Held or ReservationStatus.AwaitingPayment;

    /// <summary>Whether a reservation in this state stops its company from making another one in the session.</summary>
    public static bool IsLive(this ReservationStatus status) =>
        status is ReservationStatus.Applied || status.TakesSeat();
}
