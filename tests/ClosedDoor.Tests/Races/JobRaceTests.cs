using ClosedDoor.Domain;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Platform.Jobs;
using ClosedDoor.Platform.Outbox;
using ClosedDoor.Tests.Features.Payments;
using ClosedDoor.Tests.Features.Payments.Stripe;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Races;

/// <summary>
/// Two instances run every periodic job, each twice, and work one outbox, all at the same moment, after events and
/// messages were lost: what each is for happens once at Stripe, in our books and by mail.
/// </summary>
public class JobRaceTests
{
    const int OfEach = 3;
    const int Rounds = 4;

    /// <summary>Where two have asked Stripe for the same at once in each round before.</summary>
    const int MostRounds = 12;

    Till _till = null!;
    TestHost _second = null!;
    readonly List<(string ReservationId, (string Payment, string Reservation) Ends, string Who)> _buyers = [];
    readonly List<string> _sessions = [];
    readonly List<string> _lapsed = [];
    readonly HashSet<string> _sentBack = [];

    [SetUp]
    public async Task Open()
    {
        // A session's deadline is then the day on which it is published.
        (string, string) quorum = ("CLOSEDDOOR_QUORUM_DAYS", "28");
        _till = await Till.Open(quorum);
        _second = _till.Host.Another([.. _till.Sandbox.Settings, quorum]);
        _buyers.Clear();
        _sessions.Clear();
        _lapsed.Clear();
        _sentBack.Clear();
    }

    [TearDown]
    public async Task Close()
    {
        await _second.DisposeAsync();
        await _till.DisposeAsync();
    }

    [Test]
    public async Task Two_instances_that_run_all_jobs_at_once_do_each_thing_once()
    {
        await LeaveMuchToDo();

        await RunAll();

        Assert.That(await Faults(), Is.Empty);
        foreach (var sessionId in _sessions)
            await Books.AreInOrder(_till.Host, sessionId);
        await Books.AuditIsWhole(_till.Host);
        await _till.BooksAgree();
    }

    [Test]
    public async Task Control_a_refund_under_another_key_and_a_warning_that_nobody_noted_are_seen()
    {
        _sessions.Add(await _till.Host.Given.PublishedSession());
        var paying = await _till.Paid(_sessions[0]);
        await (await _till.Host.Given.Owner()).Refund(paying.PaymentId, Moves.Price / 4);
        _sentBack.Add(await paying.Intent());
        _buyers.Add((paying.ReservationId, ("confirmed", "confirmed"), "who had a quarter back"));
        await RunAll();
        Assert.That(await Faults(), Is.Empty);

        await _till.Sandbox.Call(
            "/v1/refunds",
            ("payment_intent", await paying.Intent()),
            ("amount", $"{Moves.Price / 4}")
        );
        await _till.Host.Tamper("UPDATE quorum SET warned_at = NULL");
        await RunAll();

        var faults = await Faults();
        Assert.That(faults, Has.Some.Contains("2 refunds").And.Some.Contains("the same mail"));
    }

    /// <summary>Work for each job that has any: of buyers whose events never came, refunds whose messages went, holds that lapse.</summary>
    async Task LeaveMuchToDo()
    {
        var (sessionId, lapsing) = (await Session(8 * OfEach), await Session(OfEach));
        var paid = await Buyers(sessionId, "who paid", ("confirmed", "confirmed"));
        await Buyers(sessionId, "who walked away", ("expired", "expired"));
        var slow = await Buyers(sessionId, "whose money came later", ("confirmed", "confirmed"));
        var bounced = await Buyers(sessionId, "whose money bounced", ("failed", "expired"));
        var unsent = await Buyers(sessionId, "whose refund was never sent", ("refunded", "cancelled"));
        var pending = await Buyers(sessionId, "whose refund was under way", ("refunded", "cancelled"));

        foreach (var paying in slow.Concat(bounced))
            await paying.Act("later");
        foreach (var paying in unsent.Concat(pending))
            await paying.Act("pay");
        await _till.Deliver();
        await _till.Sandbox.RefundsBegin("pending");
        foreach (var paying in pending)
            await Cancel(paying);
        await _till.Work();
        foreach (
            var refund in await _till.Host.Data.Read(read =>
                read.All<string>("SELECT provider_refund_id FROM refund WHERE status = 'refund_pending'")
            )
        )
            await _till.Sandbox.MoveRefund(refund, "succeeded");
        await _till.Sandbox.RefundsBegin("succeeded");
        foreach (var paying in unsent)
            await Cancel(paying);
        var gone = await _till.Host.Tamper("DELETE FROM outbox WHERE kind = @kind", new { kind = Refunding.Send });
        Assert.That(gone, Is.EqualTo(OfEach));

        // From here on nobody hears of what Stripe knows.
        foreach (var paying in paid)
            await paying.Act("pay");
        foreach (var paying in slow)
            await paying.Act("arrive");
        foreach (var paying in bounced)
            await paying.Act("bounce");
        foreach (var company in await _till.Host.Given.VettedCompanies(OfEach))
            _lapsed.Add(await _till.Host.Given.Hold(company, lapsing));
        foreach (var company in await _till.Host.Given.VettedCompanies(OfEach))
            (await company.Api.JoinWaitlist(lapsing)).Expect(201);
        await _till.Advance(Duration.FromMinutes(40));
    }

    async Task<string> Session(int seats)
    {
        var id = await _till.Host.Given.PublishedSession(seats);
        _sessions.Add(id);
        return id;
    }

    async Task<Paying[]> Buyers(string sessionId, string who, (string Payment, string Reservation) ends)
    {
        var buyers = new Paying[OfEach];
        for (var i = 0; i < OfEach; i++)
        {
            buyers[i] = await _till.Pay(sessionId);
            _buyers.Add((buyers[i].ReservationId, ends, $"{who} ({i})"));
        }
        return buyers;
    }

    async Task Cancel(Paying paying)
    {
        (await paying.Company.Api.Cancel(paying.ReservationId)).Expect(200);
        _sentBack.Add(await paying.Intent());
    }

    /// <summary>In the first round each finds everything still to be done; in the last, nothing.</summary>
    async Task RunAll()
    {
        TestHost[] instances = [_till.Host, _second];
        var jobs = instances.SelectMany(on => on.Get<JobList>().All.Select(job => (on, job))).ToArray();
        for (var round = 0; round < Rounds || (round < MostRounds && await AnyLeft()); round++)
        {
            var now = _till.Host.Time.Now;
            await Race.Run(
                2 * jobs.Length + 2 * instances.Length,
                async i =>
                {
                    if (i < 2 * jobs.Length)
                        await jobs[i % jobs.Length].job.RunOnce(jobs[i % jobs.Length].on.Services, now);
                    else
                        await instances[i % instances.Length].Get<OutboxWorker>().RunOnce(now);
                    return i;
                }
            );
            // What got no answer, since two asked Stripe at once, is asked again after a while.
            await _till.Advance(Duration.FromMinutes(2));
        }
    }

    async Task<bool> AnyLeft() => await _till.Ours("SELECT COUNT(*) FROM outbox") > 0;

    async Task<List<string>> Faults()
    {
        var faults = await StripeBooks.Faults(_till.Host, _till.Sandbox, _buyers);
        if (await _till.Ours("SELECT COUNT(*) FROM outbox") is > 0 and var left)
            faults.Add($"{left} messages are left");

        foreach (var charge in (await _till.Sandbox.Books()).GetProperty("payments").EnumerateArray())
        {
            var intent = charge.GetProperty("payment_intent").GetString()!;
            var refunds = await _till.Sandbox.Call($"/v1/refunds?limit=100&payment_intent={intent}");
            var count = refunds.GetProperty("data").GetArrayLength();
            if (count != (_sentBack.Contains(intent) ? 1 : 0))
                faults.Add($"{count} refunds of {intent}");
        }

        var twice = await _till.Host.Data.Read(read =>
            read.All<string>(
                """
                SELECT action || ' ' || subject FROM audit
                WHERE action IN ('reservation.expired', 'reservation.confirmed', 'payment.confirmed', 'payment.expired',
                    'refund.refunded', 'refund.refund_pending', 'waitlist.promoted')
                GROUP BY action, subject HAVING COUNT(*) > 1
                """
            )
        );
        faults.AddRange(twice.Select(one => $"twice: {one}"));
        foreach (var id in _lapsed)
        {
            if (await _till.Host.StatusOf(id) != "expired")
                faults.Add($"{id} was not swept");
        }

        var mails = Directory.GetFiles(_till.Host.MailFolder).Select(ReceivedMail.Open).ToList();
        faults.AddRange(
            mails
                .GroupBy(mail => (mail.Headers["To"], mail.Subject, mail.PlainText))
                .Where(same => same.Count() > 1)
                .Select(same => $"{same.Count()} times the same mail: {same.Key.Subject} to {same.Key.Item1}")
        );
        if (
            mails.Count(mail => mail.Subject.Contains("Quorum not reached", StringComparison.Ordinal)) < _sessions.Count
        )
            faults.Add("not every session's organizers were warned");
        return faults;
    }
}
