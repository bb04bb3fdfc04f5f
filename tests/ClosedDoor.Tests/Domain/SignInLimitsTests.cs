using ClosedDoor.Domain;
using FsCheck.Fluent;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public sealed class SignInLimitsTests
{
    static readonly Instant Start = Instant.FromUtc(2026, 3, 2, 1, 0);

    // Seconds after the start at which somebody guesses, and what each guess meets: '.' looked at, 'x' refused.
    [TestCase(new[] { 0, 0, 0, 0, 0 }, ".....")]
    [TestCase(new[] { 0, 0, 0, 0, 0, 0 }, ".....x")]
    [TestCase(new[] { 0, 1, 2, 3, 4, 903 }, ".....x", Description = "The lock runs from the fifth failure.")]
    [TestCase(new[] { 0, 1, 2, 3, 4, 904 }, "......")]
    [TestCase(
        new[] { 0, 1, 2, 3, 4, 904, 905, 906, 907, 908, 909 },
        "..........x",
        Description = "After it, five more."
    )]
    [TestCase(new[] { 0, 1, 2, 3, 4, 500, 903, 904 }, ".....xx.", Description = "Trying does not prolong it.")]
    [TestCase(new[] { 0, 890, 891, 892, 899, 899 }, ".....x", Description = "Five within the window.")]
    [TestCase(new[] { 0, 890, 891, 892, 900, 901 }, "......", Description = "The first has left the window.")]
    [TestCase(new[] { 0, 890, 891, 892, 900, 901, 902 }, "......x", Description = "The window slides.")]
    [TestCase(new[] { 0, 300, 600, 900, 1200, 1500, 1800, 2100 }, "........")]
    public void Five_failures_within_fifteen_minutes_lock_for_fifteen_minutes(int[] seconds, string expected) =>
        Assert.That(Play(seconds, SignInLimits.PerAccount), Is.EqualTo(expected));

    [Test]
    public void An_address_is_given_fifty() =>
        Assert.That(Play(new int[60], SignInLimits.PerAddress), Is.EqualTo(new string('.', 50) + new string('x', 10)));

    [Test]
    public void A_clock_set_back_locks_for_no_longer_than_the_policy_says()
    {
        var locked = new SignInFailures([Start], Start + SignInLimits.LockedFor);

        Assert.That(SignInLimits.Attempt(locked, 5, Start).RefusedUntil, Is.Not.Null);
        Assert.That(SignInLimits.Attempt(locked, 5, Start - Duration.FromMilliseconds(1)).RefusedUntil, Is.Null);
    }

    [Test]
    public void Failures_behind_a_lock_that_a_clock_set_back_has_undone_count_no_more()
    {
        var locked = new SignInFailures([Start, Start, Start, Start, Start], Start + SignInLimits.LockedFor);
        var now = Start - Duration.FromMilliseconds(1);

        var counted = SignInLimits.Attempt(locked, SignInLimits.PerAccount, now).Counted;

        Assert.That(counted.At, Is.EqualTo(new[] { now }));
        Assert.That(counted.LockedUntil, Is.Null);
    }

    [TestCase(899, 1, Description = "The clock is right.")]
    [TestCase(900, 0)]
    [TestCase(-900, 1, Description = "The clock was set back.")]
    [TestCase(-901, 0)]
    public void A_failure_counts_when_it_lies_within_fifteen_minutes_of_now(int secondsAgo, int counts)
    {
        var earlier = new SignInFailures([Start - Duration.FromSeconds(secondsAgo)], null);

        Assert.That(SignInLimits.Attempt(earlier, 5, Start).Counted.At, Has.Count.EqualTo(counts + 1));
    }

    [Test]
    public void A_lock_that_other_failures_fill_stays_when_an_attempt_is_taken_back_that_they_outlived()
    {
        var full = new SignInFailures([Start, Start], Start + SignInLimits.LockedFor);

        var left = SignInLimits.TakeBack(full, 2, Start - Duration.FromMinutes(16));

        Assert.That(left.At, Is.EqualTo(full.At));
        Assert.That(left.LockedUntil, Is.EqualTo(full.LockedUntil));
    }

    [Test]
    public void A_right_password_takes_its_own_attempt_back_and_no_other()
    {
        var one = Start + Duration.FromSeconds(1);
        var full = SignInLimits.Attempt(new([Start], null), 2, one).Counted;
        Assert.That(full.LockedUntil, Is.Not.Null);

        var left = SignInLimits.TakeBack(full, 2, one);

        Assert.That(left.At, Is.EqualTo(new[] { Start }));
        Assert.That(left.LockedUntil, Is.Null);
    }

    [TestCase(0, 1)]
    [TestCase(1, 1)]
    [TestCase(1000, 1)]
    [TestCase(1001, 2)]
    [TestCase(900_000, 900)]
    public void Retry_after_is_whole_seconds_rounded_up(long milliseconds, long seconds) =>
        Assert.That(
            SignInLimits.SecondsUntil(Start + Duration.FromMilliseconds(milliseconds), Start),
            Is.EqualTo(seconds)
        );

    [Test]
    public void No_fifteen_minutes_ever_see_more_than_five_guesses_looked_at() =>
        Properties.Hold(
            Gen.Choose(0, 400).ArrayOf(60),
            gaps =>
            {
                var times = gaps.Aggregate(new List<int>(), (all, gap) => [.. all, all.LastOrDefault() + gap]);
                var looked = times.Zip(Play([.. times], 5)).Where(t => t.Second == '.').Select(t => t.First).ToList();
                return looked.TrueForAll(from => looked.Count(at => at >= from && at < from + 900) <= 5);
            }
        );

    static string Play(int[] seconds, int most)
    {
        var failures = SignInFailures.None;
        var met = "";
        foreach (var second in seconds)
        {
            var attempt = SignInLimits.Attempt(failures, most, Start + Duration.FromSeconds(second));
            failures = attempt.Counted;
            met += attempt.RefusedUntil is null ? '.' : 'x';
        }
        return met;
    }
}
