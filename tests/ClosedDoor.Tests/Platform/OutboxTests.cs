using System.Reflection;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Mail;
using ClosedDoor.Platform.Outbox;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

public class OutboxTests : OutboxDesk
{
    [Test]
    public async Task What_is_due_is_handled_once_and_is_gone()
    {
        foreach (var id in Waiting)
            await Send(id);
        var worker = Worker(Note);

        Assert.That(await worker.RunOnce(Now), Is.EqualTo(3));
        Assert.That(await worker.RunOnce(Now), Is.Zero);

        Assert.That(_handled, Is.EquivalentTo(Waiting));
        Assert.That(await Left, Is.Zero);
    }

    [Test]
    public async Task What_is_not_due_yet_waits()
    {
        await Send("later", dueAt: Now + Duration.FromHours(1));
        var worker = Worker(Note);

        Assert.That(await worker.RunOnce(Now), Is.Zero);
        Assert.That(await worker.RunOnce(Now + Duration.FromHours(1)), Is.EqualTo(1));
    }

    [Test]
    public async Task A_message_of_a_refused_use_case_is_never_sent()
    {
        try
        {
            await _host.Data.Write<bool>(
                "test",
                async tx =>
                {
                    await tx.Send(Kind, new { id = "x" }, Now);
                    throw new InvalidOperationException("the work fails after the message was written");
                }
            );
        }
        catch (InvalidOperationException) { }

        Assert.That(await Left, Is.Zero);
    }

    [Test]
    public async Task A_killed_workers_message_is_taken_over_when_its_lease_has_run_out()
    {
        await Send("a");
        Assert.That(await Worker(Note).Claim(Now), Has.Count.EqualTo(1)); // And then the process is killed.

        var other = Worker(Note);
        Assert.That(await other.RunOnce(Now), Is.Zero);
        Assert.That(await other.RunOnce(Now + OutboxWorker.LeaseFor), Is.EqualTo(1));
        Assert.That(await Left, Is.Zero);
    }

    [TestCase(null, TestName = "A_slow_worker_finishes_nothing_that_another_has_taken_over")]
    [TestCase("too slow", TestName = "A_slow_worker_postpones_nothing_that_another_has_taken_over")]
    public async Task Slow(string? error)
    {
        await Send("a");
        var slow = Worker(Note);
        var stale = await slow.Claim(Now);
        var taken = await Worker(Note).Claim(Now + OutboxWorker.LeaseFor);

        await slow.Finish([(stale[0], new OutboxWorker.Result(Error: error))], Now + OutboxWorker.LeaseFor);

        Assert.That(await _host.Query<string>("SELECT lease FROM outbox"), Is.EqualTo(taken[0].Lease));
    }

    [Test]
    public async Task Workers_at_the_same_time_handle_each_message_once()
    {
        var ids = Enumerable.Range(0, 100).Select(number => $"m{number}").ToList();
        foreach (var id in ids)
            await Send(id);
        await using var another = _host.Another();
        var elsewhere = new OutboxWorker(
            another.Data,
            new() { [Kind] = Note },
            another.Get<Mailer>(),
            another.Get<Settings>(),
            another.Get<IClock>(),
            NullLogger<OutboxWorker>.Instance
        );

        var handled = await Task.WhenAll(
            Task.Run(() => Worker(Note).RunOnce(Now)),
            Task.Run(() => Worker(Note).RunOnce(Now)),
            Task.Run(() => elsewhere.RunOnce(Now))
        );

        Assert.That(_handled, Is.EquivalentTo(ids));
        Assert.That(handled.Sum(), Is.EqualTo(100));
    }

    [Test]
    public async Task A_worker_claims_one_batch_whatever_the_engine_has_been_told_of_the_outbox()
    {
        // An outbox is empty nearly always, and the plan that is kept for later is made for an empty one.
        await _host.Tamper("ANALYZE outbox");
        for (var i = 0; i < 20; i++)
            Assert.That(await Worker(Note).Claim(Now), Is.Empty);
        for (var i = 0; i < 100; i++)
            await Send($"m{i:D2}");

        var claimed = await Worker(Note).Claim(Now);

        Assert.That(claimed, Has.Count.EqualTo(32));
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM outbox WHERE lease IS NOT NULL"), Is.EqualTo(32));
    }

    [Test]
    public async Task What_is_not_begun_when_the_lease_ends_is_given_back_untouched()
    {
        for (var i = 0; i < 20; i++)
            await Send($"m{i}");
        using var leaseEnds = new CancellationTokenSource();
        var worker = Worker(
            async (message, delivery) =>
            {
                await leaseEnds.CancelAsync();
                await Note(message, delivery);
            }
        );

        await worker.RunBatch(Now, OutboxKinds.All, leaseEnds.Token, CancellationToken.None);

        Assert.That(_handled, Has.Count.InRange(1, 4));
        Assert.That(await _host.Query<long>("SELECT SUM(attempts) FROM outbox"), Is.Zero);
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM outbox WHERE lease IS NOT NULL"), Is.Zero);
    }

    [Test]
    public async Task When_the_lease_ends_too_early_the_message_is_handled_twice()
    {
        // The negative control: nothing but the lease keeps the second worker away.
        await Send("a");
        var first = Worker(
            async (message, delivery) =>
            {
                await Note(message, delivery);
                await Worker(Note).RunOnce(Now + OutboxWorker.LeaseFor);
            }
        );

        await first.RunOnce(Now);

        Assert.That(_handled, Is.EqualTo(["a", "a"]));
    }

    [Test]
    public async Task On_shutdown_what_is_in_hand_is_finished_and_the_rest_given_back_untouched()
    {
        for (var i = 0; i < 20; i++)
            await Send($"m{i}");
        using var stopping = new CancellationTokenSource();
        var worker = Worker(
            async (message, delivery) =>
            {
                await stopping.CancelAsync();
                await Note(message, delivery);
            }
        );

        await worker.RunOnce(Now, stopping.Token);

        Assert.That(_handled, Has.Count.InRange(1, 4));
        Assert.That(await Left, Is.EqualTo(20 - _handled.Count));
        Assert.That(await _host.Query<long>("SELECT SUM(attempts) FROM outbox"), Is.Zero);
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM outbox WHERE lease IS NOT NULL"), Is.Zero);
        await Worker(Note).RunOnce(Now);
        Assert.That(_handled, Has.Count.EqualTo(20));
    }

    [Test]
    public async Task The_lag_is_the_age_of_the_oldest_message_due()
    {
        async Task<Duration> OldestDue(Instant now) => (await _host.Data.Read(read => OutboxLag.Look(read, now))).Lag;
        Assert.That(await OldestDue(Now), Is.EqualTo(Duration.Zero));

        await Send("later", dueAt: Now + Duration.FromMinutes(5));
        Assert.That(await OldestDue(Now), Is.EqualTo(Duration.Zero));
        await Send("now");
        Assert.That(await OldestDue(Now + Duration.FromMinutes(2)), Is.EqualTo(Duration.FromMinutes(2)));
        await Worker(Note).RunOnce(Now + Duration.FromMinutes(2));
        Assert.That(await OldestDue(Now + Duration.FromMinutes(2)), Is.EqualTo(Duration.Zero));
    }

    [Test]
    public void Every_kind_of_message_that_the_service_sends_has_a_handler()
    {
        var kinds = typeof(Program)
            .Assembly.GetTypes()
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(field => field.IsLiteral && field.FieldType == typeof(string))
            .Select(field => (string)field.GetRawConstantValue()!)
            .Where(text => text.EndsWith(".v1", StringComparison.Ordinal))
            .ToList();

        Assert.That(kinds, Has.Count.GreaterThan(10));
        Assert.That(kinds, Is.SubsetOf(_host.Get<OutboxHandlers>().Keys));
    }
}
