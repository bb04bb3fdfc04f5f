using ClosedDoor.Domain;

namespace ClosedDoor.Features.Reservations;

/// <summary>
/// The domain's groups of states as SQL conditions. An index on an expression, like a partial one, is used only where the
/// same expression stands in the query, term for term; so those that have an index repeat it, and a test compares them with
/// the migration. Never negate <see cref="TakesSeat"/>, <see cref="Live"/> or <see cref="LapsedInSession"/>: where they do not
/// hold they are NULL instead of false, and so would their negation be.
/// </summary>
static class ReservationStates
{
    /// <summary>Has a seat (index reservation_seat).</summary>
    public static readonly string TakesSeat = Counts(status => status.TakesSeat());

    /// <summary>Has a seat that is paid for: its company comes, or was to come.</summary>
    public static readonly string Sure = In(status => status.IsSure());

    /// <summary>Its company comes, or came: a seat that is paid for and was not stayed away from.</summary>
    public static readonly string Comes = In(status => status.Comes());

    /// <summary>Stops its company from making another one in the session (index reservation_live).</summary>
    public static readonly string Live = Counts(status => status.IsLive());

    /// <summary>Ends by itself at hold_expires_at (index reservation_lapsing).</summary>
    public static readonly string HasDeadline = In(status => status.HasDeadline());

    /// <summary>Its time is over at <c>@now</c>, though nothing may have swept it.</summary>
    public static readonly string Lapsed =
        $"{HasDeadline} AND reservation.hold_expires_at <= @now AND reservation.kept_for_checkout = 0";

    /// <summary>For a query within one session, through the index on its seats.</summary>
    public static readonly string LapsedInSession = $"{TakesSeat} AND {Lapsed}";

    static string Counts(Func<ReservationStatus, bool> belongs) => $"(CASE WHEN {In(belongs)} THEN 1 END) = 1";

    // Of an IN list with more than two words SQLite builds a table anew at every run.
    static string In(Func<ReservationStatus, bool> belongs) =>
        $"({string.Join(" OR ", Enum.GetValues<ReservationStatus>().Where(belongs).Select(status => $"reservation.status = '{status.Word()}'"))})";
}
