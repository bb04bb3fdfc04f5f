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
/// <param name="dearSessionId">Another, at another price: money that found no seat may be a part of what this costs.</param>
sealed class MoneyModel(
    TestHost host,
    string sessionId,
    string dearSessionId,
    TestCompany[] companies,
    ApiClient owner,
    ApiClient other
) : IMarket
{
    public const long DearPrice = 2 * Races.Moves.Price;

    readonly Buyers _buyers = new(sessionId, companies);
    readonly Buyers _dear = new(dearSessionId, companies);
    readonly ProviderModel _provider = new(host, sessionId);
    readonly RefundModel _refunds = new(host, [sessionId, dearSessionId], owner, other);
    readonly BankStatementModel _bank = new(host, owner, other);
    readonly List<string> _payments = [];
    readonly List<(string PaymentId, string Serial)> _transfers = [];
    Duration _passed;

    public static readonly string[] Moves =
    [
        "buy by transfer",
        "buy by transfer",
        "buy by transfer",
        "buy by checkout",
        "buy by checkout",
        "buy by checkout",
        "buy by checkout, and pay",
        "buy by checkout, and pay",
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
        "dispute",
        "dispute is decided",
        "dispute is decided",
        "external refund",
        "external refund",
        "external refund fails",
        "write off",
        "write off",
        "wait",
    ];

    public async Task Make(int move, int who, int dice)
    {
        var company = _buyers.Company(who);
        var reservation = _buyers.Reservation(who);
        var now = host.Time.Now;
        switch (Moves[move % Moves.Length])
        {
            case "buy by transfer":
                await ByTransfer(_buyers, who);
                break;
            case "buy by checkout":
                await ByCheckout(who);
                break;
            case "buy by checkout, and pay":
                if (await ByCheckout(who))
                    await _provider.PayTheLast();
                break;
            case "opened":
                await _provider.Opened(dice);
                break;
            case "buyer pays":
                _provider.Pay(dice);
                break;
            case "buyer is through":
                _provider.Process(dice);
                break;
            case "money comes or fails":
                _provider.Finish(dice);
                break;
            case "provider closes":
                _provider.Close(dice);
                break;
            case "hear":
                await _provider.Hear(dice);
                break;
            case "message sets out":
                _provider.Tell(dice);
                break;
            case "message arrives":
                await _provider.HearLate(dice);
                break;
            case "sweeper closes":
                await _provider.Sweep(dice);
                break;
            case "short transfer" when Any(_payments, dice) is { } payment:
                await Transfer(payment, 1 + dice % 1000);
                break;
            case "exact transfer" when Any(_payments, dice) is { } payment:
                var missing = await Missing(payment);
                await Transfer(payment, missing > 0 ? missing : Races.Moves.Price);
                break;
            case "large transfer" when Any(_payments, dice) is { } payment:
                await Transfer(payment, Math.Max(Races.Moves.Price, await Missing(payment)) + 1 + dice % 100);
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
            case "organizer cancels" when (dice % 3 == 0 ? _dear.Reservation(who) : reservation) is { } ended:
                await owner.Post(
                    $"/reservations/{ended}/cancel",
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
                var into = dice % 2 == 0 ? _buyers : _dear;
                await _refunds.Stays(companyId => ByTransfer(into, _buyers.Of(companyId)), dice);
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
            case "dispute":
                await _provider.Dispute(dice);
                break;
            case "dispute is decided":
                await _provider.Decide(dice);
                break;
            case "external refund":
                await _provider.Refund(dice);
                break;
            case "external refund fails":
                await _provider.RefundFails(dice);
                break;
            case "write off":
                // Few owe anything: one at random would hardly ever be among them.
                foreach (var payment in _payments)
                    await owner.Post($"/payments/{payment}/write-off", new { reason = "示例原因" });
                break;
            case "wait":
                await company.Api.JoinWaitlist(sessionId);
                break;
        }
    }

    async Task<string?> ByTransfer(Buyers buyers, int who)
    {
        if (
            await buyers.Reserve(who) is not { } held
            || await buyers.Company(who).Api.ChooseTransfer(held) is not { Status: 201 } asked
        )
            return null;
        _payments.Add(asked.Id);
        return asked.Id;
    }

    async Task<bool> ByCheckout(int who)
    {
        if (await _buyers.Reserve(who) is not { } held || await host.Checkout(held) is not { } opening)
            return false;
        _payments.Add(opening);
        _provider.Add(opening);
        return true;
    }

    /// <summary>The reconciler: the provider says how everything stands, and everybody does what is left to do.</summary>
    public async Task Reconcile()
    {
        await _provider.SayHowAllStands();
        await new SweepReservations(host.Data).RunOnce(host.Time.Now);
        await _bank.Finish();
        host.Time.Advance(Duration.FromHours(24)); // What waited for its company's word waits no more.
        await _refunds.Finish();
    }

    /// <summary>Nothing is wrong now.</summary>
    public async Task<IReadOnlyList<string>> Faults()
    {
        var faults = await Books.Faults(host, sessionId);
        var dear = await Books.Faults(host, dearSessionId);
        return [.. faults.Union(dear), .. await _refunds.Faults(), .. _bank.Faults];
    }

    /// <summary>Nothing is wrong, and nothing is left to do: what came in and did not go back is kept for a seat, or by the policy.</summary>
    public async Task<IReadOnlyList<string>> FaultsAtTheEnd()
    {
        List<string> faults = [.. await Faults()];
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
                - (SELECT COALESCE(SUM(amount), 0) FROM refund WHERE session_id = @sessionId AND status IN ('refunded', 'external_refund'))
                - (SELECT COALESCE(SUM(dispute.amount), 0) FROM dispute JOIN payment ON payment.id = dispute.payment_id
                    WHERE payment.session_id = @sessionId AND dispute.status <> 'won') AS BIGINT)
            """,
            new { sessionId }
        );
        if (statement["cash.amount"].GetInt64() != cash)
            faults.Add($"the statement says {statement["cash.amount"]} and the accounts {cash}");
        return faults;
    }

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

    /// <summary>What of its price has not come, or not stayed.</summary>
    Task<long> Missing(string payment) =>
        host.Data.Read<long>(async read =>
            await PaymentTable.Get(read, payment) is var row ? row.Amount - row.Counted : 0
        );

    static T? Any<T>(List<T> of, int dice)
        where T : class => of.Count == 0 ? null : of[^(1 + dice % of.Count)];
}
