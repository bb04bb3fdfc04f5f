using ClosedDoor.Domain;
using ClosedDoor.Features.Delegates;
using ClosedDoor.Features.Guests;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Mail;
using ClosedDoor.Platform.Outbox;
using ClosedDoor.Tests.Features.Door;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform;
using ClosedDoor.Tests.Platform.Calendars;
using ClosedDoor.Tests.Races;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Delegates;

public class DelegateVettingTests : SeatDesk
{
    [Test]
    public async Task A_named_person_is_vetted_and_accepts_by_a_link_of_their_own()
    {
        var ids = await _company.Named(_seat, "示例");
        Assert.That(await Vetting(), Is.EqualTo(["pending", "pending"]));
        await _host.DeliverMails();

        (await _organizer.Post($"/delegates/{ids[0]}/approve")).Expect(200);
        (await _organizer.Post($"/delegates/{ids[0]}/approve")).Expect(409, "delegate_decided");
        (await _organizer.Post($"/delegates/{ids[1]}/refuse", new { note = "请更换人员" })).Expect(200);
        (await _company.Api.Post($"/delegates/{ids[1]}/approve")).Expect(403, "forbidden");
        var mails = await _host.DeliverMails();

        Assert.That(await Vetting(), Is.EqualTo(["approved", "refused"]));
        mails.Single(mail => mail.Headers["To"].Contains(_company.Email)).AssertSays("示例乙", "请更换人员");
        var own = mails.Single(mail => mail.Headers["To"].Contains("delegate@example.com"));
        var token = own.PlainText.Split("/delegate#")[1].Split('\r')[0];
        var person = _host.As(token);
        var shown = (await person.Get("/delegate")).Expect(200);
        Assert.That(
            shown["agreements"].EnumerateArray().Select(one => one.GetProperty("accepted").GetBoolean()),
            Is.EqualTo([false, false])
        );
        (
            await person.Post(
                "/delegate/agreements",
                new { agreements = new[] { new { kind = "nda", sha256 = new string('0', 64) } } }
            )
        ).Expect(422, "invalid_fields");
        (await person.AcceptAll()).Expect(200);
        (await person.AcceptAll()).Expect(200);
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM delegate_acceptance"), Is.EqualTo(2));
        var listed = (await _organizer.Get($"/sessions/{_session}/delegates?vetting=approved")).Expect(200)["items"];
        Assert.That(listed[0].GetProperty("accepted").GetArrayLength(), Is.EqualTo(2));
    }

    [Test]
    public async Task Who_is_refused_has_the_day_taken_back_and_never_learns_of_a_new_place_until_approved_after_all()
    {
        var (ids, _, people) = await _host.TwoComers(_organizer, _company, _seat, _session);
        await _host.DeliverMails();

        (await _organizer.Post($"/delegates/{ids[0]}/refuse", new { note = "请更换人员" })).Expect(200);
        var calendar = (await _host.DeliverMails()).Single(mail => mail.Calendar is not null).Calendar;
        Assert.That(calendar, Does.Contain("METHOD:CANCEL").And.Not.Contain("示例会场"));
        foreach (var path in new[] { "/delegate", "/delegate/ticket", "/delegate/ticket/page", "/delegate/calendar" })
            (await people[0].Get(path)).Expect(404, "not_found");
        var report = (await _organizer.Get($"/sessions/{_session}/report")).Expect(200);
        Assert.That(report["delegates.expected"].GetInt64(), Is.EqualTo(1), "who is refused is not missed");

        (await _organizer.Patch($"/sessions/{_session}", new { venue = "另一会场" })).Expect(200);
        var moved = (await _host.DeliverMails()).Where(mail => mail.Calendar is not null).ToList();
        Assert.That(moved, Has.Count.EqualTo(1), "the other delegate alone");

        (await _organizer.Post($"/delegates/{ids[0]}/approve")).Expect(200);
        var back = (await _host.DeliverMails()).Single(mail => mail.Calendar is not null).Calendar;
        Assert.That(back, Does.Contain("METHOD:REQUEST").And.Contain("SEQUENCE:2").And.Contain("另一会场"));
        (await people[0].Get("/delegate/ticket")).Expect(200);
    }

    [Test]
    public async Task A_replaced_delegate_has_the_day_taken_back_and_the_one_who_stays_does_not()
    {
        var (_, _, people) = await _host.TwoComers(_organizer, _company, _seat, _session);
        await _host.DeliverMails();
        var calendar = (await people[0].Get("/delegate/calendar")).Expect(200);
        Assert.That(
            calendar.Text,
            Does.Contain("METHOD:PUBLISH").And.Contain("SEQUENCE:0").And.Not.Contain("ATTENDEE")
        );
        var stays = (await _company.Api.Get($"/reservations/{_seat}/delegates"))["items"][1];

        (
            await _company.Api.Put(
                $"/reservations/{_seat}/delegates",
                new object[]
                {
                    new
                    {
                        name = stays.GetProperty("name").GetString(),
                        jobTitle = "总监",
                        phone = stays.GetProperty("phone").GetString(),
                        email = stays.GetProperty("email").GetString(),
                    },
                }
            )
        ).Expect(200);

        var cancelled = (await _host.DeliverMails()).Cancellations();
        Assert.That(cancelled, Has.Length.EqualTo(1));
        Assert.That(cancelled[0], Does.Contain("SEQUENCE:1").And.Contain("示例甲"));
        var uid = calendar.Text.Split('\n').Single(line => line.StartsWith("UID", StringComparison.Ordinal)).Trim();
        Assert.That(cancelled[0], Does.Contain(uid), "it is the same appointment");
        var read = await IcsJudge.Read([calendar.Text, cancelled[0]]);
        Assert.That(read.Select(file => file.GetProperty("method").GetString()), Is.EqualTo(["PUBLISH", "CANCEL"]));
        Assert.That((await people[0].Get("/delegate/calendar")).Status, Is.AnyOf(401, 404));
        (await people[1].Get("/delegate/calendar")).Expect(200);
    }

    [Test]
    public async Task Who_is_refused_and_replaced_before_the_mail_is_out_has_the_day_taken_back()
    {
        var (ids, _, _) = await _host.TwoComers(_organizer, _company, _seat, _session);
        await _host.DeliverMails();

        (await _organizer.Post($"/delegates/{ids[0]}/refuse", new { note = "请更换人员" })).Expect(200);
        (await _company.Api.Put($"/reservations/{_seat}/delegates", new[] { Person("示例乙", "13800000000") })).Expect(
            200
        );

        var cancelled = (await _host.DeliverMails()).Cancellations();
        Assert.That(cancelled, Has.Length.EqualTo(1));
        Assert.That(cancelled[0], Does.Contain("示例甲"));
    }

    [Test]
    public async Task A_corrected_address_ends_the_links_to_the_wrong_mailbox_and_gets_what_that_was_sent()
    {
        var (ids, _, people) = await _host.TwoComers(_organizer, _company, _seat, _session);
        await _host.DeliverMails();

        (
            await _company.Api.Put(
                $"/reservations/{_seat}/delegates",
                new[] { Person("示例甲", "13800000000", "right@example.com"), Person("示例乙", "13800000000") }
            )
        ).Expect(200);

        var opened = (await Task.WhenAll(people[0].Get("/delegate/data"), people[1].Get("/delegate/data")))
            .Select(reply => reply.Status)
            .ToArray();
        Assert.That(opened, Is.EqualTo([401, 200]), "the links of the other delegate hold");
        Assert.That(
            await _host.Query<string>(
                "SELECT COALESCE(MAX(subject), '') FROM audit WHERE chain = @_session AND action = 'delegate.links_revoked'",
                new { _session }
            ),
            Is.EqualTo(ids[0])
        );
        var mails = await _host.DeliverMails();
        Assert.That(mails.Select(mail => mail.Headers["To"]), Has.All.Contains("right@example.com"));
        Assert.That(mails, Has.Count.EqualTo(2), "the agreements, and the day with the ticket");
        Assert.That(mails.Single(mail => mail.Calendar is not null).Calendar, Does.Contain("SEQUENCE:1"));
        var right = _host.As(mails[0].PlainText.Split("/delegate#")[1].Split('\r')[0]);
        Assert.That((await right.Get("/delegate")).Expect(200).Id, Is.EqualTo(ids[0]));
    }

    [Test]
    public async Task What_waits_when_an_address_is_corrected_comes_to_the_right_mailbox_once()
    {
        var ids = await _company.Named(_seat, "示例");
        await _host.Ready(_organizer, ids[0]);
        (await _organizer.Post($"/sessions/{_session}/tickets")).Expect(200);

        (
            await _company.Api.Put(
                $"/reservations/{_seat}/delegates",
                new[] { Person("示例甲", "13800000000", "right@example.com"), Person("示例乙", "13800000000") }
            )
        ).Expect(200);

        var mails = (await _host.DeliverMails()).Where(mail => mail.Headers["To"].Contains("right@example.com"));
        Assert.That(
            mails.Select(mail => mail.Calendar is null),
            Is.EquivalentTo(new[] { true, false }),
            "the agreements, and the day with the ticket"
        );
    }

    [Test]
    public async Task An_address_that_is_corrected_while_the_mail_is_written_leaves_the_wrong_mailbox_no_link()
    {
        var ids = await _company.Named(_seat, "示例");
        await _host.DeliverMails();
        (await _organizer.Post($"/delegates/{ids[0]}/approve")).Expect(200);
        var corrected = false;
        var worker = new OutboxWorker(
            _host.Data,
            new()
            {
                [DelegateTable.Approved] = LinkedMailing.By(
                    DelegateRow.Addressee,
                    async (read, id, settings, link) =>
                    {
                        var letter = await DelegateMails.Approved(read, id, settings, link);
                        if (!corrected)
                        {
                            corrected = true;
                            var list = new[]
                            {
                                Person("示例甲", "13800000000", "right@example.com"),
                                Person("示例乙", "13800000000"),
                            };
                            (await _company.Api.Put($"/reservations/{_seat}/delegates", list)).Expect(200);
                        }
                        return letter;
                    }
                ),
            },
            _host.Get<Mailer>(),
            _host.Get<Settings>(),
            _host.Get<IClock>(),
            NullLogger<OutboxWorker>.Instance
        );

        await worker.RunOnce(_host.Time.Now);

        var to = Directory.GetFiles(_host.MailFolder).Select(file => ReceivedMail.Open(file).Headers["To"]).ToList();
        Assert.That(to, Has.Some.Contains("right@example.com").And.None.Contains("delegate@example.com"));
    }

    [Test]
    public async Task A_substitute_keeps_seat_and_money_and_is_vetted_anew_while_who_stays_stays_approved()
    {
        var ids = await _company.Named(_seat, "示例");
        foreach (var id in ids)
            await _host.Ready(_organizer, id);
        var gone = await _host.DelegateOf(_organizer, ids[1]);

        var after = (
            await _company.Api.Put(
                $"/reservations/{_seat}/delegates",
                new[] { Person("替换人", "13900000000"), Person("示例甲", "13800000000") }
            )
        ).Expect(200);

        var items = after["items"].EnumerateArray().ToArray();
        Assert.That(items.Select(one => one.GetProperty("vetting").GetString()), Is.EqualTo(["pending", "approved"]));
        Assert.That(items[1].GetProperty("id").GetString(), Is.EqualTo(ids[0]));
        Assert.That(await _host.StatusOf(_seat), Is.EqualTo("confirmed"));
        Assert.That((await gone.Get("/delegate")).Status, Is.AnyOf(401, 404));
        (await _company.Api.Put($"/reservations/{_seat}/delegates", Array.Empty<object>())).Expect(200);
    }

    [Test]
    public async Task A_link_opens_its_own_delegation_and_nothing_else()
    {
        var ids = await _company.Named(_seat, "示例");
        var person = await _host.DelegateOf(_organizer, ids[0]);

        Assert.That((await person.Get("/delegate")).Expect(200).Id, Is.EqualTo(ids[0]));
        foreach (
            var path in new[]
            {
                $"/reservations/{_seat}",
                $"/reservations/{_seat}/delegates",
                $"/sessions/{_session}/delegates",
                "/invitation/conflicts",
            }
        )
            Assert.That((await person.Get(path)).Status, Is.EqualTo(403), path);
        (await _host.Anonymous.Get("/delegate")).Expect(401, "unauthenticated");
        (await _company.Api.Get("/delegate")).Expect(403, "forbidden");
        (await _company.Api.Cancel(_seat)).Expect(200);
        (await person.Get("/delegate")).Expect(404, "not_found");
    }

    [Test]
    public async Task The_link_of_who_is_no_longer_named_ends_at_once()
    {
        var ids = await _company.Named(_seat, "示例");
        var gone = await _host.DelegateOf(_organizer, ids[0]);
        (await gone.Get("/delegate")).Expect(200);

        (await _company.Api.Put($"/reservations/{_seat}/delegates", Array.Empty<object>())).Expect(200);

        (await gone.Get("/delegate")).Expect(401, "unauthenticated");
    }

    async Task<string?[]> Vetting() =>
        [
            .. (await _company.Api.Get($"/reservations/{_seat}/delegates"))
                .Expect(200)["items"]
                .EnumerateArray()
                .Select(one => one.GetProperty("vetting").GetString()),
        ];

    static object Person(string name, string phone, string email = "delegate@example.com") =>
        new
        {
            name,
            jobTitle = "市场总监",
            phone,
            email,
        };
}
