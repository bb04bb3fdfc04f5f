using System.Text.RegularExpressions;
using NodaTime;

namespace ClosedDoor.Platform.Outbox;

/// <summary>How often and how late a message that failed is tried again.</summary>
static partial class Retries
{
    /// <summary>
    /// An hour and a half to three hours of trying: a mail server that is down overnight leaves parked messages to retry.
    /// </summary>
    public const int Most = 10;

    static readonly Duration First = Duration.FromSeconds(30);
    static readonly Duration Longest = Duration.FromHours(1);

    const int LongestError = 500;

    /// <summary>
    /// Twice as long after every attempt, and at most an hour. Half of it is left to chance, so that what failed
    /// together does not come back together.
    /// </summary>
    /// <param name="attempts">Attempts so far, from 1.</param>
    /// <param name="chance">From 0 to 1.</param>
    public static Duration Wait(long attempts, double chance)
    {
        var whole = Duration.Min(Longest, First * (1L << (int)Math.Clamp(attempts - 1, 0, 20)));
        return Duration.FromMilliseconds((long)(whole.TotalMilliseconds * (0.5 + chance / 2)));
    }

    /// <summary>What went wrong, for an organizer: without the local part of any address, which is personal data.</summary>
    public static string Describe(Exception error)
    {
        var text = $"{error.GetType().Name}: {error.Message}";
        if (error.InnerException is { } inner)
            text += $" ({inner.Message})";
        text = LocalPart().Replace(text, "…@");
        return text.Length > LongestError ? text[..LongestError] : text;
    }

    [GeneratedRegex(@"[^\s<>@:;,]+@", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LocalPart();
}
