using ClosedDoor.Domain;
using ClosedDoor.Features.Payments;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments;

/// <summary>What finance, and a provider, do about money that goes back.</summary>
static class Refunds
{
    public static Task<Reply> Refund(this ApiClient finance, string paymentId, long amount) =>
        finance.Post(
            $"/payments/{paymentId}/refunds",
            new { amount = new { amount, currency = "CNY" }, reason = "示例原因" }
        );

    public static Task<Reply> PayOut(this ApiClient finance, TestHost host, string refundId, string? serial = null) =>
        finance.Post(
            $"/refunds/{refundId}/pay",
            new { bankSerial = serial ?? $"OUT{Moves.NewSerial()}", paidOn = Zones.Today(host.Time.Now) }
        );

    public static Task<Reply> Redirect(this ApiClient finance, string refundId) =>
        finance.Post(
            $"/refunds/{refundId}/manual-payout",
            new
            {
                payeeName = "示例企业新户名",
                payeeAccount = "6222000000000009",
                letter = "变更函 1 号",
            }
        );

    /// <summary>The refunds of a payment or session, oldest first, as (status, because, amount, id).</summary>
    public static async Task<(string Status, string Because, long Amount, string Id)[]> RefundsOf(
        this ApiClient finance,
        string query
    ) =>
        [
            .. (await finance.Get($"/refunds?{query}"))
                .Expect(200)["items"]
                .EnumerateArray()
                .Select(one =>
                    (
                        one.GetProperty("status").GetString()!,
                        one.GetProperty("because").GetString()!,
                        one.GetProperty("amount").GetProperty("amount").GetInt64(),
                        one.GetProperty("id").GetString()!
                    )
                ),
        ];

    /// <summary>A paid seat.</summary>
    public static async Task<(string ReservationId, string PaymentId)> PaidSeat(
        this TestHost host,
        TestCompany company,
        string sessionId
    )
    {
        var made = await host.Given.AwaitingTransfer(company, sessionId);
        (await (await host.Given.Organizer(Permission.Finance)).Receive(host, made.PaymentId)).Expect(200);
        return made;
    }

    /// <summary>A held seat with a checkout under way, as the provider's own use case begins it; null when the hold is over.</summary>
    public static Task<string?> Checkout(this TestHost host, string reservationId) =>
        host.Data.Write<string?>(
            "test",
            async tx =>
            {
                var now = host.Time.Now;
                var (reservation, _) = (await ReservationTable.Lock(tx, reservationId, _ => true))!.Value;
                if (reservation.State is not ReservationStatus.Held || reservation.HasLapsed(now))
                    return null;
                var until = now + Duration.FromMinutes(36);
                await ReservationTable.Transition(
                    tx,
                    reservation,
                    ReservationTrigger.ChoosePayment,
                    now,
                    new Hold(until, ForCheckout: true)
                );
                var due = new Deadline(Zones.Today(now), now + Duration.FromMinutes(31), false);
                return (await PaymentTable.Add(tx, reservation, PaymentMethod.Stripe, due, now, livemode: false)).Id;
            }
        );

    /// <summary>Tells <see cref="Settle"/> something about a payment, as an event's handler does.</summary>
    public static Task<bool> Tell<T>(
        this TestHost host,
        string paymentId,
        Func<ClosedDoor.Platform.Data.Tx, LockedPayment, Task<T?>> say
    )
        where T : class =>
        host.Data.Write("test", async tx => await say(tx, (await PaymentTable.Lock(tx, paymentId))!) is not null);

    public static Task<bool> PaidByCheckout(
        this TestHost host,
        string paymentId,
        string intent,
        long amount = Moves.Price,
        long fee = 0
    ) =>
        host.Tell(
            paymentId,
            (tx, locked) =>
                Settle.Money(
                    tx,
                    locked,
                    MoneyReceived.ByStripe(intent, amount, false, Zones.Today(host.Time.Now), fee),
                    host.Time.Now
                )
        );

    /// <summary>As the provider's outbox handler reports about a refund.</summary>
    public static Task<bool> TellRefund(
        this TestHost host,
        string refundId,
        Func<ClosedDoor.Platform.Data.Tx, LockedRefund, Task<RefundRow?>> say
    ) => host.Data.Write("test", async tx => await say(tx, (await Refunding.Lock(tx, refundId))!) is not null);

    /// <summary>How often each thing has happened to money here, as the audit log calls it.</summary>
    public static Task<Dictionary<string, long>> Actions(this TestHost host) =>
        host.Data.Read(async read =>
            (
                await read.All<ActionCount>(
                    """
                    SELECT action, COUNT(*) AS times FROM audit
                    WHERE action LIKE 'payment.%' OR action LIKE 'refund.%' OR action LIKE 'dispute.%'
                        OR action LIKE 'bank_line.%' OR action LIKE 'checkout.%'
                    GROUP BY action ORDER BY action
                    """
                )
            ).ToDictionary(one => one.Action, one => one.Times)
        );

    sealed record ActionCount
    {
        public string Action { get; init; } = "";
        public long Times { get; init; }
    }
}
