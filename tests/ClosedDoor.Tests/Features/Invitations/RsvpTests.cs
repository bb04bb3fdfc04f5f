using System.Text.Json;
using ClosedDoor.Tests.Features.Guests;
using ClosedDoor.Tests.Platform;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Invitations;

public class RsvpTests : SessionDesk
{
    async Task<string> Status(string invitation) =>
        (await _organizer.Get($"/invitations/{invitation}")).Expect(200)["status"].GetString()!;

    [Test]
    public async Task The_first_use_of_the_link_opens_and_the_answer_accepts()
    {
        var invitation = await _organizer.Invite(_session, await _organizer.Director());
        var guest = await _host.GuestOf(_organizer, invitation);
        Assert.That(await Status(invitation), Is.EqualTo("invited"));

        var shown = (await guest.Get("/invitation")).Expect(200);
        Assert.That(await Status(invitation), Is.EqualTo("opened"));
        Assert.That(shown["session.venue"].GetString(), Is.EqualTo("示例会场"));
        Assert.That(
            shown["consents"].EnumerateArray().Select(one => one.GetProperty("given").GetBoolean()),
            Is.EqualTo([false, false, false]),
            "nobody agrees by default"
        );

        var accepted = (
            await guest.Post(
                "/invitation/accept",
                new { availability = new[] { new { from = "09:00", to = "12:00" } } }
            )
        ).Expect(200);
        Assert.That(accepted["status"].GetString(), Is.EqualTo("accepted"));
        Assert.That(accepted["availability"].GetArrayLength(), Is.EqualTo(1));
        Assert.That((await _organizer.Get($"/invitations/{invitation}"))["counts"].GetBoolean(), Is.True);
    }

    [Test]
    public async Task The_same_answer_twice_is_one_answer()
    {
        var guest = await _host.GuestOf(_organizer, await _organizer.Invite(_session, await _organizer.Expert()));

        var first = (await guest.Post("/invitation/accept")).Expect(200);
        var second = (await guest.Post("/invitation/accept")).Expect(200);

        Assert.That(second["version"].GetInt64(), Is.EqualTo(first["version"].GetInt64()));
    }

    [Test]
    public async Task Who_has_declined_is_asked_anew_or_not_at_all()
    {
        var expert = await _organizer.Expert();
        var invitation = await _organizer.Invite(_session, expert);
        var guest = await _host.GuestOf(_organizer, invitation);

        var declined = (await guest.Post("/invitation/decline", new { note = "行程冲突" })).Expect(200);
        Assert.That(declined["session"].TryGetProperty("venue", out _), Is.False, "the venue is for those who come");
        (await guest.Post("/invitation/accept")).Expect(409, "wrong_invitation_status");
        Assert.That((await _organizer.Get($"/invitations/{invitation}"))["note"].GetString(), Is.EqualTo("行程冲突"));

        Assert.That(await _organizer.Invite(_session, expert), Is.Not.EqualTo(invitation));
    }

    [Test]
    public async Task Availability_lies_within_the_day_in_order()
    {
        var guest = await _host.GuestOf(_organizer, await _organizer.Invite(_session, await _organizer.Expert()));

        foreach (
            var parts in new[]
            {
                new[] { ("08:00", "10:00") },
                [("16:00", "18:00")],
                [("10:00", "10:00")],
                [("13:00", "15:00"), ("09:00", "10:00")],
                [("09:00", "11:00"), ("10:00", "12:00")],
            }
        )
            (
                await guest.Put(
                    "/invitation/availability",
                    parts.Select(part => new { from = part.Item1, to = part.Item2 })
                )
            ).Expect(422, "invalid_fields");
        (
            await guest.Put(
                "/invitation/availability",
                Enumerable.Range(0, 11).Select(i => new { from = $"09:{i:00}", to = $"09:{i + 1:00}" })
            )
        ).Expect(422, "invalid_fields");
        (
            await guest.Put(
                "/invitation/availability",
                new[] { new { from = "09:00", to = "10:00" }, new { from = "10:00", to = "17:00" } }
            )
        ).Expect(200);
    }

    [Test]
    public async Task No_parts_are_the_whole_day_again_whatever_was_said_before()
    {
        var guest = await _host.GuestOf(_organizer, await _organizer.Invite(_session, await _organizer.Expert()));
        var morning = new[] { new { from = "09:00", to = "12:00" } };
        foreach (var _ in new[] { "once", "again" })
        {
            var said = (await guest.Put("/invitation/availability", morning)).Expect(200);
            Assert.That(said["availability"].GetArrayLength(), Is.EqualTo(1));

            var whole = (await guest.Put("/invitation/availability", Array.Empty<object>())).Expect(200);
            Assert.That(whole["availability"].ValueKind, Is.EqualTo(JsonValueKind.Null));
        }
        // Stored hours would keep a guest away from what the session gains later.
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM invitation WHERE availability IS NOT NULL"), Is.Zero);
        Assert.That(
            await _host.Client.GetStringAsync(new Uri("/pages/invitation.js", UriKind.Relative)),
            Does.Contain("button('全天', 'The whole day', () => save([]))")
        );
    }

    [Test]
    public async Task A_substitute_moves_up_when_one_declines()
    {
        var first = await _organizer.Invite(_session, await _organizer.Director());
        var other = await _organizer.Invite(_session, await _organizer.Director());
        var forAnyone = await _organizer.Substitute(_session, await _organizer.Director());
        var forOther = await _organizer.Substitute(_session, await _organizer.Director(), other);
        var expert = await _organizer.Substitute(_session, await _organizer.Expert());
        await _host.DeliverMails();

        (await (await _host.GuestOf(_organizer, first)).Post("/invitation/decline")).Expect(200);
        Assert.That(await Status(forAnyone), Is.EqualTo("invited"));
        Assert.That(await Status(forOther), Is.EqualTo("standby"), "named for another place, which is held");
        Assert.That(await Status(expert), Is.EqualTo("standby"), "no director");
        Assert.That((await _host.DeliverMails()).Count, Is.EqualTo(1));

        (await _organizer.Post($"/invitations/{other}/withdraw", new { note = "名额调整" })).Expect(200);
        Assert.That(await Status(forOther), Is.EqualTo("invited"));
    }

    [Test]
    public async Task A_substitute_who_no_longer_passes_the_gate_is_passed_over()
    {
        var first = await _organizer.Invite(_session, await _organizer.Director());
        var demotedGuest = await _organizer.Director();
        var demoted = await _organizer.Substitute(_session, demotedGuest);
        var next = await _organizer.Substitute(_session, await _organizer.Director());
        (await _organizer.Patch($"/guests/{demotedGuest}", new { post = "deputy_department_head" })).Expect(200);

        (await _organizer.Post($"/invitations/{first}/decline")).Expect(200);

        Assert.That(await Status(demoted), Is.EqualTo("standby"));
        Assert.That(await Status(next), Is.EqualTo("invited"));
    }

    [Test]
    public async Task After_companies_have_paid_they_are_told_of_a_drop_out_without_a_name()
    {
        var company = await _host.Given.VettedCompany();
        var (_, payment) = await _host.Given.AwaitingTransfer(company, _session);
        (
            await _organizer.Post(
                $"/payments/{payment}/receive",
                new
                {
                    bankSerial = "S1",
                    amount = new { amount = 3_880_000, currency = "CNY" },
                    payerName = company.Name,
                    receivedOn = "2026-03-02",
                }
            )
        ).Expect(200);
        var director = await _organizer.Director();
        var invitation = await _organizer.Invite(_session, director);
        var substitute = await _organizer.Substitute(_session, await _organizer.Director());
        var guest = await _host.GuestOf(_organizer, invitation);
        (await guest.Post("/invitation/accept")).Expect(200);
        await _host.DeliverMails();

        (await guest.Post("/invitation/decline")).Expect(200);

        Assert.That(await Status(substitute), Is.EqualTo("invited"));
        var mails = await _host.DeliverMails();
        var toCompany = mails.Single(mail => mail.Headers["To"].Contains(company.Email));
        Assert.That(mails, Has.Count.EqualTo(2));
        Assert.That(
            toCompany.PlainText,
            Does.Contain("嘉宾").And.Not.Contain("示例嘉宾").And.Not.Contain("示例医院").And.Not.Contain("示例会场")
        );
    }

    [Test]
    public async Task Chosen_guests_are_reminded_and_those_who_have_answered_are_not()
    {
        var silent = await _organizer.Invite(_session, await _organizer.Expert());
        var answered = await _organizer.Invite(_session, await _organizer.Expert());
        (await _organizer.Post($"/invitations/{answered}/accept")).Expect(200);
        await _host.DeliverMails();

        var reminded = (
            await _organizer.Post($"/sessions/{_session}/reminders", new { invitationIds = new[] { silent, answered } })
        ).Expect(200);

        Assert.That(reminded["reminded"].EnumerateArray().Select(id => id.GetString()), Is.EqualTo([silent]));
        Assert.That(reminded["passedOver"].EnumerateArray().Select(id => id.GetString()), Is.EqualTo([answered]));
        var mail = await _host.DeliverOneMail();
        var token = mail.PlainText.Split("/invitation#")[1].Split(['\r', '\n'])[0];
        (await _host.As(token).Get("/invitation")).Expect(200);
        (
            await _organizer.Post(
                $"/sessions/{_session}/reminders",
                new { invitationIds = new[] { "inv_01khws5mbcf5rtnyjcg1a9w9j6" } }
            )
        ).Expect(422, "invalid_fields");
    }

    [Test]
    public async Task A_reminder_to_nobody_is_refused_once_for_each_and_reminds_none()
    {
        var silent = await _organizer.Invite(_session, await _organizer.Expert());
        await _host.DeliverMails();

        var refused = (
            await _organizer.Post(
                $"/sessions/{_session}/reminders",
                new { invitationIds = new[] { silent, "inv_01khws5mbcf5rtnyjcg1a9w9j6", null } }
            )
        ).Expect(422, "invalid_fields");

        Assert.That(refused["errors.invitationIds"].GetArrayLength(), Is.EqualTo(2));
        Assert.That(await _host.DeliverMails(), Is.Empty);
    }

    [Test]
    public async Task Nothing_is_answered_once_the_session_has_begun_or_is_cancelled()
    {
        var guest = await _host.GuestOf(_organizer, await _organizer.Invite(_session, await _organizer.Expert()));
        await _host.DeliverMails();
        _host.Time.Advance(Duration.FromDays(29));
        (await guest.Post("/invitation/accept")).Expect(409, "session_begun");

        var second = await _host.Given.PublishedSession();
        var other = await _host.GuestOf(_organizer, await _organizer.Invite(second, await _organizer.Expert()));
        (await _organizer.Post($"/sessions/{second}/cancel")).Expect(200);
        (await other.Post("/invitation/accept")).Expect(409, "wrong_session_status");
        Assert.That(
            (await _host.DeliverOneMail()).Subject,
            Does.Contain("出席安排已取消"),
            "a mail that asks for nothing any more is not sent; that the session is off, is"
        );
    }

    [Test]
    public async Task The_letter_to_the_unit_is_numbered_and_prints_what_was_typed_as_text()
    {
        var official = (
            await _organizer.Post(
                "/guests",
                new
                {
                    kind = "health_commission_official",
                    name = "示例嘉宾",
                    unit = "<b>示例</b>卫健委",
                    phone = "13700000001",
                }
            )
        ).Expect(201).Id;
        var invitation = await _organizer.Invite(_session, official);

        var letter = (await _organizer.Get($"/invitations/{invitation}/letter")).Expect(200);

        Assert.That(letter.MediaType, Is.EqualTo("text/html"));
        Assert.That(letter.Text, Does.Match("函〔2026〕0330-[0-9A-Z]{4}-1"));
        Assert.That(
            letter.Text,
            Does.Contain("&lt;b&gt;示例&lt;/b&gt;卫健委").And.Contain("示例会场").And.Contain("公务员法")
        );
        Assert.That(letter.Headers["Content-Security-Policy"], Does.StartWith("default-src 'none'"));
    }
}
