using NodaTime;

namespace ClosedDoor.Domain;

/// <summary>
/// A date counted in working days; or, where the calendar of a year is not known yet, in calendar days, and marked so
/// that whoever shows it can say which.
/// </summary>
public readonly record struct WorkingDeadline(LocalDate Date, bool CountedInCalendarDays);

/// <summary>
/// Mainland working days, from the State Council's yearly notice 国务院办公厅关于部分节假日安排的通知. The notice moves
/// weekends and cannot be computed, so a year without data answers 'unknown' and never a guess.
/// </summary>
public static class WorkingDayCalendar
{
    /// <summary>For a year that is known, the days on which the weekday alone gives the wrong answer.</summary>
    static readonly Dictionary<int, HashSet<LocalDate>> ExceptionsByYear = new()
    {
        [2025] =
        [
            .. Days(2025, 1, 1, 26, 28, 29, 30, 31),
            .. Days(2025, 2, 3, 4, 8),
            .. Days(2025, 4, 4, 27),
            .. Days(2025, 5, 1, 2, 5),
            .. Days(2025, 6, 2),
            .. Days(2025, 9, 28),
            .. Days(2025, 10, 1, 2, 3, 6, 7, 8, 11),
        ],
        [2026] =
        [
            .. Days(2026, 1, 1, 2, 4),
            .. Days(2026, 2, 14, 16, 17, 18, 19, 20, 23, 28),
            .. Days(2026, 4, 6),
            .. Days(2026, 5, 1, 4, 5, 9),
            .. Days(2026, 6, 19),
            .. Days(2026, 9, 20, 25),
            .. Days(2026, 10, 1, 2, 5, 6, 7, 10),
        ],
    };

    /// <summary>Whether people work on this day; null for a year without data.</summary>
    public static bool? IsWorkingDay(LocalDate day) =>
        ExceptionsByYear.TryGetValue(day.Year, out var exceptions)
            ? (day.DayOfWeek is IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday) == exceptions.Contains(day)
            : null;

    /// <summary>
    /// The day on which that many working days after <paramref name="from"/> have begun; <paramref name="from"/> itself
    /// does not count. When a day looked at lies in a year without data, the whole count is in calendar days instead.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A negative count: a bug.</exception>
    public static WorkingDeadline AddWorkingDays(LocalDate from, int days)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(days);
        var day = from;
        for (var left = days; left > 0; )
        {
            day = day.PlusDays(1);
            if (IsWorkingDay(day) is not { } works)
                return new WorkingDeadline(from.PlusDays(days), CountedInCalendarDays: true);
            if (works)
                left--;
        }
        return new WorkingDeadline(day, CountedInCalendarDays: false);
    }

    /// <summary>
    /// How many working days lie after <paramref name="from"/> up to and including <paramref name="to"/>: 0 when
    /// <paramref name="to"/> is not later, null when any of those days lies in a year without data.
    /// </summary>
    public static int? WorkingDaysBetween(LocalDate from, LocalDate to)
    {
        var count = 0;
        for (var day = from; day < to; )
        {
            day = day.PlusDays(1);
            if (IsWorkingDay(day) is not { } works)
                return null;
            if (works)
                count++;
        }
        return count;
    }

    static IEnumerable<LocalDate> Days(int year, int month, params int[] days) =>
        days.Select(day => new LocalDate(year, month, day));
}
