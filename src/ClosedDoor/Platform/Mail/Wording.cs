using System.Globalization;
using ClosedDoor.Domain;
using NodaTime;
using NodaTime.Text;

namespace ClosedDoor.Platform.Mail;

/// <summary>Dates and times as people read them: in Beijing's time, or in a zone that is named beside them.</summary>
static class Wording
{
    static readonly LocalDatePattern Zh = LocalDatePattern.CreateWithInvariantCulture("uuuu'年'M'月'd'日'");
    static readonly LocalDatePattern En = LocalDatePattern.CreateWithInvariantCulture("d MMMM uuuu");
    static readonly LocalTimePattern Clock = LocalTimePattern.CreateWithInvariantCulture("HH':'mm");

    /// <summary><c>2026年3月1日 18:00（北京时间）</c>, <c>1 March 2026, 18:00 (Beijing time)</c>.</summary>
    public static Text At(Instant instant)
    {
        var local = instant.InZone(Zones.Shanghai).LocalDateTime;
        return Said(local.Date, Clock.Format(local.TimeOfDay));
    }

    /// <summary>
    /// By when something must be done. A deadline that is the end of a day is that day's 24:00 (GB/T 7408): read as the
    /// next day's 00:00 it would be mistaken by a day.
    /// </summary>
    public static Text By(Instant deadline)
    {
        var local = deadline.InZone(Zones.Shanghai).LocalDateTime;
        return local.TimeOfDay == LocalTime.Midnight ? Said(local.Date.PlusDays(-1), "24:00") : At(deadline);
    }

    /// <summary>As <see cref="By(Instant)"/>, saying so where calendar days were counted for want of the year's calendar.</summary>
    public static Text By(Instant deadline, bool countedInCalendarDays)
    {
        var by = By(deadline);
        return countedInCalendarDays ? CountedInCalendarDays(by) : by;
    }

    /// <summary>What follows from a number of days, which were counted without the year's calendar.</summary>
    public static Text CountedInCalendarDays(Text value) =>
        new(
            $"{value.Zh}（当年工作日历尚未公布，按自然日计算）",
            $"{value.En} (counted in calendar days: the year's working days are not published yet)"
        );

    /// <summary>What a zone is called beside its times.</summary>
    public static Text Zone(string timeZone) =>
        timeZone == Zones.Shanghai.Id ? new("北京时间", "Beijing time") : new(timeZone, timeZone);

    /// <summary><c>18:00</c>, by whatever clock it was taken from.</summary>
    public static string Hour(LocalTime time) => Clock.Format(time);

    /// <summary><c>18:00（北京时间）</c>, <c>18:00 (Beijing time)</c>: a time and the zone that it was taken from.</summary>
    public static Text Zoned(Text time, string timeZone) =>
        new($"{time.Zh}（{Zone(timeZone).Zh}）", $"{time.En} ({Zone(timeZone).En})");

    public static Text On(LocalDate date) => new(Zh.Format(date), En.Format(date));

    public static string Yuan(long amount, string currency) => new Money(amount, currency).ToString();

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    static Text Said(LocalDate date, string time) =>
        Zoned(new($"{Zh.Format(date)} {time}", $"{En.Format(date)}, {time}"), Zones.Shanghai.Id);
}
