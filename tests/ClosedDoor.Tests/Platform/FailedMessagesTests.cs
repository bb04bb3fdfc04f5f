using ClosedDoor.Platform;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Mail;
using ClosedDoor.Platform.Outbox;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

/// <summary>Messages whose handling fails: tried again, parked, shown, and set going again.</summary>
public class FailedMessagesTests : OutboxDesk
{
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
    public async Task After_a_slow_batch_the_wait_counts_from_its_end()
    {
        await Send("a");
        var claimed = Now;
        await Worker(
                (message, delivery) =>
                {
                    _host.Time.Advance(Duration.FromMinutes(4));
                    return Fail(message, delivery);
                }
            )
            .RunOnce(claimed);

        var due = Instant.FromUnixTimeMilliseconds(await _host.Query<long>("SELECT due_at FROM outbox"));
        Assert.That(due, Is.GreaterThan(claimed + Duration.FromMinutes(4)));
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
    public async Task A_recipient_whom_the_mail_server_refuses_keeps_the_mail_from_nobody_and_repeats_it_to_nobody()
    {
        var refused = "b@example.com";
        await using var server = new SmtpListener(to => to == refused ? "550 5.1.1 no such mailbox" : "250 ok");
        await using var host = _host.Another(
            ("CLOSEDDOOR_SMTP_HOST", "127.0.0.1"),
            ("CLOSEDDOOR_SMTP_PORT", $"{server.Port}"),
            ("CLOSEDDOOR_SMTP_STARTTLS", "false")
        );
        List<string> to = ["a@example.com", "b@example.com", "c@example.com"];
        var worker = new OutboxWorker(
            host.Data,
            new()
            {
                [Kind] = Mailing.By(
                    (_, _, _) =>
                        Task.FromResult<Letter?>(
                            new()
                            {
                                To = [.. to],
                                Subject = new("待审核", "To review"),
                                Greeting = new("您好：", "Hello,"),
                                Says = [new("请审核。", "Please review.")],
                            }
                        )
                ),
            },
            host.Get<Mailer>(),
            host.Get<Settings>(),
            host.Get<IClock>(),
            NullLogger<OutboxWorker>.Instance
        );
        await Send("x");
        var now = Now;
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            await worker.RunOnce(now);
            now += Duration.FromHours(1);
        }

        Assert.That(server.Mails.Select(mail => mail.To.Single()), Is.EqualTo(["a@example.com", "c@example.com"]));
        Assert.That(await Left, Is.EqualTo(1));
        Assert.That(await _host.Query<string>("SELECT body FROM outbox"), Does.Not.Contain("@"));

        // The first leaves, and the refused one has a mailbox again.
        to.RemoveAt(0);
        refused = "";
        await worker.RunOnce(now);

        Assert.That(
            server.Mails.Select(mail => mail.To.Single()),
            Is.EqualTo(["a@example.com", "c@example.com", "b@example.com"])
        );
        Assert.That(await Left, Is.Zero);
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
            _host.Get<IClock>(),
            NullLogger<OutboxWorker>.Instance
        );
        await newer.RunOnce(Now + Duration.FromMinutes(1));

        Assert.That(_handled, Is.EqualTo(["a"]));
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
}
