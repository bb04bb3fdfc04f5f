using ClosedDoor.Domain;
using ClosedDoor.Features.Invariants;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NodaTime;

namespace ClosedDoor.Tests.Features.Payments.Stripe;

/// <summary>
/// A market of three companies and two seats that pay through Stripe's sandbox: the real client, inbox, outbox and jobs.
/// Buyers, banks, people in the dashboard and the wire do what the dice say; events come late, twice, in any order or
/// never.
/// </summary>
sealed class CheckoutModel(Till till, string sessionId, TestCompany[] companies, ApiClient owner, ApiClient other)
    : IMarket
{
    readonly Buyers _buyers = new(sessionId, companies);
    readonly StripeSide _stripe = new(till, sessionId);
    readonly List<(TestCompany Company, string PaymentId)> _payments = [];
    readonly List<SignedEvent> _heard = [];
    Duration _passed;

    public static readonly string[] Moves =
    [
        "buy by checkout",
        "buy by checkout",
        "buy by checkout",
        "buy by checkout",
        "buy by transfer",
        "buy by transfer",
        "work",
        "work",
        "pay",
        "pay",
        "pay",
        "decline",
        "later",
        "arrive",
        "bounce",
        "late",
        "late",
        "another attempt",
        "hear one",
        "hear one",
        "hear one again",
        "hear all, newest first",
        "buyer returns",
        "minutes",
        "an hour",
        "a day",
        "reconcile checkouts",
        "reconcile refunds",
        "reconcile events",
        "sweep",
        "company cancels",
        "organizer cancels",
        "the wire fails",
        "dispute",
        "dispute is decided",
        "loss is reversed",
        "refund in the dashboard",
        "refund in the dashboard",
        "refund in the dashboard fails",
        "write off",
        "refunds begin otherwise",
        "bank decides a refund",
        "money is captured",
        "goodwill",
        "transfer comes, too",
        "refund stays",
        "retry",
    ];

    static readonly string[] Wire = ["drop_before", "drop_after", "error_before", "conflict", "rate_limit"];

    public async Task Make(int move, int who, int dice)
    {
        var company = _buyers.Company(who);
        var reservation = _buyers.Reservation(who);
        var what = Moves[move % Moves.Length];
        switch (what)
        {
            case "buy by checkout" or "another attempt":
                if (await _buyers.Reserve(who) is { } kept)
                    Note(company, await Till.Choose(company, kept));
                if (dice % 4 > 0)
                    await till.Work();
                break;
            case "buy by transfer":
                if (await _buyers.Reserve(who) is { } held)
                    Note(company, await company.Api.ChooseTransfer(held));
                break;
            case "work":
                await till.Work();
                break;
            case "pay" or "decline" or "later" or "arrive" or "bounce" or "late":
                if (await Page(dice) is { } page)
                    await till.Sandbox.Act(page, what);
                break;
            case "hear one":
                if (await Undelivered() is { Count: > 0 } some)
                    await Hear(some[dice % some.Count], deliveredToo: dice % 3 > 0);
                break;
            case "hear one again" when _heard.Count > 0:
                await Hear(_heard[dice % _heard.Count], deliveredToo: false);
                break;
            case "hear all, newest first":
                await till.Deliver(newestFirst: true);
                break;
            case "buyer returns" when Any(dice) is { } paying:
                (await paying.Company.Api.Post($"/payments/{paying.PaymentId}/check")).Expect(200);
                break;
            case "minutes":
                await Pass(Duration.FromMinutes(1 + dice % 20));
                break;
            case "an hour":
                await Pass(Duration.FromMinutes(61));
                break;
            case "a day":
                await Pass(Duration.FromHours(25));
                break;
            case "reconcile checkouts":
                await till.ReconcileCheckouts();
                break;
            case "reconcile refunds":
                await till.ReconcileRefunds();
                break;
            case "reconcile events":
                await till.ReconcileEvents();
                break;
            case "sweep":
                await new SweepReservations(till.Host.Data).RunOnce(till.Host.Time.Now);
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
            case "the wire fails":
                await till.Sandbox.Fault("POST", "/v1/", Wire[dice % Wire.Length], times: 1 + dice % 3);
                break;
            case "dispute":
                await _stripe.Dispute(dice);
                break;
            case "dispute is decided":
                await _stripe.Decide(dice);
                break;
            case "loss is reversed":
                await _stripe.Reinstate(dice);
                break;
            case "refund in the dashboard":
                await _stripe.Refund(dice);
                break;
            case "refund in the dashboard fails":
                await _stripe.DashboardRefundFails(dice);
                break;
            case "write off" when Any(dice) is { } owing:
                await owner.Post($"/payments/{owing.PaymentId}/write-off", new { reason = "示例原因" });
                break;
            case "refunds begin otherwise":
                await till.Sandbox.RefundsBegin(
                    (dice % 3) switch
                    {
                        0 => "pending",
                        1 => "failed",
                        _ => "succeeded",
                    }
                );
                break;
            case "bank decides a refund":
                await _stripe.Bank(dice % 3 == 0 ? "failed" : "succeeded", dice);
                break;
            case "money is captured":
                await till.Sandbox.Capture();
                break;
            case "goodwill" when Any(dice) is { } given:
                await owner.Refund(given.PaymentId, 1 + dice % 100_000);
                break;
            case "transfer comes, too" when dice % 3 == 0 && Any(dice) is { } twice:
                (await owner.Receive(till.Host, twice.PaymentId)).Expect(200);
                break;
            case "refund stays" when Any(dice) is { } next:
                foreach (var refund in await Refunds())
                    await owner.Post(
                        $"/refunds/{refund.Id}/apply",
                        new { paymentId = next.PaymentId, letter = "转场函 1 号" }
                    );
                break;
            case "retry":
                foreach (var refund in (await Refunds()).Where(one => one.Status == "refund_failed"))
                    await owner.Post($"/refunds/{refund.Id}/retry");
                break;
        }
    }

    /// <summary>The wire holds, and everybody does what is left to do, for some days.</summary>
    public async Task Reconcile()
    {
        await till.Sandbox.RefundsBegin("succeeded");
        for (var i = 0; i < 3; i++)
        {
            foreach (var (_, paymentId) in _payments)
            {
                if (await _stripe.PageOf(paymentId) is { } page)
                    await till.Sandbox.Act(page, "arrive"); // What is under way comes; for all others it means nothing.
            }
            await till.Sandbox.Capture();
            await till.Advance(Duration.FromHours(9));
            await till.ReconcileEvents();
            await till.Deliver();
            await till.ReconcileCheckouts();
            await till.Work();
        }
        await _stripe.DecideAll();
        await new SweepReservations(till.Host.Data).RunOnce(till.Host.Time.Now);
        for (var i = 0; i < 6; i++)
        {
            await _stripe.Bank("succeeded", null);
            await _stripe.EndDashboardRefunds();
            await till.Deliver();
            foreach (var refund in await Refunds())
            {
                if (
                    refund.Status == "awaiting_approval"
                    && (await other.Post($"/refunds/{refund.Id}/approve")).Status != 200
                )
                    await owner.Post($"/refunds/{refund.Id}/approve"); // By whichever of the two did not ask for it.
                else if (
                    refund.Status == "refund_failed"
                    && (await owner.Post($"/refunds/{refund.Id}/retry")).Status != 200
                )
                    await other.Post($"/refunds/{refund.Id}/retry");
                else if (refund.Status is "refund_due" or "manual_payout")
                    await owner.PayOut(till.Host, refund.Id); // Refused where the provider sends it.
            }
            await till.Advance(Duration.FromHours(9));
            await till.ReconcileRefunds();
            await till.Work();
        }
        await till.Deliver();
    }

    /// <summary>
    /// Nothing is wrong now; but where somebody has refunded in the dashboard, more may seem to go back than has come, for as
    /// long as nobody knows that one of ours cannot arrive.
    /// </summary>
    public async Task<IReadOnlyList<string>> Faults()
    {
        var faults = await Books.Faults(till.Host, sessionId);
        if ((await Refunds()).Any(refund => refund.Because == "external"))
            faults.Remove("more goes back than has come");
        return faults;
    }

    /// <summary>Nothing is wrong and nothing is open, here or at Stripe; and what was asked of Stripe was done once.</summary>
    public async Task<IReadOnlyList<string>> FaultsAtTheEnd()
    {
        var faults = new List<string>();
        foreach (var (_, paymentId) in _payments.Distinct())
        {
            var status = await till.Host.PaymentStatusOf(paymentId);
            if (status is "opening" or "open" or "expiring" or "processing" or "late_paid")
                faults.Add($"payment {paymentId} is still {status}");
        }
        foreach (var refund in await Refunds())
        {
            if (refund.Status is not ("refunded" or "withdrawn" or "external_refund"))
                faults.Add(
                    $"refund {refund.Id} ({refund.Because}) is still {refund.Status}: {await Failure(refund.Id)}"
                );
        }
        faults.AddRange(await Books.Faults(till.Host, sessionId));
        faults.AddRange(
            (await till.Host.Data.Read(read => CheckInvariants.Look(read, till.Host.Time.Now))).Select(one =>
                one.ToString()
            )
        );
        var theirs = await till.Sandbox.Books();
        if (theirs.GetProperty("open").GetInt64() > 0)
            faults.Add($"{theirs.GetProperty("open")} checkouts can still be paid");
        // Of an attempt whose answer the wire kept from us, and which nobody wanted any more, we know no checkout.
        var known = await till.Ours("SELECT COUNT(*) FROM checkout_attempt WHERE checkout_id IS NOT NULL");
        var asked = await till.Ours("SELECT COUNT(*) FROM checkout_attempt");
        if (theirs.GetProperty("sessions").GetInt64() is var opened && (opened < known || opened > asked))
            faults.Add($"Stripe has opened {opened} checkouts; we know of {known} and asked for {asked}");
        await till.BooksAgree();
        return faults;
    }

    void Note(TestCompany company, Reply asked)
    {
        if (asked.Status == 201 && _payments.TrueForAll(known => known.PaymentId != asked.Id))
            _payments.Add((company, asked.Id));
    }

    (TestCompany Company, string PaymentId)? Any(int dice) =>
        _payments.Count == 0 ? null : _payments[^(1 + dice % _payments.Count)];

    async Task<string?> Page(int dice) => Any(dice) is { } paying ? await _stripe.PageOf(paying.PaymentId) : null;

    Task<string> Failure(string refundId) =>
        till.Host.Query<string>("SELECT COALESCE(failure, '') FROM refund WHERE id = @refundId", new { refundId });

    async Task<IReadOnlyList<(string Status, string Because, long Amount, string Id)>> Refunds() =>
        await owner.RefundsOf($"sessionId={sessionId}&limit=200");

    Task<List<SignedEvent>> Undelivered() => till.Sandbox.Undelivered();

    async Task Hear(SignedEvent one, bool deliveredToo)
    {
        // Signed when it was sent: a copy that is too old is refused, as it should be.
        var reply = await till.Post(one);
        if (reply.Status is not (200 or 400))
            throw new InvalidOperationException($"{reply.Status}: {reply.Text}");
        if (reply.Status != 200)
            return;
        _heard.Add(one);
        if (deliveredToo)
            await till.Sandbox.MarkDelivered(one.Id);
    }

    async Task Pass(Duration duration)
    {
        if (_passed + duration > Duration.FromDays(20))
            return; // The day itself is not this model's matter.
        _passed += duration;
        await till.Advance(duration);
    }
}
