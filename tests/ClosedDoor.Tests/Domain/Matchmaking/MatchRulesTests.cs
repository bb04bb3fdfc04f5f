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
    public void A_meeting_may_end_as_a_break_begins_or_as_the_day_ends() =>
        Assert.That(
            SlotGrid.Of(Nine, new(11, 0), 30, 0, [(new(10, 0), new(10, 30))]).Slots,
            Is.EqualTo([
                (Nine, new LocalTime(9, 30)),
                (new LocalTime(9, 30), new LocalTime(10, 0)),
                (new LocalTime(10, 30), new LocalTime(11, 0)),
            ])
        );

    [TestCase(39, 63, false)]
    [TestCase(40, 64, false, Description = "As many as a timetable can have.")]
    [TestCase(49, 64, false)]
    [TestCase(50, 64, true)]
    public void A_day_of_more_slots_than_a_timetable_can_have_is_cut_and_says_so(int minute, int slots, bool cut)
    {
        var grid = SlotGrid.Of(new(8, 0), new(18, minute), 10, 0, []);

        Assert.That((grid.Slots.Count, grid.IsCut), Is.EqualTo((slots, cut)));
    }

    [Test]
    public void A_slot_counts_as_there_only_when_all_of_it_is()
    {
        var grid = SlotGrid.Of(Nine, new LocalTime(10, 40), 20, 5, []);

        Assert.That(grid.Within([(new(9, 25), new(9, 45))]), Is.EqualTo(SlotSet.None.With(1)));

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

    [TestCase(Wish.Neutral, Wish.Neutral, 0, 500)]
    [TestCase(Wish.Want, Wish.Neutral, 0, 2_500)]
    [TestCase(Wish.Must, Wish.Neutral, 0, 4_500)]
    [TestCase(Wish.Neutral, Wish.Want, 0, 1_700)]
    [TestCase(Wish.Neutral, Wish.Must, 0, 3_000)]
    [TestCase(Wish.Neutral, Wish.Neutral, 80, 1_300)]
    [TestCase(Wish.Must, Wish.Must, 100, 8_000)]
    public void A_pair_is_worth_the_sum_of_both_wishes_and_of_its_fit(
        Wish company,
        Wish guest,
        int needs,
        int weight
    ) => Assert.That(PairWorth.Of(company, guest, needs).Weight, Is.EqualTo(weight));

    [Test]
    public void A_veto_is_a_guests_word_and_a_plain_no_a_companys()
    {
        var all = Enum.GetValues<Wish>();

        Assert.That(
            all.Where(wish => wish.MayBeSaidByCompany()),
            Is.EqualTo([Wish.Must, Wish.Want, Wish.Neutral, Wish.No])
        );
        Assert.That(all.Where(wish => wish.MayBeSaidByGuest()), Is.EqualTo(all.Except([Wish.No])));
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
        Assert.That(
            fit.Reasons,
            Is.EqualTo([
                new Text("共同的专科方向：肿瘤科", "Shared specialties: Oncology"),
                new Text(
                    "所需器械类别相符：医用成像器械",
                    "The kind of device that is looked for: Medical imaging devices"
                ),
            ])
        );
        Assert.That(
            NeedFit.Of(company, MatchProfile.Empty),
            Is.EqualTo(new NeedFit(0, []))
                .Using<NeedFit>((a, b) => a.Score == b.Score && a.Reasons.Count == b.Reasons.Count)
        );
        var most = NeedFit.Of(company, company);
        Assert.That(most.Score, Is.EqualTo(NeedFit.Most));
        Assert.That(most.Reasons[0].En, Is.EqualTo("Shared specialties: Internal medicine, Oncology"));
    }

    [Test]
    public void A_code_that_is_on_no_list_fits_nothing()
    {
        var unknown = new MatchProfile(["99"], ["99"], []);

        Assert.That(NeedFit.Of(unknown, unknown).Score, Is.Zero);
    }

    [TestCase(true, true, MeetingStatus.Held)]
    [TestCase(false, true, MeetingStatus.CompanyAbsent)]
    [TestCase(true, false, MeetingStatus.GuestAbsent)]
    [TestCase(false, false, MeetingStatus.BothAbsent)]
    public void A_meeting_was_held_when_both_came(bool company, bool guest, MeetingStatus status) =>
        Assert.That(new WhoCame(company, guest).Status, Is.EqualTo(status));

    /// <summary>Who came, as the company, the guest and the organizer say: C the company, G the guest.</summary>
    [TestCase(null, null, null, false)]
    [TestCase("CG", null, null, true)]
    [TestCase("G", null, null, true, Description = "The company owns up to having stayed away.")]
    [TestCase("C", null, null, false, Description = "Its word alone that the guest stayed away.")]
    [TestCase("", null, null, false)]
    [TestCase(null, "CG", null, true)]
    [TestCase(null, "C", null, true)]
    [TestCase(null, "G", null, false)]
    [TestCase("C", "C", null, true)]
    [TestCase("C", "G", null, false)]
    [TestCase("C", "G", "CG", true)]
    [TestCase(null, null, "", true)]
    public void Money_follows_from_what_nobody_can_say_of_the_other_alone(
        string? company,
        string? guest,
        string? organizer,
        bool settled
    )
    {
        Assert.That(MeetingLife.IsSettled(Said(company), Said(guest), Said(organizer)), Is.EqualTo(settled));

        static WhoCame? Said(string? who) => who is null ? null : new(who.Contains('C'), who.Contains('G'));
    }

    [Test]
    public void A_company_has_had_its_meeting_when_it_was_held_or_the_company_stayed_away() =>
        Assert.That(
            Enum.GetValues<MeetingStatus>().Where(status => status.CountsForGuarantee()),
            Is.EqualTo([MeetingStatus.Held, MeetingStatus.CompanyAbsent])
        );

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
