using ClosedDoor.Domain;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public class VettingLifeTests
{
    static readonly Dictionary<(VettingStatus, VettingTrigger), VettingStatus> Allowed = new()
    {
        [(VettingStatus.Draft, VettingTrigger.Submit)] = VettingStatus.Submitted,
        [(VettingStatus.InfoRequested, VettingTrigger.Submit)] = VettingStatus.Submitted,
        [(VettingStatus.Submitted, VettingTrigger.RequestInfo)] = VettingStatus.InfoRequested,
        [(VettingStatus.Submitted, VettingTrigger.Approve)] = VettingStatus.Approved,
        [(VettingStatus.Submitted, VettingTrigger.Reject)] = VettingStatus.Rejected,
        [(VettingStatus.Approved, VettingTrigger.Expire)] = VettingStatus.Expired,
        [(VettingStatus.Approved, VettingTrigger.Revoke)] = VettingStatus.Revoked,
    };

    static IEnumerable<TestCaseData> EveryPair() =>
        from status in Enum.GetValues<VettingStatus>()
        from trigger in Enum.GetValues<VettingTrigger>()
        select new TestCaseData(status, trigger).SetArgDisplayNames($"{status}", $"{trigger}");

    [TestCaseSource(nameof(EveryPair))]
    public void A_vetting_moves_as_the_contract_says_and_no_other_way(VettingStatus from, VettingTrigger trigger) =>
        Assert.That(
            from.After(trigger),
            Is.EqualTo(Allowed.TryGetValue((from, trigger), out var to) ? to : (VettingStatus?)null)
        );

    [Test]
    public void The_company_may_change_a_draft_and_what_it_was_asked_to_complete() =>
        Assert.That(
            Enum.GetValues<VettingStatus>().Where(status => status.TakesChanges()),
            Is.EqualTo([VettingStatus.Draft, VettingStatus.InfoRequested])
        );

    [Test]
    public void A_rejected_expired_or_revoked_vetting_leads_to_no_seat() =>
        Assert.That(
            Enum.GetValues<VettingStatus>().Where(status => !status.IsAlive()),
            Is.EquivalentTo([VettingStatus.Rejected, VettingStatus.Expired, VettingStatus.Revoked])
        );
}
