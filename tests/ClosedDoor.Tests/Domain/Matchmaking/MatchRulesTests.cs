using ClosedDoor.Domain;
using FsCheck.Fluent;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain.Matchmaking;

public class MatchRulesTests
{
    static readonly LocalTime Nine = new(9, 0);
    static readonly LocalTime Five = new(17, 0);

    [Test]
    public void The_day_of_the_article_has_fifteen_slots_around_its_lunch()
    {
        var slots = SlotGrid.Of(Nine, Five, 20, 5, [(new(12, 0), new(13, 30))]).Slots;

        Assert.That(slots, Has.Count.EqualTo(15));
        Assert.That(slots[0], Is.EqualTo((Nine, new LocalTime(9, 20))));
        Assert.That(slots[6].To, Is.EqualTo(new LocalTime(11, 50)));
        Assert.That(slots[7].From, Is.EqualTo(new LocalTime(13, 30)));
    }

    [Test]
    public void Slots_never_overlap_run_into_a_break_or_leave_the_day() =>
        Properties.Hold(
            from lengths in Gen.Choose(5, 120).Two()
            from pause in Gen.Choose(0, 47).Two()
            select (lengths, pause),
            drawn =>
            {
                var (lengths, pause) = drawn;
                var (from, to) = (Math.Min(pause.Item1, pause.Item2), Math.Max(pause.Item1, pause.Item2) + 1);
                var rest = (Nine.PlusMinutes(from * 10), Nine.PlusMinutes(to * 10));
                var slots = SlotGrid.Of(Nine, Five, lengths.Item1, lengths.Item2 % 30, [rest]).Slots;
                return slots.All(slot => slot.From >= Nine && slot.To <= Five && slot.From < slot.To)
                    && slots.All(slot => slot.To <= rest.Item1 || slot.From >= rest.Item2)
                    && slots.Zip(slots.Skip(1)).All(pair => pair.First.To <= pair.Second.From);
            }
        );

    [Test]
    public void A_slot_counts_as_there_only_when_all_of_it_is()
    {
        var grid = SlotGrid.Of(Nine, new LocalTime(10, 40), 20, 5, []);

        Assert.That(grid.Within(null).Count, Is.EqualTo(4));
        Assert.That(grid.Within([(new(9, 10), new(10, 10))]).Count, Is.EqualTo(2));
        Assert.That(grid.Within([]).Count, Is.Zero);
    }

    [Test]
    public void A_stronger_wish_or_a_better_fit_never_weighs_less()
    {
        Wish[] ranks = [Wish.Neutral, Wish.Want, Wish.Must];
        foreach (var other in ranks)
            for (var i = 1; i < ranks.Length; i++)
            {
                Assert.That(
                    PairWorth.Of(ranks[i], other, 0).Weight,
                    Is.GreaterThan(PairWorth.Of(ranks[i - 1], other, 0).Weight)
                );
                Assert.That(
                    PairWorth.Of(other, ranks[i], 0).Weight,
                    Is.GreaterThan(PairWorth.Of(other, ranks[i - 1], 0).Weight)
                );
            }
        Assert.That(
            PairWorth.Of(Wish.Must, Wish.Must, NeedFit.Most).Weight,
            Is.LessThanOrEqualTo(TimetableProblem.MostWeight)
        );
    }

    [TestCase(Wish.Must, Wish.Veto, PairBar.Veto)]
    [TestCase(Wish.Must, Wish.Recuse, PairBar.Veto)]
    [TestCase(Wish.No, Wish.Must, PairBar.Declined)]
    [TestCase(Wish.Neutral, Wish.Neutral, PairBar.None)]
    public void Who_will_not_meet_is_barred(Wish company, Wish guest, PairBar bar) =>
        Assert.That(PairWorth.Of(company, guest, 0).Bar, Is.EqualTo(bar));

    [Test]
    public void A_fit_is_explained_part_by_part()
    {
        var company = new MatchProfile(["03", "19"], ["06"], [CooperationModel.ResearchProject]);

        var fit = NeedFit.Of(company, new(["19"], ["06"], [CooperationModel.PlainSale]));

        Assert.That(fit.Score, Is.EqualTo(80));
        Assert.That(fit.Reasons, Has.Count.EqualTo(2));
        Assert.That(
            NeedFit.Of(company, MatchProfile.Empty),
            Is.EqualTo(new NeedFit(0, []))
                .Using<NeedFit>((a, b) => a.Score == b.Score && a.Reasons.Count == b.Reasons.Count)
        );
        Assert.That(NeedFit.Of(company, company).Score, Is.EqualTo(NeedFit.Most));
    }

    static readonly WhoCame[] Words = [new(true, true), new(true, false), new(false, true), new(false, false)];

    [Test]
    public void The_organizers_word_ends_every_dispute()
    {
        foreach (var company in Words)
        foreach (var guest in Words)
        {
            var between = MeetingLife.After(company, guest, null);
            Assert.That(between, Is.EqualTo(company == guest ? company.Status : MeetingStatus.Disputed));
            foreach (var organizer in Words)
                Assert.That(MeetingLife.After(company, guest, organizer), Is.EqualTo(organizer.Status));
        }
        Assert.That(MeetingLife.After(null, null, null), Is.EqualTo(MeetingStatus.Planned));
        Assert.That(MeetingLife.After(null, Words[1], null), Is.EqualTo(MeetingStatus.GuestAbsent));
    }

    [Test]
    public void A_timetable_goes_from_draft_over_review_to_the_public_and_no_other_way()
    {
        var moves =
            from state in Enum.GetValues<TimetableStatus>()
            from trigger in Enum.GetValues<TimetableTrigger>()
            let to = state.After(trigger)
            where to is not null
            select $"{state} {trigger} {to}";

        Assert.That(
            moves,
            Is.EquivalentTo([
                "Draft Edit Draft",
                "Draft Review Reviewed",
                "Draft Discard Discarded",
                "Reviewed Edit Draft",
                "Reviewed Publish Published",
                "Reviewed Discard Discarded",
                "Published Supersede Superseded",
            ])
        );
    }
}
