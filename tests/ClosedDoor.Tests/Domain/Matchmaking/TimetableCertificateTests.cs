using ClosedDoor.Domain;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain.Matchmaking;

public class TimetableCertificateTests
{
    static readonly LevelProof Open = new(90, 100);

    static readonly TimetableCertificate AllProved = new()
    {
        Shortfall = new(0, 0),
        Weight = new(48_000, 48_000),
        Changes = new(0, 0),
        FewestMeetings = new(3, 3),
        Spread = new(1, 1),
        LongestWait = Open,
        TotalWait = Open,
        TableChanges = Open,
        Jain = 1,
        Missing = [],
        MissedGuarantees = [],
        End = SearchEnd.Finished,
        Steps = 0,
    };

    [TestCase(100, 100, 0)]
    [TestCase(0, 0, 0)]
    [TestCase(90, 100, 0.1)]
    [TestCase(5, 4, 0.2, Description = "Fewer would be better.")]
    [TestCase(2, 0, 1)]
    public void A_gap_is_a_share_of_the_larger_of_what_is_reached_and_what_is_possible(
        long value,
        long bound,
        double gap
    )
    {
        var level = new LevelProof(value, bound);

        Assert.That(level.Gap, Is.EqualTo(gap).Within(1e-12));
        Assert.That(level.Proved, Is.EqualTo(gap == 0));
    }

    [Test]
    public void A_timetable_is_proved_best_when_its_first_three_levels_are()
    {
        TimetableCertificate[] open =
        [
            AllProved with
            {
                Shortfall = Open,
            },
            AllProved with
            {
                Weight = Open,
            },
            AllProved with
            {
                Changes = Open,
            },
            AllProved with
            {
                FewestMeetings = Open,
            },
            AllProved with
            {
                Spread = Open,
            },
        ];

        Assert.That(AllProved.Proved, Is.True);
        Assert.That(open.Select(one => one.Proved), Has.All.False);
    }

    [Test]
    public void How_far_the_points_are_from_the_best_nobody_knows_while_the_shortfall_is_open()
    {
        Assert.That(AllProved.Gap, Is.Zero);
        Assert.That((AllProved with { Weight = Open }).Gap, Is.EqualTo(0.1).Within(1e-12));
        Assert.That((AllProved with { Weight = Open, Shortfall = Open }).Gap, Is.EqualTo(1));
    }
}
