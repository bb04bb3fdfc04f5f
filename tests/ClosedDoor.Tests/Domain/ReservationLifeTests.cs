using ClosedDoor.Domain;
using NUnit.Framework;
using static ClosedDoor.Domain.ReservationStatus;

namespace ClosedDoor.Tests.Domain;

public class ReservationLifeTests
{
    /// <summary>Every state under every trigger, in the order in which <see cref="ReservationTrigger"/> lists them; null is a refusal.</summary>
    static readonly Dictionary<ReservationStatus, ReservationStatus?[]> Table = new()
    {
        // Approve, Decline, ChoosePayment, Pay, Lapse, Cancel, Attend, Miss
        [Applied] = [Held, Declined, null, null, Expired, Cancelled, null, null],
        [Held] = [null, null, AwaitingPayment, null, Expired, Cancelled, null, null],
        [AwaitingPayment] = [null, null, null, Confirmed, Expired, Cancelled, null, null],
        [Confirmed] = [null, null, null, null, null, Cancelled, Attended, NoShow],
        [Attended] = [null, null, null, null, null, null, null, NoShow],
        [NoShow] = [null, null, null, null, null, null, Attended, null],
        [Declined] = [null, null, null, null, null, null, null, null],
        [Expired] = [null, null, null, Confirmed, null, null, null, null],
        [Cancelled] = [null, null, null, null, null, null, null, null],
    };

    static IEnumerable<TestCaseData> EveryPair() =>
        from status in Enum.GetValues<ReservationStatus>()
        from trigger in Enum.GetValues<ReservationTrigger>()
        select new TestCaseData(status, trigger).SetArgDisplayNames($"{status}", $"{trigger}");

    [TestCaseSource(nameof(EveryPair))]
    public void A_reservation_moves_as_the_contract_says_and_no_other_way(
        ReservationStatus from,
        ReservationTrigger trigger
    ) => Assert.That(from.After(trigger), Is.EqualTo(Table[from][(int)trigger]));

    [Test]
    public void The_table_has_every_state_and_every_trigger()
    {
        Assert.That(Table.Keys, Is.EquivalentTo(Enum.GetValues<ReservationStatus>()));
        Assert.That(
            Table.Values.Select(row => row.Length),
            Is.All.EqualTo(Enum.GetValues<ReservationTrigger>().Length)
        );
    }

    [Test]
    public void A_company_makes_no_second_reservation_while_one_waits_or_has_a_seat() =>
        Assert.That(
            Enum.GetValues<ReservationStatus>().Where(status => status.IsLive()),
            Is.EqualTo([Applied, Held, AwaitingPayment, Confirmed, Attended, NoShow])
        );

    [TestCase(Applied, false)]
    [TestCase(Held, true)]
    [TestCase(AwaitingPayment, true)]
    [TestCase(Confirmed, true)]
    [TestCase(Attended, true)]
    [TestCase(NoShow, true)]
    [TestCase(Declined, false)]
    [TestCase(Expired, false)]
    [TestCase(Cancelled, false)]
    public void A_seat_is_taken_from_the_hold_to_the_meeting(ReservationStatus status, bool takesSeat) =>
        Assert.That(status.TakesSeat(), Is.EqualTo(takesSeat));

    [Test]
    public void Nothing_but_an_approval_or_money_gives_a_seat_to_who_has_none()
    {
        foreach (var (from, row) in Table)
        {
            for (var i = 0; i < row.Length; i++)
            {
                if (!from.TakesSeat() && row[i]?.TakesSeat() == true)
                    Assert.That((ReservationTrigger)i, Is.AnyOf(ReservationTrigger.Approve, ReservationTrigger.Pay));
            }
        }
    }
}
