using NodaTime;
using NodaTime.Text;

namespace ClosedDoor.Domain;

/// <summary>Days as banks print them: 2026-03-01, 2026/3/1, 2026.3.1, 20260301 and 2026年3月1日, with or without a time of day behind.</summary>
public static class BankDate
{
    static readonly IPattern<LocalDate> Pattern = new CompositePatternBuilder<LocalDate>
    {
        { LocalDatePattern.CreateWithInvariantCulture("yyyy-M-d"), _ => true },
        { LocalDatePattern.CreateWithInvariantCulture("yyyyMMdd"), _ => true },
    }.Build();

    /// <summary>Null for what is no such day.</summary>
    public static LocalDate? Parse(string text)
    {
        var bare = HalfWidth.Of(text).Trim();
        var end = bare.IndexOfAny([' ', 'T']);
        if (end > 0)
            bare = bare[..end];
        if (bare.Length == 14 && bare.All(char.IsAsciiDigit))
            bare = bare[..8]; // 20260301093015
        bare = bare.Replace('/', '-').Replace('.', '-').Replace('年', '-').Replace('月', '-').TrimEnd('日');
        return Pattern.Parse(bare) is { Success: true, Value: var day } && day.Year is >= 1990 and <= 2200 ? day : null;
    }
}
