using ClosedDoor.Domain;
using NUnit.Framework;
using static ClosedDoor.Domain.SessionStatus;

namespace ClosedDoor.Tests.Domain;

public class SessionLifeTests
{
    /// <summary>Every state under every trigger, in the order in which <see cref="SessionTrigger"/> lists them; null is a refusal.</summary>
    static readonly Dictionary<SessionStatus, SessionStatus?[]> Table = new()
    {
        // Publish, Close, Complete, Cancel
        [Draft] = [Published, null, null, Cancelled],
        [Published] = [null, Closed, null, Cancelled],
        [Closed] = [null, null, Completed, Cancelled],
        [Completed] = [null, null, null, null],
        [Cancelled] = [null, null, null, null],
    };

    static IEnumerable<TestCaseData> EveryPair() =>
        from status in Enum.GetValues<SessionStatus>()
        from trigger in Enum.GetValues<SessionTrigger>()
        select new TestCaseData(status, trigger).SetArgDisplayNames($"{status}", $"{trigger}");

    [TestCaseSource(nameof(EveryPair))]
    public void A_session_moves_as_the_contract_says_and_no_other_way(SessionStatus from, SessionTrigger trigger) =>
        Assert.That(from.After(trigger), Is.EqualTo(Table[from][(int)trigger]));

    [Test]
    public void The_table_has_every_state_and_every_trigger()
    {
        Assert.That(Table.Keys, Is.EquivalentTo(Enum.GetValues<SessionStatus>()));
        Assert.That(Table.Values.Select(row => row.Length), Is.All.EqualTo(Enum.GetValues<SessionTrigger>().Length));
    }

    [Test]
    public void What_moves_no_more_has_ended()
    {
        foreach (var (status, row) in Table)
            Assert.That(status.HasEnded(), Is.EqualTo(row.All(to => to is null)), $"{status}");
    }
}
