using ClosedDoor.Domain;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain.Matchmaking;

public class TimetableProblemTests
{
    /// <summary>Two companies, three guests, four slots, two tables.</summary>
    static readonly TimetableProblem Sound = new()
    {
        Slots = 4,
        Tables = 2,
        Companies = [new(SlotSet.All(4), 0), new(SlotSet.All(4), 3)],
        Guests = [new(SlotSet.All(4)), new(SlotSet.All(4)), new(SlotSet.All(4))],
        Pairs = new PairTerms[,]
        {
            { new(0), new(TimetableProblem.MostWeight), new(3, PairBar.Veto) },
            { new(4), new(5), new(6) },
        },
    };

    [Test]
    public void A_sound_problem_has_no_flaw_nor_has_a_day_without_slots_or_tables_or_with_the_most()
    {
        Assert.That(Sound.Flaw(), Is.Null);
        Assert.That((Sound with { Slots = 0 }).Flaw(), Is.Null);
        Assert.That((Sound with { Slots = SlotSet.Most }).Flaw(), Is.Null);
        Assert.That((Sound with { Tables = 0 }).Flaw(), Is.Null);
    }

    static IEnumerable<TestCaseData> Flawed() =>
        [
            new(Sound with { Slots = -1 }, "a timetable has 0 to 64 slots"),
            new(Sound with { Slots = SlotSet.Most + 1 }, "a timetable has 0 to 64 slots"),
            new(Sound with { Tables = -1 }, "tables must not be negative"),
            new(Sound with { Companies = [.. Sound.Companies, new(default, 0)] }, OneRowAndColumnEach),
            new(Sound with { Guests = [.. Sound.Guests, new(default)] }, OneRowAndColumnEach),
            new(Sound with { Pairs = Weighing(-1) }, "a weight lies between 0 and 10000"),
            new(Sound with { Pairs = Weighing(TimetableProblem.MostWeight + 1) }, "a weight lies between 0 and 10000"),
            new(
                Sound with
                {
                    Companies = [Sound.Companies[0], new(SlotSet.All(4), -1)],
                },
                "a guarantee must not be negative"
            ),
        ];

    [TestCaseSource(nameof(Flawed))]
    public void What_makes_a_problem_meaningless_is_named(TimetableProblem problem, string flaw) =>
        Assert.That(problem.Flaw(), Is.EqualTo(flaw));

    [TestCase(0, 0, 0, 0, true)]
    [TestCase(1, 2, 3, 1, true)]
    [TestCase(-1, 0, 0, 0, false)]
    [TestCase(2, 0, 0, 0, false)]
    [TestCase(0, -1, 0, 0, false)]
    [TestCase(0, 3, 0, 0, false)]
    [TestCase(0, 0, -1, 0, false)]
    [TestCase(0, 0, 4, 0, false)]
    [TestCase(0, 0, 0, -1, false)]
    [TestCase(0, 0, 0, 2, false)]
    public void A_fixed_meeting_names_who_and_what_is_there(
        int company,
        int guest,
        int slot,
        int table,
        bool isThere
    ) =>
        Assert.That(
            (Sound with { Fixed = [new(company, guest, slot, table)] }).Flaw(),
            isThere ? Is.Null : Is.EqualTo("a fixed meeting names somebody or a place that is not there")
        );

    [TestCase(1, 1, 0, 1, false)]
    [TestCase(0, 0, 1, 1, true, Description = "The pair has met.")]
    [TestCase(0, 1, 0, 1, true, Description = "The company sits elsewhere.")]
    [TestCase(1, 0, 0, 1, true, Description = "The guest sits elsewhere.")]
    [TestCase(1, 1, 0, 0, true, Description = "The table is taken.")]
    public void Two_fixed_meetings_collide_as_any_two_do(int company, int guest, int slot, int table, bool collide) =>
        Assert.That(
            (Sound with { Fixed = [new(0, 0, 0, 0), new(company, guest, slot, table)] }).Flaw(),
            collide ? Is.EqualTo("fixed meetings collide") : Is.Null
        );

    const string OneRowAndColumnEach =
        "the table of pairs must have a row for each company and a column for each guest";

    static PairTerms[,] Weighing(int weight)
    {
        var pairs = (PairTerms[,])Sound.Pairs.Clone();
        pairs[1, 2] = new(weight);
        return pairs;
    }
}
