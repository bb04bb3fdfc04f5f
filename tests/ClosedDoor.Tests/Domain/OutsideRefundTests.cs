using ClosedDoor.Domain;
using FsCheck.Fluent;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public class OutsideRefundTests
{
    static readonly RefundTerms Half = new(50, 0, 0, false);

    [Test]
    public void It_takes_the_place_of_what_a_rule_gives_and_of_no_more()
    {
        var plan = Plan(600, Half, [Rule("a", 300), Rule("b", 200), Rule("c", 100)], price: 1_200);

        Assert.That(plan.Withdrawn.Select(one => one.Id), Is.EqualTo(["a", "b", "c"]));
        Assert.That((plan.OutOfPrice, plan.Given), Is.EqualTo((0L, 0L)));
        Assert.That(
            Plan(200, Half, [Rule("a", 300), Rule("b", 300)], price: 1_200).Withdrawn.Select(one => one.Id),
            Is.EqualTo(["a"]),
            "The rest of it is promised anew by the rule."
        );
    }

    [Test]
    public void Of_a_gift_that_it_takes_the_place_of_in_part_the_rest_is_given_again()
    {
        var plan = Plan(200, null, [Gift("g", 500)]);

        Assert.That(plan.Rests.Select(one => (one.Gift.Id, one.Left)), Is.EqualTo([("g", 300L)]));
        Assert.That((plan.OutOfPrice, plan.Given), Is.EqualTo((200L, 0L)));
    }

    [Test]
    public void What_nothing_was_promised_for_comes_out_of_the_price_while_the_seat_stands()
    {
        Assert.That(Plan(200, null, []).OutOfPrice, Is.EqualTo(200));
        Assert.That(Plan(200, Half, []) is { OutOfPrice: 0, Given: 0 });
        Assert.That(Plan(200, null, [], awaited: true).OutOfPrice, Is.Zero);
    }

    [Test]
    public void What_another_refund_on_its_way_leaves_no_room_for_is_not_given_twice() =>
        Assert.That(Plan(800, null, [], onItsWay: 500).OutOfPrice, Is.EqualTo(500));

    [Test]
    public void What_is_promised_of_its_own_receipt_goes_before_what_is_older_of_another_and_no_more_than_it_needs()
    {
        var plan = Plan(300, Half, [Rule("top-up", 300) with { ReceiptId = "rcp_2" }, Rule("own", 300)], price: 1_200);

        Assert.That(plan.Withdrawn.Select(one => one.Id), Is.EqualTo(["own"]));
    }

    [Test]
    public void What_a_bank_has_taken_leaves_less_room_for_what_is_on_its_way() =>
        Assert.That(Plan(400, null, [], onItsWay: 500, chargedBack: 300).OutOfPrice, Is.EqualTo(200));

    [Test]
    public void What_a_person_gave_stays_promised_where_what_a_rule_gives_is_enough()
    {
        var plan = Plan(500, Half, [Gift("gift", 100, afterTheEnd: true), Rule("rule", 500)]);

        Assert.That(plan.Withdrawn.Select(one => one.Id), Is.EqualTo(["rule"]));
        Assert.That((plan.OutOfPrice, plan.Given), Is.EqualTo((0L, 0L)));
    }

    [Test]
    public void Gifts_after_the_end_are_used_up_one_after_the_other()
    {
        var gifts = new[] { Gift("first", 100, afterTheEnd: true), Gift("second", 100, afterTheEnd: true) };

        var plan = Plan(150, Half, gifts, onItsWay: 500);

        Assert.That(plan.Withdrawn.Select(one => one.Id), Is.EqualTo(["first", "second"]));
        Assert.That(plan.Rests.Select(one => (one.Gift.Id, one.Left)), Is.EqualTo([("second", 50L)]));
        Assert.That((plan.OutOfPrice, plan.Given), Is.EqualTo((0L, 150L)));
    }

    [Test]
    public void A_promise_that_it_takes_the_place_of_makes_room_for_it()
    {
        var plan = Plan(800, null, [Gift("gift", 500)]);

        Assert.That(plan.Withdrawn.Select(one => one.Id), Is.EqualTo(["gift"]));
        Assert.That((plan.OutOfPrice, plan.Given), Is.EqualTo((800L, 0L)));
    }

    [Test]
    public void It_gives_no_more_than_it_is_and_no_promise_grows() =>
        Properties.Hold(
            from amount in Gen.Choose(1, 1_000)
            from sizes in Gen.Choose(1, 400).ListOf(3)
            from gifts in Gen.Choose(0, 7)
            from ended in Gen.Elements(true, false)
            from awaited in Gen.Elements(true, false)
            select (amount, sizes, gifts, ended, awaited),
            of =>
            {
                var promises = of
                    .sizes.Select((size, at) => (of.gifts & (1 << at)) > 0 ? Gift($"{at}", size) : Rule($"{at}", size))
                    .ToList();
                var plan = Plan(of.amount, of.ended ? Half : null, promises, awaited: of.awaited);
                return plan.OutOfPrice >= 0
                    && plan.Given >= 0
                    && plan.OutOfPrice + plan.Given <= of.amount
                    && plan.Withdrawn.Distinct().Count() == plan.Withdrawn.Count
                    && plan.Rests.All(rest => rest.Left > 0 && rest.Left < rest.Gift.Amount)
                    && plan.Rests.All(rest => plan.Withdrawn.Contains(rest.Gift));
            }
        );

    static UnsentPromise Rule(string id, long amount) => new(id, "rcp", amount, IsGift: false, IsOutOfPrice: false);

    static UnsentPromise Gift(string id, long amount, bool afterTheEnd = false) =>
        new(id, "rcp", amount, IsGift: true, IsOutOfPrice: !afterTheEnd);

    /// <summary>One receipt that is the price, with what is promised and what has set out of it.</summary>
    static OutsideRefund Plan(
        long amount,
        RefundTerms? terms,
        IReadOnlyList<UnsentPromise> promises,
        long price = 1_000,
        long onItsWay = 0,
        long chargedBack = 0,
        bool awaited = false
    )
    {
        var promised = promises.Sum(one => one.Amount) + onItsWay;
        return OutsideRefund.Of(
            amount,
            new("rcp", price, promised, chargedBack),
            new(
                price,
                Received: price,
                Lost: chargedBack,
                Contested: 0,
                Returned: promised,
                OutOfPrice: promises.Where(one => one.IsOutOfPrice).Sum(one => one.Amount)
                    + (terms is null ? onItsWay : 0),
                Given: promises.Where(one => one is { IsGift: true, IsOutOfPrice: false }).Sum(one => one.Amount),
                WrittenOff: 0,
                terms
            ),
            awaited,
            promises
        );
    }
}
