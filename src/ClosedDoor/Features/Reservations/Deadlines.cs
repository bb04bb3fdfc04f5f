using ClosedDoor.Domain;
using ClosedDoor.Platform;
using NodaTime;

namespace ClosedDoor.Features.Reservations;

/// <summary>By when things must be done. Days count from today, and a deadline is the end of its day in China.</summary>
static class Deadlines
{
    /// <summary>For a company that takes a seat itself and is at its screen. Never after the day has begun.</summary>
    public static Instant OfHold(Sale sale, Settings settings, Instant now) =>
        Instant.Min(now + settings.Hold, sale.BeginsAt);

    /// <summary>For a company that is told by mail: approved, or promoted from the waitlist. Never after the day has begun.</summary>
    public static Deadline ToChoosePayment(Sale sale, Settings settings, Instant now)
    {
        var due = EndOf(now, settings.ApprovalWorkingDays);
        return due with { At = Instant.Min(due.At, sale.BeginsAt) };
    }

    /// <summary>For a bank transfer. Never after the day has begun.</summary>
    public static Deadline OfTransfer(Sale sale, Settings settings, Instant now)
    {
        var due = EndOf(now, settings.TransferWorkingDays);
        return due with { At = Instant.Min(due.At, sale.BeginsAt) };
    }

    /// <summary>When the seat of an unpaid transfer goes: money sent in time may still be under way between banks.</summary>
    public static Deadline OfTransferLag(Sale sale, Settings settings, Instant now)
    {
        var sent = EndOf(now, settings.TransferWorkingDays);
        var arrived = EndOf(sent.Day, settings.TransferLagWorkingDays);
        return new(
            arrived.Day,
            Instant.Min(arrived.At, sale.BeginsAt),
            sent.CountedInCalendarDays || arrived.CountedInCalendarDays
        );
    }

    static Deadline EndOf(Instant now, int workingDays) => EndOf(Zones.Today(now), workingDays);

    static Deadline EndOf(LocalDate from, int workingDays)
    {
        var counted = WorkingDayCalendar.AddWorkingDays(from, workingDays);
        return new(counted.Date, Zones.EndOf(counted.Date), counted.CountedInCalendarDays);
    }
}

/// <summary>For how long a seat is kept for a company that has not paid yet.</summary>
/// <param name="Until">When it lapses.</param>
/// <param name="InCalendarDays">Calendar days were counted up to then: see <see cref="Deadline"/>.</param>
/// <param name="ForCheckout">A checkout may still be paid: it does not lapse, and the time is only what people are shown.</param>
readonly record struct Hold(Instant Until, bool InCalendarDays = false, bool ForCheckout = false)
{
    public static Hold Of(Deadline deadline) => new(deadline.At, deadline.CountedInCalendarDays);
}

/// <param name="Day">The last civil day.</param>
/// <param name="At">The instant at which it is over.</param>
/// <param name="CountedInCalendarDays">The year's working-day calendar is not published yet, so calendar days were counted.</param>
readonly record struct Deadline(LocalDate Day, Instant At, bool CountedInCalendarDays);
