using ClosedDoor.Features.Delegates;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Door;
using ClosedDoor.Tests.Platform;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Delegates;

/// <summary>What a delegate may have by the link alone: a copy of everything, and to be forgotten.</summary>
public class DelegateDataTests : SeatDesk
{
    private protected override (string Name, string Value)[] Configured => [("CLOSEDDOOR_GUEST_DAYS", "365")];

    [Test]
    public async Task The_copy_holds_all_that_is_kept_about_the_delegate_and_nothing_of_the_other()
    {
        var (_, tickets, people) = await _host.TwoComers(_organizer, _company, _seat, _session);
        var before = (await people[0].Get("/delegate/data")).Expect(200);
        _host.Time.Advance(Duration.FromDays(28));
        var device = await _host.Device(_organizer, _session);
        Assert.That((await device.Scan(tickets[0], "a")).Result(), Is.EqualTo("admitted"));

        var copy = (await people[0].Get("/delegate/data")).Expect(200);

        Assert.That(
            (copy["name"].GetString(), copy["phone"].GetString(), copy["company"].GetString()),
            Is.EqualTo(("示例甲", "+8613800000000", _company.Name))
        );
        Assert.That(
            copy["accepted"].EnumerateArray().Select(one => one.GetProperty("kind").GetString()),
            Is.EquivalentTo(new[] { "nda", "integrity_pledge" })
        );
        Assert.That(copy["checkIns"].GetArrayLength(), Is.EqualTo(1));
        Assert.That(copy.Text, Does.Not.Contain("示例乙"));
        Assert.That(copy.ETag, Is.Not.EqualTo(before.ETag), "another record is another copy");
    }

    [Test]
    public async Task The_page_tells_the_begin_by_the_sessions_own_clock_and_names_it()
    {
        await _host.Tamper("UPDATE session SET time_zone = 'Asia/Urumqi' WHERE id = @_session", new { _session });
        var person = await _host.DelegateOf(_organizer, (await _company.Named(_seat, "示例"))[0]);

        Assert.That((await person.Get("/delegate")).Expect(200)["timeZone"].GetString(), Is.EqualTo("Asia/Urumqi"));
        Assert.That(
            await _host.Client.GetStringAsync(new Uri("/pages/delegate.js", UriKind.Relative)),
            Does.Contain("at(own.beginsAt, own.timeZone), zoned(own.timeZone)")
        );
    }

    [Test]
    public async Task What_the_organizer_wrote_of_a_refused_delegate_is_in_the_copy_too()
    {
        var ids = await _company.Named(_seat, "示例");
        var person = await _host.DelegateOf(_organizer, ids[0]);
        (await _organizer.Post($"/delegates/{ids[0]}/refuse", new { note = "请更换人员" })).Expect(200);

        (await person.Get("/delegate")).Expect(404, "not_found");
        var data = (await person.Get("/delegate/data")).Expect(200);
        Assert.That(data["note"].GetString(), Is.EqualTo("请更换人员"));
        Assert.That(data["vetting"].GetString(), Is.EqualTo("refused"));
        (await person.Delete("/delegate/data")).Expect(204);
    }

    [Test]
    public async Task Whose_company_has_given_up_the_seat_still_has_the_copy_and_erasure_and_the_page_draws_them_alone()
    {
        var person = await _host.DelegateOf(_organizer, (await _company.Named(_seat, "示例"))[0]);
        (await _company.Api.Post($"/reservations/{_seat}/cancel", new { reason = "行程有变" })).Expect(200);

        (await person.Get("/delegate")).Expect(404, "not_found");
        Assert.That((await person.Get("/delegate/data")).Expect(200)["name"].GetString(), Is.EqualTo("示例甲"));
        var page = await _host.Client.GetStringAsync(new Uri("/pages/delegate.js", UriKind.Relative));
        Assert.That(page, Does.Contain("own = await maybe('/delegate');").And.Contain("if (!own) return drawData();"));
        (await person.Delete("/delegate/data")).Expect(204);
    }

    [Test]
    public async Task A_delegate_is_forgotten_by_the_link_and_the_place_is_free_for_somebody_else()
    {
        var (ids, tickets, people) = await _host.TwoComers(_organizer, _company, _seat, _session);
        await _host.DeliverMails();
        var data = (await people[0].Get("/delegate/data")).Expect(200);

        (await people[0].Delete("/delegate/data", ifMatch: "\"0\"")).Expect(412, "stale_version");
        (await people[0].Delete("/delegate/data", ifMatch: data.ETag)).Expect(204);

        (await people[0].Get("/delegate/data")).Expect(401);
        var left = (await _company.Api.Get($"/reservations/{_seat}/delegates")).Expect(200)["items"];
        Assert.That(left.EnumerateArray().Select(one => one.GetProperty("id").GetString()), Is.EqualTo([ids[1]]));
        var mails = await _host.DeliverMails();
        Assert.That(mails, Has.Count.EqualTo(2), "the day is taken back, and the company is told");
        Assert.That(mails.Single(mail => mail.Calendar is not null).Calendar, Does.Contain("METHOD:CANCEL"));
        Assert.That(
            mails.Single(mail => mail.Headers["To"].Contains(_company.Email)).PlainText,
            Does.Contain("不再参加").And.Not.Contain("示例甲")
        );
        var device = await _host.Device(_organizer, _session);
        Assert.That((await device.Scan(tickets[0], "a")).Reason(), Is.EqualTo("delegate_replaced"));
        Assert.That(await _host.StatusOf(_seat), Is.EqualTo("confirmed"));
        (await _company.Api.NameDelegates(_seat, "替换")).Expect(200);
    }

    [Test]
    public async Task Who_was_there_is_forgotten_by_name_and_still_counted()
    {
        var (_, tickets, people) = await _host.TwoComers(_organizer, _company, _seat, _session);
        _host.Time.Advance(Duration.FromDays(28));
        var device = await _host.Device(_organizer, _session);
        Assert.That((await device.Scan(tickets[0], "a")).Result(), Is.EqualTo("admitted"));
        await _host.DeliverMails();

        foreach (var person in people)
            (await person.Delete("/delegate/data")).Expect(204);

        Assert.That(await _host.DeliverMails(), Is.Empty, "nobody is asked to name somebody else now");
        Assert.That(
            (await _organizer.Get($"/sessions/{_session}/report")).Expect(200)["delegates"].ToString(),
            Is.EqualTo("""{"expected":2,"present":1,"absent":1}""")
        );
        Assert.That(
            await _host.Query<long>(
                "SELECT COUNT(*) FROM delegate WHERE name <> '' OR job_title <> '' OR phone <> '' OR email <> ''"
            ),
            Is.Zero
        );
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM delegate_acceptance"), Is.EqualTo(4));
        foreach (var column in new[] { "before", "after" })
            Assert.That(await _host.Query<long>($"SELECT COUNT(*) FROM audit WHERE {column} LIKE '%示例甲%'"), Is.Zero);
    }

    [Test]
    public async Task Delegates_are_erased_when_their_session_is_long_ago_and_the_past_keeps_its_counts()
    {
        await _host.TwoComers(_organizer, _company, _seat, _session);
        var begins = Instant.FromUnixTimeMilliseconds(
            await _host.Query<long>("SELECT begins_at FROM session WHERE id = @_session", new { _session })
        );
        var forget = new ForgetOldDelegates(_host.Data, _host.Get<Settings>(), _host.Get<KnownTokens>());

        Assert.That(await forget.RunOnce(begins + Duration.FromDays(365)), Is.Zero, "not so long ago yet");
        Assert.That(await forget.RunOnce(begins + Duration.FromDays(366)), Is.EqualTo(2));
        Assert.That(await forget.RunOnce(begins + Duration.FromDays(366)), Is.Zero, "who is forgotten is forgotten");

        Assert.That(
            await _host.Query<long>("SELECT COUNT(*) FROM delegate WHERE name = '' AND phone = ''"),
            Is.EqualTo(2)
        );
        Assert.That(
            await _host.Query<long>("SELECT COUNT(*) FROM audit WHERE action = 'delegate.forgotten'"),
            Is.EqualTo(2)
        );
        Assert.That(
            (await _organizer.Get($"/sessions/{_session}/report")).Expect(200)["delegates"].ToString(),
            Does.StartWith("""{"expected":2""")
        );
    }
}
