using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments.Stripe;

/// <summary>
/// More than one refund of the same payment intent: of ours, and of ours that the provider has not paid yet, beside one that
/// somebody makes in the dashboard.
/// </summary>
public class SeveralRefundsTests : AtTheTill
{
    const long Gift = 1_000_000;

    ApiClient _owner = null!;
    Paying _paying = null!;

    [SetUp]
    public async Task Pay()
    {
        _owner = await _till.Host.Given.Owner();
        _paying = await _till.Paid();
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Two_of_ours_are_both_paid_whichever_is_told_of_first(bool newestFirst)
    {
        await _till.Sandbox.RefundsBegin("pending");
        var (first, second) = (await Give(Gift), await Give(Gift / 2));
        await _till.Work();
        Assert.That((await Status(first), await Status(second)), Is.EqualTo(("refund_pending", "refund_pending")));

        await Move(first, "succeeded");
        await Move(second, "succeeded");
        await _till.Deliver(newestFirst: newestFirst);

        Assert.That((await Status(first), await Status(second)), Is.EqualTo(("refunded", "refunded")));
        await LeavesAtHalf(Gift + Gift / 2);
    }

    [Test]
    public async Task One_of_two_that_fails_is_sent_again_and_the_other_is_paid_once()
    {
        await _till.Sandbox.RefundsBegin("pending");
        var (first, second) = (await Give(Gift), await Give(Gift));
        await _till.Work();
        await Move(first, "failed");
        await Move(second, "succeeded");
        await _till.Deliver(newestFirst: true);
        Assert.That((await Status(first), await Status(second)), Is.EqualTo(("refund_failed", "refunded")));

        await _till.Sandbox.RefundsBegin("succeeded");
        (await _owner.Post($"/refunds/{first}/retry")).Expect(200);
        await _till.Work();
        await _till.Deliver();

        Assert.That((await Status(first), await Status(second)), Is.EqualTo(("refunded", "refunded")));
        await LeavesAtHalf(2 * Gift);
    }

    [Test]
    public async Task Two_of_one_amount_whose_answers_and_keys_are_lost_are_each_known_again_by_its_own_name()
    {
        await _till.Sandbox.Fault("POST", "/v1/refunds", "drop_after", times: 6);
        var (first, second) = (await Give(Gift), await Give(Gift));
        await _till.Work(); // Stripe has both, and we have no answer.
        Assert.That((await Status(first), await Status(second)), Is.EqualTo(("refund_due", "refund_due")));

        await _till.Advance(Duration.FromHours(25));
        await _till.ReconcileRefunds();
        await _till.Work();

        Assert.That((await Status(first), await Status(second)), Is.EqualTo(("refunded", "refunded")));
        Assert.That(await _till.Ours("SELECT COUNT(DISTINCT provider_refund_id) FROM refund"), Is.EqualTo(2));
        await LeavesAtHalf(2 * Gift);
    }

    [Test]
    public async Task What_a_seats_terms_give_goes_back_once_where_the_dashboard_refunds_it_while_ours_is_pending_and_then_fails()
    {
        await _till.Sandbox.RefundsBegin("pending");
        await Cancel(50);
        await _till.Work();
        var ours = (await All()).Single().Id;
        await _till.Sandbox.RefundsBegin("succeeded");
        await Dashboard(Moves.Price / 2);
        await _till.Deliver();
        Assert.That(await Status(ours), Is.EqualTo("refund_pending"));

        await Move(ours, "failed");
        await _till.Deliver();

        await OnlyTheDashboardsIsLeft(Moves.Price / 2);
        Assert.That(await _paying.Status(), Is.EqualTo("refunded"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task What_the_dashboard_refunds_once_ours_has_failed_takes_its_place_whichever_is_told_of_first(
        bool newestFirst
    )
    {
        await _till.Sandbox.RefundsBegin("pending");
        await Cancel(50);
        await _till.Work();
        await Move((await All()).Single().Id, "failed");
        await _till.Sandbox.RefundsBegin("succeeded");
        await Dashboard(Moves.Price / 2);

        await _till.Deliver(newestFirst: newestFirst);

        await OnlyTheDashboardsIsLeft(Moves.Price / 2);
        Assert.That(await _paying.Status(), Is.EqualTo("refunded"));
    }

    [Test]
    public async Task Beside_a_gift_that_is_pending_and_then_fails_the_dashboards_is_another_and_a_person_decides_about_ours()
    {
        await _till.Sandbox.RefundsBegin("pending");
        var ours = await Give(Gift);
        await _till.Work();
        await _till.Sandbox.RefundsBegin("succeeded");
        await Dashboard(Gift);
        await _till.Deliver();

        await Move(ours, "failed");
        await _till.Deliver();

        Assert.That(await Status(ours), Is.EqualTo("refund_failed"), "nothing is sent by itself");
        (await _owner.Post($"/refunds/{ours}/withdraw")).Expect(200);
        await OnlyTheDashboardsIsLeft(Gift);
        await LeavesAtHalf(Gift);
    }

    async Task<string> Give(long amount) => (await _owner.Refund(_paying.PaymentId, amount)).Expect(201).Id;

    async Task Cancel(int percent) =>
        (
            await _owner.Post(
                $"/reservations/{_paying.ReservationId}/cancel",
                new { reason = "示例原因", refundPercent = percent }
            )
        ).Expect(200);

    async Task Dashboard(long amount) =>
        await _till.Sandbox.Call("/v1/refunds", ("payment_intent", await _paying.Intent()), ("amount", $"{amount}"));

    async Task Move(string refund, string to) =>
        await _till.Sandbox.MoveRefund(
            await _till.Host.Query<string>("SELECT provider_refund_id FROM refund WHERE id = @refund", new { refund }),
            to
        );

    Task<string> Status(string refund) =>
        _till.Host.Query<string>("SELECT status FROM refund WHERE id = @refund", new { refund });

    Task<(string Status, string Because, long Amount, string Id)[]> All() =>
        _owner.RefundsOf($"paymentId={_paying.PaymentId}");

    async Task OnlyTheDashboardsIsLeft(long amount)
    {
        await _till.Work();
        Assert.That(
            (await All()).Where(one => one.Status != "withdrawn").Select(one => (one.Status, one.Amount)),
            Is.EqualTo([("external_refund", amount)])
        );
        await InOrder();
    }

    /// <summary>The rest of the price is halved, so that each gift counts once.</summary>
    async Task LeavesAtHalf(long given)
    {
        await InOrder();
        await _till.Sandbox.RefundsBegin("succeeded");
        await Cancel(50);
        await _till.Work();
        await _till.Deliver();
        Assert.That(
            (await All())
                .Where(one => one.Because is not ("goodwill" or "external"))
                .Select(one => (one.Status, one.Amount)),
            Is.EqualTo([("refunded", (Moves.Price - given) / 2)])
        );
        await InOrder();
    }

    async Task InOrder()
    {
        Assert.That(await Books.Faults(_till.Host, _paying.SessionId), Is.Empty);
        await _till.BooksAgree();
    }
}
