using ClosedDoor.Domain;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public class SeatMoneyTests
{
    const int Price = 1000;

    static readonly SeatMoney Paid = new(Price, Price, 0, 0, 0, 0, 0, 0, Terms: null);

    static readonly RefundTerms Half = new(50, 0, 0, false);

    /// <summary>What may happen to a payment's money, each by an amount.</summary>
    static readonly Func<SeatMoney, long, SeatMoney>[] Events =
    [
        (money, fen) => money with { Received = money.Received + fen },
        (money, fen) => money with { Lost = money.Lost + fen },
        (money, fen) => money with { Contested = money.Contested + fen },
        (money, fen) => money with { Returned = money.Returned + fen },
        (money, fen) => money with { Returned = money.Returned + fen, OutOfPrice = money.OutOfPrice + fen },
        (money, fen) => money with { Returned = money.Returned + fen, Given = money.Given + fen },
        (money, fen) => money with { WrittenOff = money.WrittenOff + fen },
        (money, fen) => money with { Terms = new((int)(fen % 101), fen % 7, 0, false) },
    ];

    static readonly Gen<SeatMoney> Any =
        from received in Gen.Choose(0, 3 * Price)
        from lost in Gen.Choose(0, received)
        from contested in Gen.Choose(0, received - lost)
        from outOfPrice in Gen.Choose(0, Price)
        from given in Gen.Choose(0, Price)
        from rule in Gen.Choose(0, Price)
        from writtenOff in Gen.Choose(0, Price)
        from percent in Gen.Choose(-1, 100)
        from fee in Gen.Choose(0, 50)
        let terms = percent < 0 ? null : new RefundTerms(percent, fee, 0, false)
        let after = terms is null ? 0 : given
        select new SeatMoney(
            Price,
            received,
            lost,
            contested,
            rule + outOfPrice + after,
            outOfPrice,
            after,
            writtenOff,
            terms
        );

    [Test]
    public void The_order_of_events_does_not_matter() =>
        Properties.Hold(
            from happened in (
                from which in Gen.Choose(0, Events.Length - 2)
                from fen in Gen.Choose(1, Price)
                select (which, fen)
            ).ListOf()
            from end in Gen.Choose(0, Price)
            let all = happened.Append((which: Events.Length - 1, fen: end)).ToArray()
            from other in Gen.Shuffle(all)
            select (all, other),
            of => Play(of.all) == Play(of.other) && Answer(Play(of.all)) == Answer(Play(of.other))
        );

    [Test]
    public void No_more_goes_back_than_is_here_and_uncontested() =>
        Properties.Hold(Any, money => money.ToGoBack <= Math.Max(0, money.Here - money.Contested));

    [Test]
    public void What_came_less_what_stays_has_gone_or_goes_or_is_contested() =>
        Properties.Hold(
            Any,
            money =>
            {
                var stays = money.Received - money.Lost - money.Returned - money.ToGoBack;
                return stays >= money.Retained
                    ? stays - money.Retained <= money.Contested
                    : money.ToGoBack == 0 && money.Retained - stays == money.Short;
            }
        );

    [Test]
    public void A_company_is_asked_for_no_more_than_a_bank_has_taken_and_never_while_something_goes_back() =>
        Properties.Hold(
            Any,
            money =>
                money.Owed <= money.Lost
                && money.Owed <= money.Short
                && (money.Owed == 0 || money.ToGoBack == 0)
                && (money.Owed == 0 || money.Recovered == 0)
        );

    [Test]
    public void Once_what_is_due_is_promised_nothing_more_is_and_the_receivable_is_the_debt() =>
        Properties.Hold(
            Any,
            money =>
            {
                var promised = money with { Returned = money.Returned + money.ToGoBack };
                return promised.ToGoBack == 0
                    && (
                        money.Contested > 0
                        || (promised.Receivable(0) == promised.Owed && money.Receivable(money.ToGoBack) == money.Owed)
                    );
            }
        );

    [TestCase(null, 0, 0, 0, 0, Description = "A seat that stands keeps its price.")]
    [TestCase(50, 0, 0, 500, 0)]
    [TestCase(50, 200, 0, 300, 0, Description = "What a bank took counts as gone back.")]
    [TestCase(50, 700, 0, 0, 200)]
    [TestCase(50, 700, 200, 0, 0, Description = "Written off, it is not asked for.")]
    [TestCase(null, 300, 0, 0, 300)]
    [TestCase(100, 1000, 0, 0, 0)]
    public void Of_a_paid_seat_this_goes_back_and_that_is_owed(int? percent, long lost, long off, long back, long owed)
    {
        var money = Paid with
        {
            Lost = lost,
            WrittenOff = off,
            Terms = percent is null ? null : new(percent.Value, 0, 0, false),
        };

        Assert.That((money.ToGoBack, money.Owed), Is.EqualTo((back, owed)));
    }

    [Test]
    public void What_refunds_leave_short_is_between_nothing_and_all_of_them_whatever_a_bank_took() =>
        Properties.Hold(
            from money in Any
            from returned in Gen.Choose(0, 2 * Price)
            from outOfPrice in Gen.Choose(0, returned)
            from given in Gen.Choose(0, returned - outOfPrice)
            let after = money.Terms is null ? 0 : given
            let with_ = money with
            {
                Returned = money.Returned + returned,
                OutOfPrice = money.OutOfPrice + outOfPrice,
                Given = money.Given + after,
            }
            select (with_, returned, outOfPrice, after),
            of =>
                of.with_.ShortBy(of.returned, of.outOfPrice, of.after) is var left
                && left >= 0
                && left <= of.returned
                && left <= of.with_.Short
        );

    [TestCase(0, 0)]
    [TestCase(300, 0, Description = "A bank took it, and it is still owed.")]
    [TestCase(300, 300, Description = "The company has paid it again.")]
    public void What_left_twice_is_seen_beside_what_a_bank_took(long lost, long paidAgain)
    {
        // A gift of 600 that seemed on its way, and as much at the provider, of which 400 could count as given.
        var money = Paid with
        {
            Received = Price + paidAgain,
            Lost = lost,
            Returned = 1200,
            OutOfPrice = 1000,
        };

        Assert.That(money.ShortBy(600, 400, 0), Is.EqualTo(200));
    }

    [Test]
    public void What_was_given_while_the_seat_stood_comes_off_the_price_of_which_the_terms_give_their_part()
    {
        var money = Paid with { Returned = 200, OutOfPrice = 200, Terms = Half };

        Assert.That((money.Paid, money.Retained, money.ToGoBack), Is.EqualTo((800L, 400L, 400L)));
    }

    [Test]
    public void What_was_given_after_the_end_comes_out_of_what_stays_and_takes_nothing_from_what_the_terms_give()
    {
        var money = Paid with { Returned = 100, Given = 100, Terms = Half };

        Assert.That((money.Paid, money.Retained, money.ToGoBack), Is.EqualTo((1000L, 400L, 500L)));
    }

    [Test]
    public void The_receivable_stands_below_zero_by_what_is_contested_once_the_rest_is_promised()
    {
        var money = Paid with { Contested = 300, Terms = RefundTerms.Full };

        Assert.That((money.ToGoBack, money.Receivable(0), money.Receivable(700)), Is.EqualTo((700L, -1000L, -300L)));
    }

    [Test]
    public void What_is_promised_beyond_what_is_due_is_no_debt_of_the_company()
    {
        var money = Paid with { Terms = Half };

        Assert.That((money.Receivable(500), money.Receivable(600)), Is.EqualTo((0L, 0L)));
    }

    static SeatMoney Play(IEnumerable<(int Which, int Fen)> events) =>
        events.Aggregate(Paid, (money, one) => Events[one.Which](money, one.Fen));

    static (long, long, long, long, long) Answer(SeatMoney money) =>
        (money.Retained, money.ToGoBack, money.Owed, money.Recovered, money.Short);
}
