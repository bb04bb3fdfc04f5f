using ClosedDoor.Domain;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public class RedLettersTests
{
    static InvoicedRefund Of(string id, long amount, bool covered = true) =>
        new(id, amount, covered, false, false, false);

    [Test]
    public void What_leaves_the_invoiced_amount_here_needs_none() =>
        Assert.That(RedLetters.Due(188, 100, [Of("late", 88), Of("price", 100)]), Is.EqualTo(["price"]));

    [Test]
    public void What_has_left_without_one_uses_up_what_needs_none() =>
        Assert.That(
            RedLetters.Due(188, 100, [Of("one", 50) with { HasLeft = true }, Of("two", 39), Of("three", 38)]),
            Is.EqualTo(["two"])
        );

    [Test]
    public void A_letter_of_a_promise_that_was_withdrawn_is_spent_on_what_goes_in_its_place() =>
        Assert.That(
            RedLetters.Due(
                100,
                100,
                [
                    Of("was", 60) with
                    {
                        IsWithdrawn = true,
                        HasLetter = true,
                    },
                    Of("outside", 20) with
                    {
                        HasLeft = true,
                    },
                    Of("anew", 40),
                    Of("more", 41),
                ]
            ),
            Is.EqualTo(["more"])
        );

    [Test]
    public void What_a_bank_has_taken_back_lets_nothing_go_without_one() =>
        Assert.That(RedLetters.Due(40, 100, [Of("rest", 40)]), Is.EqualTo(["rest"]));

    [Test]
    public void No_more_goes_without_a_letter_than_came_beyond_the_invoice_in_whatever_order()
    {
        var cases =
            from invoiced in Gen.Choose(1, 1000)
            from here in Gen.Choose(0, 1500)
            from amounts in Gen.Choose(1, 500).ListOf()
            select (invoiced, here, amounts);
        Properties.Hold(
            cases,
            given =>
            {
                var refunds = given.amounts.Select((amount, at) => Of($"{at}", amount)).ToList();
                for (var at = 0; at < refunds.Count; at++)
                {
                    var due = RedLetters.Due(given.here, given.invoiced, refunds).Contains(refunds[at].Id);
                    refunds[at] = refunds[at] with { HasLetter = due, HasLeft = true };
                }
                return refunds.Where(refund => !refund.HasLetter).Sum(refund => refund.Amount)
                        <= Math.Max(0, given.here - given.invoiced)
                    && !RedLetters.Due(given.here, given.invoiced, refunds).Any();
            }
        );
    }
}
