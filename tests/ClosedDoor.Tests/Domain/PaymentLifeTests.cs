using ClosedDoor.Domain;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public class PaymentLifeTests
{
    [TestCase(1, 100, true, PaymentStatus.Underpaid)]
    [TestCase(99, 100, true, PaymentStatus.Underpaid)]
    [TestCase(100, 100, true, PaymentStatus.Confirmed)]
    [TestCase(101, 100, true, PaymentStatus.Overpaid)]
    [TestCase(1, 100, false, PaymentStatus.RefundDue)]
    [TestCase(100, 100, false, PaymentStatus.RefundDue)]
    public void Money_makes_of_a_payment(long received, long due, bool seat, PaymentStatus expected) =>
        Assert.That(PaymentLife.Received(received, due, seat), Is.EqualTo(expected));

    [TestCase(0, PaymentStatus.Expired, PaymentStatus.Expired)]
    [TestCase(0, PaymentStatus.Cancelled, PaymentStatus.Cancelled)]
    [TestCase(1, PaymentStatus.Expired, PaymentStatus.RefundDue)]
    [TestCase(1, PaymentStatus.Cancelled, PaymentStatus.RefundDue)]
    public void An_end_gives_money_back(long received, PaymentStatus end, PaymentStatus expected) =>
        Assert.That(PaymentLife.Ended(received, end), Is.EqualTo(expected));
}
