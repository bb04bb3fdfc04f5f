using ClosedDoor.Domain;
using ClosedDoor.Features.Payments.Refunds;
using FsCheck.Fluent;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public class RefundRulesTests
{
    [TestCase(1000, 0, 0, 1000)]
    [TestCase(1000, 300, 0, 700)]
    [TestCase(1000, 300, 700, 0)]
    [TestCase(1000, 1000, 500, 0, Description = "Contested after part of it was refunded.")]
    public void What_may_go_back_is_what_is_left_and_never_less_than_nothing(
        long captured,
        long disputed,
        long live,
        long left
    ) => Assert.That(RefundRules.Refundable(captured, disputed, live), Is.EqualTo(left));

    [Test]
    public void A_limit_cannot_be_passed_in_small_steps() =>
        Properties.Hold(
            Gen.ArrayOf(Gen.Choose(1, 400)),
            steps =>
            {
                var live = 0L;
                foreach (var step in steps)
                {
                    if (RefundRules.NeedsApproval(step, live, 1000))
                        break;
                    live += step;
                }
                return live <= 1000;
            }
        );

    /// <summary>Over every path that a payment can take, from either beginning.</summary>
    [Test]
    public void Whatever_happens_to_a_payment_it_is_charged_once_or_not_at_all()
    {
        var seen = new HashSet<(PaymentStatus Status, int Charged)>
        {
            (PaymentStatus.AwaitingTransfer, 1),
            (PaymentStatus.Opening, 1),
        };
        var ahead = new Queue<(PaymentStatus Status, int Charged)>(seen);
        while (ahead.TryDequeue(out var at))
            foreach (var trigger in Enum.GetValues<PaymentTrigger>())
            {
                if (at.Status.After(trigger) is not { } to)
                    continue;
                // A debt is paid for a seat that was kept, whose charge therefore stands: Settle.Balance asks for the seat.
                if (trigger is PaymentTrigger.DebtPaid && at.Charged == 0)
                    continue;
                var next = (to, at.Charged + RefundRules.ChargeBetween(at.Status, to));
                Assert.That(next.Item2, Is.InRange(0, 1), $"{at.Status} {trigger} {to}");
                if (seen.Add(next))
                    ahead.Enqueue(next);
            }

        Assert.That(seen, Does.Contain((PaymentStatus.Confirmed, 1)).And.Not.Contain((PaymentStatus.Confirmed, 0)));
        Assert.That(seen, Does.Contain((PaymentStatus.Expired, 0)).And.Not.Contain((PaymentStatus.Expired, 1)));
    }

    [TestCase(100, 0, 3880000, 3880000)]
    [TestCase(50, 0, 3880001, 1940001, Description = "Half a fen goes to the company.")]
    [TestCase(50, 20000, 3880000, 1920000)]
    [TestCase(1, 20000, 3880000, 18800)]
    [TestCase(1, 20000, 100, 0, Description = "The fee never takes more than there is.")]
    public void Terms_give_their_part_less_their_fee(int percent, long fee, long paid, long back) =>
        Assert.That(new RefundTerms(percent, fee, 5, false).Of(paid), Is.EqualTo(back));
}
