using NodaTime;

namespace ClosedDoor.Domain;

/// <summary>The failures that stand against an account or an address, the earliest first, and the lock that they brought.</summary>
public sealed record SignInFailures(IReadOnlyList<Instant> At, Instant? LockedUntil)
{
    public static readonly SignInFailures None = new([], null);
}

/// <summary>What one more attempt meets.</summary>
/// <param name="Counted">The failures with this attempt among them; unchanged when it is refused.</param>
/// <param name="RefusedUntil">When the lock ends that refuses it; null when the password may be looked at.</param>
public sealed record SignInAttempt(SignInFailures Counted, Instant? RefusedUntil);

/// <summary>
/// How many guesses at a password are looked at. An attempt is counted as a failure before its password is checked, and
/// taken back when the password was right: so guesses that come all at once are no more than guesses one by one.
/// </summary>
public static class SignInLimits
{
    /// <summary>Failures within <see cref="Window"/> that lock an account, or an e-mail address that is nobody's.</summary>
    public const int PerAccount = 5;

    /// <summary>As <see cref="PerAccount"/>, for the address that the guesses come from: a whole office may share it.</summary>
    public const int PerAddress = 50;

    public static readonly Duration Window = Duration.FromMinutes(15);

    /// <summary>Counted from the failure that filled the window. An attempt during the lock does not prolong it.</summary>
    public static readonly Duration LockedFor = Duration.FromMinutes(15);

    public static SignInAttempt Attempt(SignInFailures earlier, int most, Instant now)
    {
        // A clock that was set back locks nobody for longer than the policy says: what lies too far ahead is dropped.
        if (earlier.LockedUntil is { } until && now < until && until - now <= LockedFor)
            return new(earlier, until);

        var standing = earlier.LockedUntil is null
            ? earlier.At.Where(at => at > now - Window && at <= now + Window)
            : [];
        Instant[] counted = [.. standing, now];
        return new(new(counted, counted.Length >= most ? now + LockedFor : null), null);
    }

    /// <summary>The password was right: the attempt made at <paramref name="at"/> was no failure, and neither is its lock.</summary>
    public static SignInFailures TakeBack(SignInFailures failures, int most, Instant at)
    {
        var left = failures.At.ToList();
        left.Remove(at);
        return new(left, left.Count >= most ? failures.LockedUntil : null);
    }

    /// <summary>Whole seconds until the lock ends, at least one: what Retry-After says.</summary>
    public static long SecondsUntil(Instant until, Instant now) =>
        Math.Max(1, (long)Math.Ceiling((until - now).TotalSeconds));
}
