using ClosedDoor.Domain;
using NUnit.Framework;
using S = ClosedDoor.Domain.InvitationStatus;
using T = ClosedDoor.Domain.InvitationTrigger;

namespace ClosedDoor.Tests.Domain;

public class InvitationLifeTests
{
    static readonly Dictionary<(S, T), S> Allowed = new()
    {
        [(S.Standby, T.MoveUp)] = S.Invited,
        [(S.Standby, T.Withdraw)] = S.Withdrawn,
        [(S.Invited, T.Open)] = S.Opened,
        [(S.Invited, T.Accept)] = S.Accepted,
        [(S.Invited, T.Decline)] = S.Declined,
        [(S.Invited, T.Withdraw)] = S.Withdrawn,
        [(S.Opened, T.Accept)] = S.Accepted,
        [(S.Opened, T.Decline)] = S.Declined,
        [(S.Opened, T.Withdraw)] = S.Withdrawn,
        [(S.Accepted, T.Decline)] = S.Declined,
        [(S.Accepted, T.Withdraw)] = S.Withdrawn,
    };

    static IEnumerable<TestCaseData> EveryPair() =>
        from status in Enum.GetValues<S>()
        from trigger in Enum.GetValues<T>()
        select new TestCaseData(status, trigger).SetArgDisplayNames($"{status}", $"{trigger}");

    [TestCaseSource(nameof(EveryPair))]
    public void An_invitation_moves_this_way_and_no_other(S from, T trigger) =>
        Assert.That(from.After(trigger), Is.EqualTo(Allowed.TryGetValue((from, trigger), out var to) ? to : (S?)null));

    [Test]
    public void A_place_is_taken_while_an_answer_is_awaited_and_after_a_yes() =>
        Assert.That(
            Enum.GetValues<S>().Where(status => status.TakesPlace()),
            Is.EqualTo([S.Invited, S.Opened, S.Accepted])
        );

    [Test]
    public void An_answer_is_awaited_until_it_is_given() =>
        Assert.That(Enum.GetValues<S>().Where(status => status.AwaitsReply()), Is.EqualTo([S.Invited, S.Opened]));
}
