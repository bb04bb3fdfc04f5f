using ClosedDoor.Domain;
using FsCheck.Fluent;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public class PostingTests
{
    [Test]
    public void Every_posting_balances_and_moves_something()
    {
        Properties.Hold(
            from amount in Gen.Choose(1, 100_000_000)
            from beyond in Gen.Choose(0, 100_000_000)
            select (amount, beyond),
            of =>
                All(of.amount, of.beyond)
                    .All(posting =>
                        posting.Entries.Count > 0
                        && posting.Entries.All(entry => entry.Amount > 0 && entry.Debit != entry.Credit)
                    )
        );
    }

    [TestCase(100, 0, 0, 100)]
    [TestCase(100, 30, 30, 70)]
    [TestCase(100, 100, 100, 0)]
    [TestCase(100, 200, 100, 0)]
    public void A_refund_takes_first_what_was_paid_beyond_what_is_owed(
        long amount,
        long beyond,
        long receivable,
        long sales
    )
    {
        var entries = Posting.Refund(amount, beyond).Entries;

        Assert.That(
            entries.Where(entry => entry.Debit is LedgerAccount.Receivable).Sum(entry => entry.Amount),
            Is.EqualTo(receivable)
        );
        Assert.That(
            entries.Where(entry => entry.Debit is LedgerAccount.Sales).Sum(entry => entry.Amount),
            Is.EqualTo(sales)
        );
        Assert.That(entries.Select(entry => entry.Credit), Is.All.EqualTo(LedgerAccount.RefundsPayable));
        Assert.That(
            Posting.RefundWithdrawn(entries).Entries.Select(entry => (entry.Credit, entry.Debit, entry.Amount)),
            Is.EqualTo(entries.Select(entry => (entry.Debit, entry.Credit, entry.Amount)))
        );
    }

    [Test]
    public void A_refund_is_spread_over_receipts_the_latest_first()
    {
        (string, long)[] receipts = [("late", 30), ("spent", 0), ("early", 100)];

        Assert.That(RefundRules.Spread(receipts, 20), Is.EqualTo([("late", 20L)]));
        Assert.That(RefundRules.Spread(receipts, 130), Is.EqualTo([("late", 30L), ("early", 100L)]));
        Assert.That(() => RefundRules.Spread(receipts, 131), Throws.InvalidOperationException);
    }

    [Test]
    public void Each_money_event_debits_one_account_and_credits_another() =>
        Assert.That(
            All(3_880_000, 0)
                .SelectMany(posting =>
                    posting.Entries.Select(entry => $"{posting.Kind}: {entry.Debit} {entry.Credit}")
                ),
            Is.EqualTo([
                "Charge: Receivable Sales",
                "ChargeReversed: Sales Receivable",
                "Receipt: Bank Receivable",
                "Receipt: Stripe Receivable",
                "Fee: Fees Stripe",
                "Fee: Stripe Fees",
                "Refund: Sales RefundsPayable",
                "Payout: RefundsPayable Bank",
                "Payout: RefundsPayable Stripe",
                "PayoutReturned: Bank RefundsPayable",
                "PayoutReturned: Stripe RefundsPayable",
                "Suspense: Bank Suspense",
                "SuspenseMatched: Suspense Bank",
                "SuspenseReturned: Suspense Bank",
                "WriteOff: WrittenOff Receivable",
                "Recovery: Receivable WrittenOff",
                "Dispute: Disputed Stripe",
                "DisputeWon: Stripe Disputed",
                "DisputeWon: Stripe Receivable",
                "DisputeLost: Receivable Disputed",
            ])
        );

    [Test]
    public void Nothing_is_booked_of_nothing_and_less_than_nothing_is_a_bug()
    {
        Assert.That(All(0, 0).SelectMany(posting => posting.Entries), Is.Empty);
        Assert.That(() => Posting.Charge(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    static IEnumerable<Posting> All(long amount, long beyond) =>
        [
            Posting.Charge(amount),
            Posting.ChargeReversed(amount),
            Posting.Receipt(PaymentMethod.BankTransfer, amount),
            Posting.Receipt(PaymentMethod.Stripe, amount),
            Posting.Fee(amount),
            Posting.Fee(-amount),
            Posting.Refund(amount, beyond),
            Posting.Payout(PaymentMethod.BankTransfer, amount),
            Posting.Payout(PaymentMethod.Stripe, amount),
            Posting.PayoutReturned(PaymentMethod.BankTransfer, amount),
            Posting.PayoutReturned(PaymentMethod.Stripe, amount),
            Posting.Suspense(amount),
            Posting.SuspenseMatched(amount),
            Posting.SuspenseReturned(amount),
            Posting.WriteOff(amount),
            Posting.Recovery(amount),
            Posting.Dispute(amount),
            Posting.DisputeWon(amount),
            Posting.Reinstated(amount),
            Posting.DisputeLost(amount),
        ];
}
