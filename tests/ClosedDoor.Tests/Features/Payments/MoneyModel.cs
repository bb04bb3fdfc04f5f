using ClosedDoor.Domain;
using ClosedDoor.Features.Invariants;
using ClosedDoor.Features.Payments;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments;

/// <summary>
/// A market of three companies and two seats with a bank, a provider of checkouts that knows its own truth, and messages
/// about that truth which come late, twice and in any order. What happens next is for the dice.
/// </summary>
sealed class MoneyModel(TestHost host, string sessionId, TestCompany[] companies, ApiClient owner, ApiClient other)
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
    readonly string?[] _reservations = new string?[3];
    readonly List<string> _payments = [];
    readonly List<(string PaymentId, string Serial)> _transfers = [];
    readonly RefundModel _refunds = new(host, sessionId, owner, other);
    readonly StatementModel _bank = new(host, owner, other);
    Duration _passed;
    int _disputes;

    public static readonly string[] Moves =
    [
        "buy by transfer",
        "buy by transfer",
        "buy by transfer",
        "buy by checkout",
        "buy by checkout",
        "buy by checkout",
        "opened",
        "buyer pays",
        "buyer pays",
        "buyer is through",
        "money comes or fails",
        "provider closes",
        "hear",
        "hear",
        "message sets out",
        "message arrives",
        "sweeper closes",
        "short transfer",
        "exact transfer",
        "exact transfer",
        "large transfer",
        "same transfer",
        "an hour",
        "days",
        "sweep",
        "company cancels",
        "organizer cancels",
        "session is cancelled",
        "goodwill",
        "refund goes on",
        "refund goes on",
        "refund stays",
        "refund stays",
        "statement",
        "statement",
        "statement comes again",
        "line is decided",
        "line is decided",
        "dispute",
        "dispute",
        "dispute is decided",
        "external refund",
        "wait",
    ];

    public async Task Make(int move, int who, int dice)
    {
        var company = companies[who % companies.Length];
        var reservation = _reservations[who % companies.Length];
        var now = host.Time.Now;
        switch (Moves[move % Moves.Length])
        {
            case "buy by transfer":
                await ByTransfer(who);
                break;
            case "buy by checkout":
                if (await Reserve(company, who) is { } kept && await host.Checkout(kept) is { } opening)
                {
                    _payments.Add(opening);
                    _checkouts.Add(new(opening));
                }
                break;
            case "opened" when Any(_checkouts, dice) is { } checkout:
                await host.Tell(checkout.PaymentId, (tx, taken) => Settle.CheckoutOpened(tx, taken, now));
                break;
            case "buyer pays" when Any(_checkouts, dice) is { } checkout:
                if (checkout.State is "open")
                    checkout.State = "paid";
                else if (checkout.State is "paid" && dice % 7 == 0)
                    checkout.Intents++; // What should not be: it is paid once more.
                break;
            case "buyer is through" when Any(_checkouts, dice) is { State: "open" } checkout:
                checkout.State = "processing";
                break;
            case "money comes or fails" when Any(_checkouts, dice) is { State: "processing" } checkout:
                checkout.State = dice % 3 == 0 ? "failed" : "paid";
                break;
            case "provider closes" when Any(_checkouts, dice) is { State: "open" } checkout:
                checkout.State = "dead";
                break;
            case "hear" when Any(_checkouts, dice) is { } checkout:
                await Hear(checkout, checkout.State, 1 + dice % checkout.Intents);
                break;
            case "message sets out" when Any(_checkouts, dice) is { } checkout:
                _late.Add((checkout, checkout.State, 1 + dice % checkout.Intents));
                break;
            case "message arrives" when _late.Count > 0:
                var (of, state, intent) = _late[dice % _late.Count]; // It stays: it may come again.
                await Hear(of, state, intent);
                break;
            case "sweeper closes" when Any(_checkouts, dice) is { } checkout:
                await host.Tell(checkout.PaymentId, (tx, taken) => Settle.CheckoutExpires(tx, taken, now));
                break;
            case "short transfer" when Any(_payments, dice) is { } payment:
                await Transfer(payment, 1 + dice % 1000);
                break;
            case "exact transfer" when Any(_payments, dice) is { } payment:
                var missing = Races.Moves.Price - await Received(payment);
                await Transfer(payment, missing > 0 ? missing : Races.Moves.Price);
                break;
            case "large transfer" when Any(_payments, dice) is { } payment:
                await Transfer(payment, Races.Moves.Price + 1 + dice % 100);
                break;
            case "same transfer" when _transfers.Count > 0:
                var again = _transfers[dice % _transfers.Count];
                (await owner.Receive(host, again.PaymentId, 1, again.Serial)).Expect(409);
                break;
            case "an hour":
                Pass(Duration.FromMinutes(37));
                break;
            case "days":
                Pass(Duration.FromDays(1 + dice % 5));
                break;
            case "sweep":
                await new SweepReservations(host.Data).RunOnce(now);
                break;
            case "company cancels" when reservation is not null:
                await company.Api.Cancel(reservation);
                break;
            case "organizer cancels" when reservation is not null:
                await owner.Post(
                    $"/reservations/{reservation}/cancel",
                    new { reason = "示例原因", refundPercent = dice % 101 }
                );
                break;
            case "session is cancelled" when dice % 20 == 0:
                await owner.Post($"/sessions/{sessionId}/cancel");
                break;
            case "goodwill" when Any(_payments, dice) is { } payment:
                var partial = await owner.Refund(payment, 1 + dice % 100_000);
                if (partial.Status == 201 && dice % 5 == 0)
                    await other.Post($"/refunds/{partial.Id}/withdraw");
                break;
            case "refund goes on":
                await _refunds.GoesOn(dice);
                break;
            case "refund stays":
                await _refunds.Stays(
                    companyId => ByTransfer(Array.FindIndex(companies, one => one.Id == companyId)),
                    dice
                );
                break;
            case "statement" when Any(_payments, dice) is { } payment:
                await _bank.Comes(payment, dice);
                break;
            case "statement comes again":
                await _bank.ComesAgain();
                break;
            case "line is decided":
                await _bank.Decide(_payments, dice);
                break;
            case "dispute" when Any(Paid, dice) is { } checkout:
                await Dispute(checkout.PaymentId, checkout.Intent(1));
                break;
            case "dispute is decided" when _disputes > 0:
                await Decide($"dp_{sessionId}_{1 + dice % _disputes}", dice % 2 == 0);
                break;
            case "external refund" when Any(Paid, dice) is { } checkout:
                await External(checkout, dice);
                break;
            case "wait":
                await company.Api.JoinWaitlist(sessionId);
                break;
        }
    }

    /// <summary>What may be contested, or refunded at the provider; a move about another would mean nothing.</summary>
    List<Checkout> Paid => _checkouts.FindAll(checkout => checkout.State is "paid");

    async Task<string?> ByTransfer(int who)
    {
        var company = companies[who % companies.Length];
        if (
            await Reserve(company, who) is not { } held
            || await company.Api.ChooseTransfer(held) is not { Status: 201 } asked
        )
            return null;
        _payments.Add(asked.Id);
        return asked.Id;
    }

    /// <summary>The company's reservation, a new one where it may have one.</summary>
    async Task<string?> Reserve(TestCompany company, int who)
    {
        if (await company.Api.Reserve(sessionId) is { Status: 201 } made)
            _reservations[who % companies.Length] = made.Id;
        return _reservations[who % companies.Length];
    }

    /// <summary>The reconciler: the provider says how everything stands, and everybody does what is left to do.</summary>
    public async Task Reconcile()
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
            await Decide($"dp_{sessionId}_{dispute}", won: true);
        await new SweepReservations(host.Data).RunOnce(host.Time.Now);
        await _bank.Finish();
        host.Time.Advance(Duration.FromHours(24)); // What waited for its company's word waits no more.
        await _refunds.Finish();
    }

    /// <summary>Nothing is wrong now.</summary>
    public async Task<IReadOnlyList<string>> Faults()
    {
        var faults = await Books.Faults(host, sessionId);
        return [.. faults, .. await _refunds.Faults(), .. _bank.Faults];
    }

    /// <summary>Nothing is wrong, and nothing is left to do: what came in and did not go back is kept for a seat, or by the policy.</summary>
    public async Task<IReadOnlyList<string>> FaultsAtTheEnd()
    {
        List<string> faults = [.. await Faults(), .. await Books.FaultsAtTheEnd(host, sessionId)];
        faults.AddRange(
            (await host.Data.Read(read => CheckInvariants.Look(read, host.Time.Now))).Select(one => one.ToString())
        );
        faults.AddRange(await _refunds.Unfinished());
        faults.AddRange(await _bank.Unfinished());
        var statement = (await owner.Get($"/sessions/{sessionId}/statement")).Expect(200);
        var cash = await host.Query<long>(
            """
            SELECT CAST((SELECT COALESCE(SUM(receipt.amount), 0) FROM receipt JOIN payment ON payment.id = receipt.payment_id
                    WHERE payment.session_id = @sessionId)
                - (SELECT COALESCE(SUM(amount), 0) FROM refund WHERE session_id = @sessionId AND status IN ('refunded', 'external_refund')) AS BIGINT)
            """,
            new { sessionId }
        );
        if (statement["cash.amount"].GetInt64() != cash)
            faults.Add($"the statement says {statement["cash.amount"]} and the accounts {cash}");
        return faults;
    }

    Task<bool> Hear(Checkout checkout, string state, int intent) =>
        state switch
        {
            "paid" => host.PaidByCheckout(checkout.PaymentId, checkout.Intent(intent)),
            "processing" => host.Tell(
                checkout.PaymentId,
                (tx, taken) => Settle.CheckoutProcessing(tx, taken, host.Time.Now)
            ),
            "failed" => host.Tell(checkout.PaymentId, (tx, taken) => Settle.CheckoutFailed(tx, taken, host.Time.Now)),
            "dead" => host.Tell(checkout.PaymentId, (tx, taken) => Settle.CheckoutDead(tx, taken, host.Time.Now)),
            _ => host.Tell(checkout.PaymentId, (tx, taken) => Settle.CheckoutOpened(tx, taken, host.Time.Now)),
        };

    async Task Transfer(string payment, long amount)
    {
        var serial = Races.Moves.NewSerial();
        (await owner.Receive(host, payment, amount, serial)).Expect(200);
        _transfers.Add((payment, serial));
    }

    void Pass(Duration duration)
    {
        if (_passed + duration > Duration.FromDays(26))
            return; // The day itself is not this model's matter.
        _passed += duration;
        host.Time.Advance(duration);
    }

    Task<long> Received(string payment) =>
        host.Query<long>(
            "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM receipt WHERE payment_id = @payment",
            new { payment }
        );

    async Task Dispute(string payment, string intent)
    {
        var left = await host.Data.Read(read => Refundable.Of(read, payment));
        if (left == 0)
            return;
        var id = $"dp_{sessionId}_{_disputes + 1}";
        var opened = await host.Tell(
            payment,
            (tx, taken) =>
                Settle.DisputeOpened(tx, taken, id, intent, Math.Min(left, 1_000_000), "示例原因", null, host.Time.Now)
        );
        if (opened)
            _disputes++;
    }

    async Task Decide(string dispute, bool won)
    {
        var payment = await host.Query<string>(
            "SELECT payment_id FROM dispute WHERE provider_dispute_id = @dispute",
            new { dispute }
        );
        await host.Tell(payment, (tx, taken) => Settle.DisputeClosed(tx, taken, dispute, won, host.Time.Now));
    }

    async Task External(Checkout checkout, int dice)
    {
        var left = await host.Query<long>(
            """
            SELECT CAST(COALESCE((SELECT amount FROM receipt WHERE serial = @intent), 0)
                - COALESCE((SELECT SUM(refund.amount) FROM refund JOIN receipt ON receipt.id = refund.receipt_id
                    WHERE receipt.serial = @intent AND refund.status <> 'withdrawn'), 0) AS BIGINT)
            """,
            new { intent = checkout.Intent(1) }
        );
        if (left > 0)
            await host.Tell(
                checkout.PaymentId,
                (tx, taken) =>
                    Refunding.External(
                        tx,
                        taken,
                        $"re_external_{checkout.PaymentId}_{dice % 3}",
                        checkout.Intent(1),
                        Math.Min(left, 1 + dice % 500_000),
                        host.Time.Now
                    )
            );
    }

    static T? Any<T>(List<T> of, int dice)
        where T : class => of.Count == 0 ? null : of[^(1 + dice % of.Count)];
}
