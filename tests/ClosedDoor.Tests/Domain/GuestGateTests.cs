using ClosedDoor.Domain;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public class GuestGateTests
{
    static readonly HospitalStanding GradeA = new(HospitalLevel.Tertiary, HospitalGrade.A);

    static IEnumerable<TestCaseData> EveryPost() =>
        Enum.GetValues<Post>()
            .Select(post =>
                new TestCaseData(
                    post,
                    post
                        is Post.President
                            or Post.PartySecretary
                            or Post.VicePresident
                            or Post.DivisionHead
                            or Post.DepartmentHead
                ).SetArgDisplayNames($"{post}")
            );

    [TestCaseSource(nameof(EveryPost))]
    public void A_director_holds_the_post_of_department_head_or_above(Post post, bool passes) =>
        Assert.That(
            GuestGate.Check(new(GuestKind.HospitalDirector, post, GradeA))?.Code,
            Is.EqualTo(passes ? null : "guest_under_rank")
        );

    [Test]
    public void Without_a_post_a_director_is_under_rank_whatever_the_title() =>
        Assert.That(
            GuestGate.Check(new(GuestKind.HospitalDirector, null, GradeA))?.Code,
            Is.EqualTo("guest_under_rank")
        );

    static IEnumerable<TestCaseData> EveryStanding() =>
        from level in Enum.GetValues<HospitalLevel>()
        from grade in Enum.GetValues<HospitalGrade>()
        select new TestCaseData(level, grade).SetArgDisplayNames($"{level}", $"{grade}");

    [TestCaseSource(nameof(EveryStanding))]
    public void A_hospital_is_tertiary_grade_A_or_above(HospitalLevel level, HospitalGrade grade)
    {
        var passes = level is HospitalLevel.Tertiary && (grade is HospitalGrade.A or HospitalGrade.Special);

        Assert.That(new HospitalStanding(level, grade).IsTertiaryGradeA, Is.EqualTo(passes));
        Assert.That(
            GuestGate.Check(new(GuestKind.HospitalDirector, Post.President, new(level, grade)))?.Code,
            Is.EqualTo(passes ? null : "hospital_not_grade_a")
        );
    }

    [Test]
    public void Officials_and_experts_need_neither_post_nor_hospital()
    {
        Assert.That(GuestGate.Check(new(GuestKind.HealthCommissionOfficial, null, null)), Is.Null);
        Assert.That(GuestGate.Check(new(GuestKind.ResearchExpert, null, null)), Is.Null);
    }

    [Test]
    public void An_official_counts_with_the_units_approval_alone()
    {
        var official = new GuestRank(GuestKind.HealthCommissionOfficial, null, null);

        Assert.That(GuestGate.CheckCounts(official, unitApproved: false)?.Code, Is.EqualTo("unit_approval_missing"));
        Assert.That(GuestGate.CheckCounts(official, unitApproved: true), Is.Null);
        Assert.That(GuestGate.CheckCounts(new(GuestKind.ResearchExpert, null, null), unitApproved: false), Is.Null);
    }

    [Test]
    public void Who_may_not_be_asked_does_not_count_either()
    {
        var doctor = new GuestRank(GuestKind.HospitalDirector, null, GradeA);
        var director = new GuestRank(GuestKind.HospitalDirector, Post.President, GradeA);

        Assert.That(GuestGate.CheckCounts(doctor, unitApproved: true)?.Code, Is.EqualTo("guest_under_rank"));
        Assert.That(GuestGate.CheckCounts(director, unitApproved: false), Is.Null);
    }

    [TestCase(HospitalLevel.Tertiary, HospitalGrade.Special, "三级特等", "Tertiary grade Special")]
    [TestCase(HospitalLevel.Tertiary, HospitalGrade.A, "三级甲等", "Tertiary grade A")]
    [TestCase(HospitalLevel.Tertiary, HospitalGrade.B, "三级乙等", "Tertiary grade B")]
    [TestCase(HospitalLevel.Secondary, HospitalGrade.C, "二级丙等", "Secondary grade C")]
    [TestCase(HospitalLevel.Primary, HospitalGrade.Unrated, "一级", "Primary")]
    [TestCase(HospitalLevel.Unrated, HospitalGrade.Unrated, "未定级", "Unrated")]
    public void A_hospitals_tier_is_its_level_and_its_grade_if_it_has_one(
        HospitalLevel level,
        HospitalGrade grade,
        string zh,
        string en
    ) => Assert.That(new HospitalStanding(level, grade).Tier, Is.EqualTo(new Text(zh, en)));

    [Test]
    public void A_director_of_no_hospital_is_told_that_it_is_not_registered()
    {
        var refusal = GuestGate.Check(new(GuestKind.HospitalDirector, Post.President, null))!;

        Assert.That(refusal.Is(Refusals.HospitalNotGradeA));
        Assert.That(refusal.Detail!.Zh, Does.Contain("现为未登记"));
        Assert.That(refusal.Detail.En, Does.Contain("it is not registered"));
    }

    [Test]
    public void A_refusal_says_why_in_both_languages()
    {
        var refusal = GuestGate.Check(
            new(GuestKind.HospitalDirector, Post.President, new(HospitalLevel.Secondary, HospitalGrade.A))
        )!;

        Assert.That(refusal.Detail!.Zh, Does.Contain("二级甲等"));
        Assert.That(refusal.Detail.En, Does.Contain("Secondary grade A"));
    }

    [TestCase(SessionStatus.Draft, -1, null)]
    [TestCase(SessionStatus.Published, -1, null)]
    [TestCase(SessionStatus.Closed, -1, null)]
    [TestCase(SessionStatus.Published, 0, "session_begun")]
    [TestCase(SessionStatus.Completed, -1, "wrong_session_status")]
    [TestCase(SessionStatus.Cancelled, 0, "wrong_session_status")]
    public void Guests_are_asked_and_answer_until_the_session_begins(
        SessionStatus status,
        long seconds,
        string? refused
    )
    {
        var begins = Instant.FromUtc(2026, 3, 30, 1, 0);
        var session = new Sale("ses", status, Admission.Open, new LocalDate(2026, 3, 30), begins, begins, Money.Cny(1));

        Assert.That(GuestGate.CheckAhead(session, begins + Duration.FromSeconds(seconds))?.Code, Is.EqualTo(refused));
    }
}
