using ClosedDoor.Domain;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public class PaymentLifeTests
{
    /// <summary>A state, then what each trigger makes of it; a trigger that is not named means nothing there.</summary>
    const string Payments = """
        opening: opened open, expire expiring, proven_dead expired, complete_unpaid processing, pay_short opening, pay_exact confirmed, pay_over overpaid, seat_lost refund_due
        open: expire expiring, proven_dead expired, complete_unpaid processing, pay_short open, pay_exact confirmed, pay_over overpaid, seat_lost refund_due
        expiring: reopen opening, proven_dead expired, complete_unpaid processing, pay_short expiring, pay_exact confirmed, pay_over overpaid, seat_lost refund_due
        processing: async_fail failed, pay_short processing, pay_exact confirmed, pay_over overpaid, seat_lost refund_due
        failed: pay_short late_paid, pay_exact late_paid, pay_over late_paid
        awaiting_transfer: pay_short underpaid, pay_exact confirmed, pay_over overpaid, lapse expired, cancel cancelled, seat_lost refund_due
        underpaid: pay_short underpaid, pay_exact confirmed, pay_over overpaid, seat_lost refund_due
        overpaid: pay_short overpaid, pay_exact overpaid, pay_over overpaid, seat_lost refund_due, forfeit forfeited, refunds_done confirmed, dispute disputed
        confirmed: pay_short confirmed, pay_exact confirmed, pay_over overpaid, seat_lost refund_due, forfeit forfeited, refunds_open confirmed, dispute disputed
        expired: pay_short late_paid, pay_exact late_paid, pay_over late_paid
        cancelled: pay_short late_paid, pay_exact late_paid, pay_over late_paid
        late_paid: pay_short late_paid, pay_exact late_paid, pay_over late_paid, seat_found confirmed, no_seat refund_due
        refund_due: pay_short refund_due, pay_exact refund_due, pay_over refund_due, refunds_done refunded
        refunded: pay_short refund_due, pay_exact refund_due, pay_over refund_due, refunds_open refund_due, dispute_lost charged_back
        forfeited: pay_short refund_due, pay_exact refund_due, pay_over refund_due, refunds_open refund_due, dispute_lost charged_back
        disputed: pay_short disputed, pay_exact disputed, pay_over disputed, seat_lost disputed, forfeit disputed, dispute_won confirmed, dispute_lost charged_back
        charged_back: pay_short charged_back, pay_exact charged_back, pay_over charged_back, debt_paid confirmed, seat_lost refund_due, forfeit forfeited
        """;

    const string Refunds = """
        awaiting_approval: approve refund_due, approve_by_hand manual_payout, withdraw withdrawn, apply refunded
        refund_due: send refund_pending, succeed refunded, fail refund_failed, withdraw withdrawn, pay_by_hand manual_payout, ask_by_hand awaiting_approval, apply refunded
        refund_pending: succeed refunded, fail refund_failed
        refunded: fail refund_failed
        refund_failed: retry refund_due, succeed refunded, withdraw withdrawn, pay_by_hand manual_payout, ask_by_hand awaiting_approval, apply refunded
        manual_payout: succeed refunded, fail refund_failed, withdraw withdrawn, ask_by_hand awaiting_approval, apply refunded
        external_refund: fail withdrawn
        withdrawn:
        """;

    const string Disputes = """
        disputed: win won, lose charged_back
        won:
        charged_back: win won
        """;

    const string Checkouts = """
        opening: answer open, complete complete, end dead
        open: complete complete, end dead
        complete: complete complete
        dead: complete complete
        """;

    static IEnumerable<TestCaseData> EveryPair()
    {
        return Pairs<PaymentStatus, PaymentTrigger>(Payments, (from, trigger) => from.After(trigger))
            .Concat(Pairs<RefundStatus, RefundTrigger>(Refunds, (from, trigger) => from.After(trigger)))
            .Concat(Pairs<DisputeStatus, DisputeTrigger>(Disputes, (from, trigger) => from.After(trigger)))
            .Concat(Pairs<CheckoutStatus, CheckoutTrigger>(Checkouts, (from, trigger) => from.After(trigger)));
    }

    [TestCaseSource(nameof(EveryPair))]
    public void Money_moves_as_the_table_says_and_no_other_way(string? expected, string? actual) =>
        Assert.That(actual, Is.EqualTo(expected));

    [Test]
    public void Money_is_never_refused()
    {
        foreach (var status in Enum.GetValues<PaymentStatus>())
        {
            foreach (var pay in new[] { PaymentTrigger.PayShort, PaymentTrigger.PayExact, PaymentTrigger.PayOver })
                Assert.That(status.After(pay), Is.Not.Null, $"{status} {pay}");
        }
    }

    [Test]
    public void A_seat_that_a_checkout_keeps_is_let_go_only_by_proof_or_money()
    {
        var ways = new[]
        {
            PaymentTrigger.ProvenDead,
            PaymentTrigger.AsyncFail,
            PaymentTrigger.PayExact,
            PaymentTrigger.PayOver,
            PaymentTrigger.SeatLost, // With money from another side already here, when proof has come.
        };
        foreach (var status in Enum.GetValues<PaymentStatus>().Where(status => status.KeepsSeat()))
        {
            foreach (var trigger in Enum.GetValues<PaymentTrigger>().Except(ways))
                Assert.That(status.After(trigger)?.KeepsSeat() ?? true, $"{status} {trigger}");
        }
    }

    /// <summary>What is asked of a state, then the states of which it is so.</summary>
    static IEnumerable<TestCaseData> Questions()
    {
        return
        [
            Of<PaymentStatus>("keeps its seat", status => status.KeepsSeat(), "opening, open, expiring, processing"),
            Of<PaymentStatus>("awaits a transfer", status => status.AwaitsTransfer(), "awaiting_transfer, underpaid"),
            Of<PaymentStatus>(
                "is awaited",
                status => status.IsAwaited(),
                "opening, open, expiring, processing, awaiting_transfer, underpaid"
            ),
            Of<PaymentStatus>("is settled", status => status.IsSettled(), "overpaid, confirmed"),
            Of<PaymentStatus>("was paid", status => status.WasPaid(), "overpaid, confirmed, disputed, charged_back"),
            Of<PaymentStatus>(
                "lets another payment be made",
                status => !status.IsLive(),
                "expired, failed, cancelled, refunded"
            ),
            Of<RefundStatus>("has gone back", status => status.HasGoneBack(), "refunded, external_refund"),
            Of<CheckoutStatus>("may still be paid", status => status.IsLive(), "opening, open"),
            Of<RefundStatus>("counts no more", status => !status.IsLive(), "withdrawn"),
            Of<RefundStatus>(
                "has not left yet",
                status => status.IsOpen(),
                "awaiting_approval, refund_due, refund_pending, refund_failed, manual_payout"
            ),
        ];

        static TestCaseData Of<T>(string question, Func<T, bool> holds, string states)
            where T : struct, Enum =>
            new TestCaseData(
                Enum.GetValues<T>().Where(holds).Select(status => status.Word()),
                states.Split(", ")
            ).SetArgDisplayNames($"{typeof(T).Name} {question}");
    }

    [TestCaseSource(nameof(Questions))]
    public void What_a_state_means_is_so_of_these_and_no_others(IEnumerable<string> actual, string[] expected) =>
        Assert.That(actual, Is.EquivalentTo(expected));

    [TestCase(1, 100, PaymentTrigger.PayShort)]
    [TestCase(99, 100, PaymentTrigger.PayShort)]
    [TestCase(100, 100, PaymentTrigger.PayExact)]
    [TestCase(101, 100, PaymentTrigger.PayOver)]
    public void Money_is_held_against_the_price(long received, long due, PaymentTrigger expected) =>
        Assert.That(PaymentLife.Money(received, due), Is.EqualTo(expected));

    static IEnumerable<TestCaseData> Pairs<TStatus, TTrigger>(string table, Func<TStatus, TTrigger, TStatus?> after)
        where TStatus : struct, Enum
        where TTrigger : struct, Enum
    {
        var rows = table
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split(':'))
            .ToDictionary(
                line => Words.Parse<TStatus>(line[0]),
                line =>
                    line[1]
                        .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                        .Select(pair => pair.Split(' '))
                        .ToDictionary(pair => Words.Parse<TTrigger>(pair[0]), pair => Words.Parse<TStatus>(pair[1]))
            );
        return from status in Enum.GetValues<TStatus>()
            from trigger in Enum.GetValues<TTrigger>()
            select new TestCaseData(
                rows[status].TryGetValue(trigger, out var to) ? to.Word() : null,
                after(status, trigger)?.Word()
            ).SetArgDisplayNames($"{typeof(TStatus).Name}.{status}", $"{trigger}");
    }
}
