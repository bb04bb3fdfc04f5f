using System.Text;
using ClosedDoor.Features.Payments.Stripe;
using ClosedDoor.Platform.Outbox;
using ClosedDoor.Tests.Given;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments.Stripe;

/// <summary>
/// A host with an account of its own in the sandbox. Both clocks go together; events come when a test delivers them, and
/// workers and reconcilers run when it says so.
/// </summary>
sealed class Till : IAsyncDisposable
{
    Till(TestHost host, Sandbox sandbox) => (Host, Sandbox) = (host, sandbox);

    public TestHost Host { get; }
    public Sandbox Sandbox { get; }

    public static async Task<Till> Open(params (string Name, string Value)[] settings)
    {
        var sandbox = await Sandbox.Open();
        return await Beside(sandbox, await TestHost.Create([.. sandbox.Settings, .. settings]));
    }

    /// <summary>Where a browser reaches it.</summary>
    public static async Task<Till> OpenOnKestrel()
    {
        var sandbox = await Sandbox.Open();
        return await Beside(sandbox, await TestHost.CreateOnKestrel(sandbox.Settings));
    }

    static async Task<Till> Beside(Sandbox sandbox, TestHost host)
    {
        await sandbox.SetClock(host.Time.Now);
        return new(host, sandbox);
    }

    public async Task Advance(Duration by)
    {
        Host.Time.Advance(by);
        await Sandbox.SetClock(Host.Time.Now);
    }

    /// <summary>Everything in the outbox that is due.</summary>
    public Task Work() => Host.Get<OutboxWorker>().RunOnce(Host.Time.Now);

    public Task ReconcileCheckouts() => Job<ReconcileCheckouts>().RunOnce(Host.Time.Now);

    public Task ReconcileRefunds() => Job<ReconcileRefunds>().RunOnce(Host.Time.Now);

    public async Task<int> ReconcileEvents()
    {
        var taken = await Job<ReconcileEvents>().RunOnce(Host.Time.Now);
        await Work();
        return taken;
    }

    /// <summary>A seat whose checkout is closed for good, so that its money would be late.</summary>
    public async Task<Paying> Expired(string? sessionId = null)
    {
        var paying = await Pay(sessionId);
        await Advance(Duration.FromMinutes(40));
        await ReconcileCheckouts();
        Assert.That((await paying.Status(), await paying.Seat()), Is.EqualTo(("expired", "expired")));
        return paying;
    }

    /// <summary>The time for which late money without a seat waits for its company's word is over.</summary>
    public async Task WaitIsOver()
    {
        await Advance(Duration.FromHours(24));
        await Work();
        await Deliver();
    }

    T Job<T>() => ActivatorUtilities.GetServiceOrCreateInstance<T>(Host.Services);

    /// <summary>A seat whose checkout is open.</summary>
    public async Task<Paying> Pay(string? sessionId = null, TestCompany? company = null)
    {
        company ??= await Host.Given.VettedCompany();
        sessionId ??= await Host.Given.PublishedSession();
        var reservationId = await Host.Given.Hold(company, sessionId);
        var payment = (await Choose(company, reservationId)).Expect(201);
        Assert.That(payment["status"].GetString(), Is.EqualTo("opening"));
        await Work();
        return new(this, company, sessionId, reservationId, payment.Id);
    }

    public static Task<Reply> Choose(TestCompany company, string reservationId) =>
        company.Api.Post($"/reservations/{reservationId}/payments", new { method = "stripe" });

    /// <summary>A seat that is paid, with all events delivered.</summary>
    public async Task<Paying> Paid(string? sessionId = null, TestCompany? company = null)
    {
        var paying = await Pay(sessionId, company);
        await paying.Act("pay");
        await Deliver();
        Assert.That(await paying.Status(), Is.EqualTo("confirmed"));
        return paying;
    }

    /// <summary>Delivers what is undelivered, or what of it is said, and works on it.</summary>
    public async Task Deliver(Func<SignedEvent, bool>? which = null, bool newestFirst = false)
    {
        var events = (await Sandbox.Undelivered()).Where(which ?? (_ => true)).ToList();
        if (newestFirst)
            events.Reverse();
        foreach (var one in events)
        {
            (await Post(one)).Expect(200);
            await Sandbox.MarkDelivered(one.Id);
        }
        await Work();
    }

    public Task<Reply> Post(SignedEvent one) => Post(one.Body, one.Signature);

    public async Task<Reply> Post(string body, string? signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/webhooks/stripe");
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (signature is not null)
            request.Headers.TryAddWithoutValidation("Stripe-Signature", signature);
        using var response = await Host.Client.SendAsync(request);
        return new Reply(response, await response.Content.ReadAsByteArrayAsync());
    }

    /// <summary>The sandbox's sums, beside ours: (charged, fees, refunded).</summary>
    public async Task BooksAgree()
    {
        var theirs = await Sandbox.Books();
        long Their(string name) => theirs.GetProperty(name).GetInt64();
        Assert.That(
            (
                await Ours(
                    "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM receipt WHERE method = 'stripe' AND origin IS NULL"
                ),
                await Ours(
                    "SELECT CAST(COALESCE(SUM(CASE debit WHEN 'fees' THEN amount ELSE -amount END), 0) AS BIGINT) FROM ledger WHERE kind = 'fee'"
                ),
                await Ours(
                    "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM refund WHERE method = 'stripe' AND by_hand = 0 AND applied_to IS NULL AND status IN ('refunded', 'external_refund', 'refund_pending')"
                )
            ),
            Is.EqualTo((Their("charged"), Their("fees"), Their("refunded")))
        );
    }

    public Task<long> Ours(string sql) => Host.Query<long>(sql);

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}

/// <summary>One company on its way through a checkout.</summary>
sealed record Paying(Till Till, TestCompany Company, string SessionId, string ReservationId, string PaymentId)
{
    public Task<Reply> Payment() => Company.Api.Get($"/payments/{PaymentId}");

    public async Task<string> Status() => (await Payment()).Expect(200)["status"].GetString()!;

    public async Task<string> Seat() =>
        (await Company.Api.Get($"/reservations/{ReservationId}")).Expect(200)["status"].GetString()!;

    /// <summary>The page to pay on, of the latest attempt that was opened, even when it is closed by now.</summary>
    public async Task<string> Page() =>
        $"{Till.Sandbox.Url}/pay/{await Till.Host.Query<string>("SELECT checkout_id FROM checkout_attempt WHERE payment_id = @PaymentId AND checkout_id IS NOT NULL ORDER BY number DESC LIMIT 1", new { PaymentId })}";

    public async Task<int> Act(string action) => (await Till.Sandbox.Act(await Page(), action)).Status;

    public Task<string> Intent() =>
        Till.Host.Query<string>("SELECT serial FROM receipt WHERE payment_id = @PaymentId", new { PaymentId });

    public Task<Reply> Check() => Company.Api.Post($"/payments/{PaymentId}/check");
}
