using ClosedDoor.Domain;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public class OutcomeTests
{
    [Test]
    public void The_value_of_a_refusal_is_a_bug_that_names_it()
    {
        Outcome<string> refused = Refusals.SessionFull;

        Assert.That(
            () => refused.Value,
            Throws.InvalidOperationException.With.Message.Contains(Refusals.SessionFull.Code)
        );
        Assert.That(refused.Refused(out var refusal) && refusal.Is(Refusals.SessionFull));
    }

    [Test]
    public void What_follows_is_done_with_a_value_and_left_undone_with_a_refusal()
    {
        Outcome<long> price = 3_880_000;
        Outcome<long> refused = Refusals.SessionNotOnSale;

        Assert.That(price.Then<string>(fen => Money.Cny(fen).ToString()).Value, Is.EqualTo("¥38,800.00"));
        Assert.That(
            refused.Then<string>(fen => Money.Cny(fen).ToString()).Refusal?.Is(Refusals.SessionNotOnSale),
            Is.True
        );
    }
}
