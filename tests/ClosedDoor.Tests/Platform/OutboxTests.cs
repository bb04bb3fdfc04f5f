using System.Collections.Concurrent;
using System.Reflection;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Mail;
using ClosedDoor.Platform.Outbox;
using ClosedDoor.Tests.Given;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

public class OutboxTests
{
    const string Kind = "test.happened.v1";

    static readonly string[] Waiting = ["a", "b", "c"];

    TestHost _host = null!;
    ConcurrentBag<string> _handled = null!;

    [SetUp]
    public async Task Start() => (_host, _handled) = (await TestHost.Create(), []);

    [TearDown]
    public async Task Stop() => await _host.DisposeAsync();

    Instant Now => _host.Time.Now;

    OutboxHandler Note =>
        (message, _) =>
        {
            _handled.Add(message.SubjectId);
            return Task.CompletedTask;
        };

    static OutboxHandler Fail => (_, _) => throw new InvalidOperationException("no answer from someone@example.com");

    OutboxWorker Worker(OutboxHandler handler) =>
        new(
            _host.Data,
            new() { [Kind] = handler },
            _host.Get<Mailer>(),
            _host.Get<Settings>(),
            NullLogger<OutboxWorker>.Instance
        );

    Task<bool> Send(string id, string kind = Kind, Instant? dueAt = null) =>
        _host.Data.Write(
            "test",
            async tx =>
            {
                await tx.Send(kind, new { id }, Now, dueAt);
                return true;
            }
        );

    Task<long> Left => _host.Query<long>("SELECT COUNT(*) FROM outbox");

    Task<long> Parked => _host.Query<long>("SELECT COUNT(*) FROM outbox WHERE parked_at IS NOT NULL");

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
    public async Task A_failed_message_waits_longer_each_time_and_is_parked_after_ten_attempts()
    {
        await Send("a");
        var worker = Worker(Fail);
        var now = Now;
        var waits = new List<Duration>();
        for (var attempt = 1; attempt < 10; attempt++)
        {
            Assert.That(await worker.RunOnce(now), Is.EqualTo(1));
            var due = Instant.FromUnixTimeMilliseconds(await _host.Query<long>("SELECT due_at FROM outbox"));
            Assert.That(await worker.RunOnce(due - Duration.FromMilliseconds(1)), Is.Zero);
            waits.Add(due - now);
            now = due;
        }
        Assert.That(await Parked, Is.Zero);
        Assert.That(await worker.RunOnce(now), Is.EqualTo(1));

        Assert.That(await Parked, Is.EqualTo(1));
        Assert.That(await worker.RunOnce(now + Duration.FromDays(30)), Is.Zero);
        Assert.That(waits[0], Is.InRange(Duration.FromSeconds(15), Duration.FromSeconds(30)));
        Assert.That(waits[3], Is.InRange(Duration.FromSeconds(120), Duration.FromSeconds(240)));
        Assert.That(waits[8], Is.InRange(Duration.FromMinutes(30), Duration.FromHours(1)));
    }

    [Test]
    public async Task Every_wait_is_at_most_an_hour_and_at_least_half_of_the_one_meant(
        [Range(1, 40)] int attempts,
        [Values(0.0, 0.5, 1.0)] double chance
    )
    {
        var meant = Math.Min(3600, 30 * Math.Pow(2, attempts - 1));

        Assert.That(Retries.Wait(attempts, chance).TotalSeconds, Is.EqualTo(meant * (0.5 + chance / 2)).Within(0.01));
        await Task.CompletedTask;
    }

    [Test]
    public async Task One_message_that_fails_does_not_hinder_the_others()
    {
        foreach (var id in Waiting)
            await Send(id);
        await Worker(
                (message, delivery) => message.SubjectId == "b" ? Fail(message, delivery) : Note(message, delivery)
            )
            .RunOnce(Now);

        Assert.That(_handled, Is.EquivalentTo(["a", "c"]));
        Assert.That(await Left, Is.EqualTo(1));
    }

    [Test]
    public async Task A_message_that_always_takes_the_process_with_it_is_parked_without_another_try()
    {
        await Send("a");
        await _host.Tamper("UPDATE outbox SET attempts = 10");

        await Worker(Note).RunOnce(Now);

        Assert.That(_handled, Is.Empty);
        Assert.That(await Parked, Is.EqualTo(1));
    }

    [Test]
    public async Task An_unknown_kind_is_left_for_an_instance_that_knows_it()
    {
        await Send("a", kind: "test.of_a_newer_release.v1");
        await Worker(Note).RunOnce(Now);
        Assert.That(await Parked, Is.Zero);

        var newer = new OutboxWorker(
            _host.Data,
            new() { ["test.of_a_newer_release.v1"] = Note },
            _host.Get<Mailer>(),
            _host.Get<Settings>(),
            NullLogger<OutboxWorker>.Instance
        );
        await newer.RunOnce(Now + Duration.FromMinutes(1));

        Assert.That(_handled, Is.EqualTo(["a"]));
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
    public async Task Organizers_see_parked_messages_without_anyones_address_and_set_them_going_again()
    {
        foreach (var id in Waiting)
            await Send(id);
        await _host.Tamper("UPDATE outbox SET attempts = 9");
        await Worker(Fail).RunOnce(Now);
        var organizer = await _host.Given.Organizer(Permission.Organize);

        var first = (await organizer.Get("/outbox/parked?limit=2")).Expect(200);
        var rest = (await organizer.Get($"/outbox/parked?limit=2&cursor={first["nextCursor"].GetString()}")).Expect(
            200
        );
        Assert.That(first["items"].GetArrayLength(), Is.EqualTo(2));
        Assert.That(rest["items"].GetArrayLength(), Is.EqualTo(1));
        Assert.That(rest["nextCursor"].GetString(), Is.Null);
        var parked = first["items"][0];
        Assert.That(parked.GetProperty("kind").GetString(), Is.EqualTo(Kind));
        Assert.That(Waiting, Does.Contain(parked.GetProperty("subject").GetString()));
        Assert.That(parked.GetProperty("attempts").GetInt64(), Is.EqualTo(10));
        Assert.That(parked.GetProperty("lastError").GetString(), Does.Contain("…@example.com"));
        Assert.That(first.Text, Does.Not.Contain("someone"));

        (await organizer.Post($"/outbox/{parked.GetProperty("id").GetString()}/retry")).Expect(204);
        await Worker(Note).RunOnce(Now);
        Assert.That(_handled, Is.EqualTo([parked.GetProperty("subject").GetString()]));
        (await organizer.Post($"/outbox/{parked.GetProperty("id").GetString()}/retry")).Expect(404);
    }

    [Test]
    public async Task Only_organizers_see_the_outbox()
    {
        var company = await _host.Given.Company();
        var door = await _host.Given.Organizer(Permission.Door);

        (await company.Api.Get("/outbox/parked")).Expect(403);
        (await door.Get("/outbox/parked")).Expect(403);
        (await _host.Anonymous.Get("/outbox/parked")).Expect(401);
        (await company.Api.Post("/outbox/msg_x/retry")).Expect(403);
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
