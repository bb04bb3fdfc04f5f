using ClosedDoor.Features.Payments;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Features.Payments.Stripe;
using ClosedDoor.Tests.Given;
using NodaTime;

namespace ClosedDoor.Tests.Features.Payments;

/// <summary>
/// A provider of checkouts that knows its own truth, and what it tells the service of it: late, twice and in any order.
/// </summary>
sealed class ProviderModel(TestHost host, string sessionId)
{
    /// <summary>What the provider knows of a checkout, whatever we have heard.</summary>
    sealed class Checkout(string paymentId)
    {
        public string PaymentId => paymentId;
        public string State { get; set; } = "open";
        public int Intents { get; set; } = 1;

        public string Intent(int number) => $"pi_{paymentId}_{number}";
    }

    readonly List<Checkout> _checkouts = [];
    readonly List<(Checkout Checkout, string State, int Intent)> _late = [];
    int _disputes;
    int _outside;

    Instant Now => host.Time.Now;

    public void Add(string paymentId) => _checkouts.Add(new(paymentId));

    public async Task Opened(int dice)
    {
        if (Any(_checkouts, dice) is { } checkout)
            await host.Tell(checkout.PaymentId, (tx, locked) => Settle.CheckoutOpened(tx, locked, Now));
    }

    public void Pay(int dice)
    {
        var checkout = Any(_checkouts, dice);
        if (checkout is { State: "open" })
            checkout.State = "paid";
        else if (checkout is { State: "paid" } && dice % 7 == 0)
            checkout.Intents++; // What should not be: it is paid once more.
    }

    public async Task PayTheLast()
    {
        _checkouts[^1].State = "paid";
        await Hear(_checkouts[^1], "paid", 1);
    }

    public void Process(int dice)
    {
        if (Any(_checkouts, dice) is { State: "open" } checkout)
            checkout.State = "processing";
    }

    public void Finish(int dice)
    {
        if (Any(_checkouts, dice) is { State: "processing" } checkout)
            checkout.State = dice % 3 == 0 ? "failed" : "paid";
    }

    public void Close(int dice)
    {
        if (Any(_checkouts, dice) is { State: "open" } checkout)
            checkout.State = "dead";
    }

    public async Task Hear(int dice)
    {
        if (Any(_checkouts, dice) is { } checkout)
            await Hear(checkout, checkout.State, 1 + dice % checkout.Intents);
    }

    /// <summary>A message sets out, with how it stands now.</summary>
    public void Tell(int dice)
    {
        if (Any(_checkouts, dice) is { } checkout)
            _late.Add((checkout, checkout.State, 1 + dice % checkout.Intents));
    }

    public async Task HearLate(int dice)
    {
        if (_late.Count == 0)
            return;
        var (of, state, intent) = _late[dice % _late.Count]; // It stays: it may come again.
        await Hear(of, state, intent);
    }

    public async Task Sweep(int dice)
    {
        if (Any(_checkouts, dice) is { } checkout)
            await host.Tell(checkout.PaymentId, (tx, locked) => Settle.CheckoutExpires(tx, locked, Now));
    }

    public async Task Dispute(int dice)
    {
        if (Any(Paid, dice) is not { } checkout || await At(checkout) is not { } at)
            return;
        var left = await Left(checkout.Intent(1));
        if (left <= 0)
            return;
        var id = $"dp_{sessionId}_{_disputes + 1}";
        var amount = Math.Min(left, dice % 2 == 0 ? Races.Moves.Price : 1_000_000);
        if (
            await host.Tell(
                at.PaymentId,
                (tx, locked) => Settle.DisputeOpened(tx, locked, new(id, at.Serial, amount, "示例原因"), Now)
            )
        )
            _disputes++;
    }

    public Task Decide(int dice) =>
        _disputes == 0 ? Task.CompletedTask : Decide($"dp_{sessionId}_{1 + dice % _disputes}", dice % 2 == 0);

    /// <summary>Somebody refunds in the provider's dashboard, no more than it has; whatever we have promised of it.</summary>
    public async Task Refund(int dice)
    {
        if (Any(Paid, dice) is not { } checkout || await At(checkout) is not { } at)
            return;
        var left = await Left(checkout.Intent(1));
        if (left <= 0)
            return;
        if (dice % 4 > 0)
            _outside++; // Otherwise that of the last is told once more.
        await host.Tell(
            at.PaymentId,
            (tx, locked) =>
                Refunding.External(
                    tx,
                    locked,
                    $"re_external_{sessionId}_{_outside}",
                    at.Serial,
                    Math.Min(left, dice % 5 == 0 ? Races.Moves.Price : 1 + dice % 500_000),
                    Now
                )
        );
    }

    /// <summary>What was refunded in the dashboard comes back.</summary>
    public async Task RefundFails(int dice)
    {
        if (_outside == 0)
            return;
        var id = await host.Query<string>(
            "SELECT COALESCE(MAX(id), '') FROM refund WHERE provider_refund_id = @name",
            new { name = $"re_external_{sessionId}_{1 + dice % _outside}" }
        );
        if (id.Length > 0)
            await host.TellRefund(id, (tx, locked) => Refunding.Failed(tx, locked, "示例原因", Now));
    }

    /// <summary>Where this checkout's money is now; null while it is not known here.</summary>
    Task<MoneyTrail?> At(Checkout checkout) => host.Data.Read(read => MoneyTrail.Of(read, checkout.Intent(1)));

    /// <summary>What the provider has of it: less what a bank contests or took, and what has been asked for.</summary>
    Task<long> Left(string intent) =>
        host.Query<long>(
            """
            SELECT CAST(COALESCE(MAX(receipt.amount), 0)
                - COALESCE((SELECT SUM(refund.amount) FROM refund JOIN receipt AS of ON of.id = refund.receipt_id
                    WHERE (of.serial = @intent OR of.origin = @intent) AND refund.applied_to IS NULL AND refund.by_hand = 0
                        AND (refund.asked = 1 OR refund.status IN ('refund_pending', 'refunded', 'external_refund'))
                        AND refund.status NOT IN ('refund_failed', 'withdrawn')), 0)
                - COALESCE((SELECT SUM(dispute.amount) FROM dispute JOIN receipt AS of ON of.id = dispute.receipt_id
                    WHERE (of.serial = @intent OR of.origin = @intent) AND dispute.status <> 'won'), 0) AS BIGINT)
            FROM receipt WHERE receipt.serial = @intent
            """,
            new { intent }
        );

    /// <summary>Nothing is open any more, and the service hears of everything.</summary>
    public async Task SayHowAllStands()
    {
        foreach (var checkout in _checkouts)
        {
            checkout.State = checkout.State switch
            {
                "open" => "dead",
                "processing" => "paid",
                var settled => settled,
            };
            for (var intent = 1; intent <= checkout.Intents; intent++)
                await Hear(checkout, checkout.State, intent);
        }
        for (var dispute = 1; dispute <= _disputes; dispute++)
            await Decide($"dp_{sessionId}_{dispute}", won: dispute % 2 == 0);
    }

    /// <summary>What may be contested, or refunded at the provider; a move about another would mean nothing.</summary>
    List<Checkout> Paid => _checkouts.FindAll(checkout => checkout.State is "paid");

    Task<bool> Hear(Checkout checkout, string state, int intent) =>
        state switch
        {
            "paid" => host.PaidByCheckout(checkout.PaymentId, checkout.Intent(intent)),
            "processing" => host.Tell(checkout.PaymentId, (tx, locked) => Settle.CheckoutProcessing(tx, locked, Now)),
            "failed" => host.Tell(checkout.PaymentId, (tx, locked) => Settle.CheckoutFailed(tx, locked, Now)),
            "dead" => host.Tell(checkout.PaymentId, (tx, locked) => Settle.CheckoutDead(tx, locked, Now)),
            _ => host.Tell(checkout.PaymentId, (tx, locked) => Settle.CheckoutOpened(tx, locked, Now)),
        };

    async Task Decide(string dispute, bool won)
    {
        var payment = await host.Query<string>(
            "SELECT payment_id FROM dispute WHERE provider_dispute_id = @dispute",
            new { dispute }
        );
        await host.Tell(payment, (tx, locked) => Settle.DisputeClosed(tx, locked, dispute, won, Now));
    }

    static T? Any<T>(List<T> of, int dice)
        where T : class => of.Count == 0 ? null : of[^(1 + dice % of.Count)];
}
