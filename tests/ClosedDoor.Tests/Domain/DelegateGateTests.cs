using ClosedDoor.Domain;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public class DelegateGateTests
{
    static IEnumerable<TestCaseData> EveryPair() =>
        from status in Enum.GetValues<DelegateVetting>()
        from trigger in Enum.GetValues<DelegateTrigger>()
        select new TestCaseData(status, trigger).SetArgDisplayNames($"{status}", $"{trigger}");

    [TestCaseSource(nameof(EveryPair))]
    public void A_decision_can_be_revised_and_is_never_made_twice(DelegateVetting from, DelegateTrigger trigger)
    {
        var to = trigger is DelegateTrigger.Approve ? DelegateVetting.Approved : DelegateVetting.Refused;
        Assert.That(from.After(trigger), Is.EqualTo(from == to ? (DelegateVetting?)null : to));
    }

    [Test]
    public void Only_the_vetted_who_accepted_everything_and_have_a_paid_seat_come_in()
    {
        AgreementKind[][] sets =
        [
            [],
            [AgreementKind.Nda],
            [AgreementKind.IntegrityPledge],
            Enum.GetValues<AgreementKind>(),
        ];
        foreach (var vetting in Enum.GetValues<DelegateVetting>())
        foreach (var accepted in sets)
        foreach (var seat in Enum.GetValues<ReservationStatus>())
        {
            var mayEnter =
                vetting is DelegateVetting.Approved
                && accepted.Length == 2
                && (seat is ReservationStatus.Confirmed or ReservationStatus.Attended or ReservationStatus.NoShow);
            Assert.That(
                DelegateGate.Check(vetting, accepted, seat) is null,
                Is.EqualTo(mayEnter),
                $"{vetting} {accepted.Length} {seat}"
            );
        }
    }

    /// <summary>Whoever changes a text gives it the next version, or what people accepted would not be what they read.</summary>
    [TestCase(AgreementKind.Nda, 1, "4efdd993b29911d12c2fdefc016ad0c7fb674061199d009a5969a32525148ac0")]
    [TestCase(AgreementKind.IntegrityPledge, 1, "18e72baecfbad660d1fd29b6a47d564829081e89de50aabec2907800132cd87c")]
    public void A_text_stays_what_it_was_under_its_version(AgreementKind kind, int version, string sha256) =>
        Assert.That(
            Agreement.InForce.Single(one => one.Kind == kind) is var one ? (one.Version, one.Sha256) : default,
            Is.EqualTo((version, sha256))
        );

    [Test]
    public void The_guests_word_opens_a_pair_and_eithers_word_closes_it()
    {
        ConflictKind[] none = [];
        ConflictKind[] some = [ConflictKind.Equity];
        Assert.Multiple(() =>
        {
            Assert.That(ConflictOfInterest.Standing(null, null), Is.EqualTo(PairStanding.Undeclared));
            Assert.That(ConflictOfInterest.Standing(null, none), Is.EqualTo(PairStanding.Undeclared));
            Assert.That(ConflictOfInterest.Standing(null, some), Is.EqualTo(PairStanding.Conflict));
            Assert.That(ConflictOfInterest.Standing(none, null), Is.EqualTo(PairStanding.Clear));
            Assert.That(ConflictOfInterest.Standing(none, none), Is.EqualTo(PairStanding.Clear));
            Assert.That(ConflictOfInterest.Standing(none, some), Is.EqualTo(PairStanding.Conflict));
            Assert.That(ConflictOfInterest.Standing(some, none), Is.EqualTo(PairStanding.Conflict));
        });
    }
}
