using ClosedDoor.Domain;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public sealed class WorkingDayCalendarTests
{
    static readonly LocalDate FirstKnown = new(2025, 1, 1);

    static readonly Gen<LocalDate> KnownDays = Gen.Choose(0, 729).Select(FirstKnown.PlusDays);

    [TestCase(2026, 2, 13, 1, 2026, 2, 14)]
    [TestCase(2026, 2, 13, 2, 2026, 2, 24)]
    [TestCase(2026, 9, 30, 3, 2026, 10, 10)]
    [TestCase(2025, 1, 24, 1, 2025, 1, 26)]
    [TestCase(2024, 12, 31, 1, 2025, 1, 2)]
    [TestCase(2026, 10, 10, 0, 2026, 10, 10)]
    public void Working_days_are_added_around_holidays_and_working_weekends(
        int year,
        int month,
        int day,
        int days,
        int thenYear,
        int thenMonth,
        int thenDay
    ) =>
        Assert.That(
            WorkingDayCalendar.AddWorkingDays(new LocalDate(year, month, day), days),
            Is.EqualTo(new WorkingDeadline(new LocalDate(thenYear, thenMonth, thenDay), CountedInCalendarDays: false))
        );

    [TestCase(2026, 2, 16)]
    [TestCase(2026, 10, 18)]
    public void A_month_has_the_working_days_that_the_notice_gives_it(int year, int month, int expected) =>
        Assert.That(InMonth(year, month), Is.EqualTo(expected));

    static int? InMonth(int year, int month)
    {
        var first = new LocalDate(year, month, 1);
        return WorkingDayCalendar.WorkingDaysBetween(first.PlusDays(-1), first.PlusMonths(1).PlusDays(-1));
    }

    // Days worked in the year: 365, less weekends and weekdays off, and the working weekends back in.
    [TestCase(2025, 365 - 104 - 18 + 5)]
    [TestCase(2026, 365 - 104 - 19 + 6)]
    public void A_year_adds_up(int year, int expected) =>
        Assert.That(Enumerable.Range(1, 12).Sum(month => InMonth(year, month)), Is.EqualTo(expected));

    [TestCase(2024)]
    [TestCase(2027)]
    public void A_year_without_data_answers_unknown(int year)
    {
        var day = new LocalDate(year, 6, 10);

        Assert.That(WorkingDayCalendar.IsWorkingDay(day), Is.Null);
        Assert.That(InMonth(year, 6), Is.Null);
        Assert.That(WorkingDayCalendar.WorkingDaysBetween(day, day.PlusDays(1)), Is.Null);
    }

    [Test]
    public void A_count_that_runs_into_a_year_without_data_is_in_calendar_days_from_its_start()
    {
        var from = new LocalDate(2026, 12, 28);

        Assert.That(
            WorkingDayCalendar.AddWorkingDays(from, 3),
            Is.EqualTo(new WorkingDeadline(new LocalDate(2026, 12, 31), CountedInCalendarDays: false))
        );
        Assert.That(
            WorkingDayCalendar.AddWorkingDays(from, 4),
            Is.EqualTo(new WorkingDeadline(new LocalDate(2027, 1, 1), CountedInCalendarDays: true))
        );
        Assert.That(
            WorkingDayCalendar.AddWorkingDays(new LocalDate(2027, 3, 1), 5),
            Is.EqualTo(new WorkingDeadline(new LocalDate(2027, 3, 6), CountedInCalendarDays: true))
        );
    }

    [Test]
    public void No_working_days_lie_between_a_day_and_itself_or_an_earlier_one()
    {
        var day = new LocalDate(2026, 3, 4);

        Assert.That(WorkingDayCalendar.WorkingDaysBetween(day, day), Is.Zero);
        Assert.That(WorkingDayCalendar.WorkingDaysBetween(day, day.PlusDays(-5)), Is.Zero);
    }

    [Test]
    public void A_negative_count_is_a_bug() =>
        Assert.That(
            () => WorkingDayCalendar.AddWorkingDays(FirstKnown, -1),
            Throws.InstanceOf<ArgumentOutOfRangeException>()
        );

    [Test]
    public void One_more_working_day_is_later_and_ends_on_a_working_day() =>
        Properties.Hold(
            from day in KnownDays
            from days in Gen.Choose(1, 60)
            select (day, days),
            count =>
            {
                var earlier = WorkingDayCalendar.AddWorkingDays(count.day, count.days);
                var later = WorkingDayCalendar.AddWorkingDays(count.day, count.days + 1);
                return later.CountedInCalendarDays
                    || later.Date > earlier.Date && WorkingDayCalendar.IsWorkingDay(later.Date) == true;
            }
        );

    [Test]
    public void Adding_working_days_and_counting_them_agree() =>
        Properties.Hold(
            from day in KnownDays
            from days in Gen.Choose(0, 60)
            select (day, days),
            count =>
                WorkingDayCalendar.AddWorkingDays(count.day, count.days) is var deadline
                && (
                    deadline.CountedInCalendarDays
                        ? deadline.Date == count.day.PlusDays(count.days)
                        : WorkingDayCalendar.WorkingDaysBetween(count.day, deadline.Date) == count.days
                )
        );
}
