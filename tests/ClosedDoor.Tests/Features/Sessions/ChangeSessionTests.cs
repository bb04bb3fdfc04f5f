using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Sessions;

public class ChangeSessionTests
{
    TestHost _host = null!;
    ApiClient _owner = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _owner = await _host.Given.Owner();
    }

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task What_is_sent_changes_and_the_rest_stays()
    {
        var sessionId = await _host.Given.PublishedSession();
        var before = (await _owner.Get($"/sessions/{sessionId}")).Expect(200);

        var changed = (await _owner.Patch($"/sessions/{sessionId}", new { city = "上海" })).Expect(200);

        var expected = before
            .Text.Replace("\"city\":\"北京\"", "\"city\":\"上海\"")
            .Replace("\"version\":2", "\"version\":3");
        Assert.That(changed.Text, Is.EqualTo(expected));
        Assert.That((await _owner.Get($"/sessions/{sessionId}")).Text, Is.EqualTo(expected));
        Assert.That((await _host.Anonymous.Get($"/sessions/{sessionId}"))["city"].GetString(), Is.EqualTo("上海"));
    }

    [Test]
    public async Task A_change_of_a_version_that_is_over_is_refused()
    {
        var sessionId = await _host.Given.PublishedSession();
        var first = (await _owner.Get($"/sessions/{sessionId}")).Expect(200).ETag!;

        (await _owner.Patch($"/sessions/{sessionId}", new { city = "上海" }, ifMatch: first)).Expect(200);
        (await _owner.Patch($"/sessions/{sessionId}", new { city = "广州" }, ifMatch: first)).Expect(
            412,
            "stale_version"
        );
        (await _owner.Patch($"/sessions/{sessionId}", new { city = "广州" }, ifMatch: "\"nonsense\"")).Expect(412);
        Assert.That((await _owner.Get($"/sessions/{sessionId}"))["city"].GetString(), Is.EqualTo("上海"));
        (await _owner.Patch($"/sessions/{sessionId}", new { city = "广州" }, ifMatch: "*")).Expect(200);
    }

    [Test]
    public async Task A_focus_in_words_from_an_earlier_release_may_stay_and_none_may_be_added()
    {
        var sessionId = await _host.Given.PublishedSession();
        await _host.Tamper("UPDATE session SET focus = '[\"心内科\"]' WHERE id = @sessionId", new { sessionId });

        (await _owner.Patch($"/sessions/{sessionId}", new { city = "上海" })).Expect(200);
        (await _owner.Patch($"/sessions/{sessionId}", new { focus = new[] { "19", "心内科" } })).Expect(200);
        var refused = await _owner.Patch($"/sessions/{sessionId}", new { focus = new[] { "心内科", "骨科" } });

        refused.Expect(422, "invalid_fields");
        Assert.That(refused["errors"].EnumerateObject().Select(error => error.Name), Is.EqualTo(["focus[1]"]));
        (await _owner.Patch($"/sessions/{sessionId}", new { focus = new[] { "19" } })).Expect(200);
        (await _owner.Patch($"/sessions/{sessionId}", new { focus = new[] { "心内科" } })).Expect(422);
    }

    [Test]
    public async Task A_booking_in_between_does_not_make_a_change_stale()
    {
        var sessionId = await _host.Given.PublishedSession();
        var read = (await _owner.Get($"/sessions/{sessionId}")).Expect(200).ETag!;
        await _host.Given.Hold(await _host.Given.VettedCompany(), sessionId);
        Assert.That((await _owner.Get($"/sessions/{sessionId}")).ETag, Is.Not.EqualTo(read));

        (await _owner.Patch($"/sessions/{sessionId}", new { city = "上海" }, ifMatch: read)).Expect(200);
    }

    [Test]
    public async Task Who_has_read_the_session_is_told_304_until_it_changes()
    {
        var sessionId = await _host.Given.PublishedSession();
        foreach (var caller in new[] { _owner, _host.Anonymous })
        {
            var tag = (await caller.Get($"/sessions/{sessionId}")).Expect(200).ETag!;
            var known = (await caller.Get($"/sessions/{sessionId}", ifNoneMatch: tag)).Expect(304);
            Assert.That(known.Body, Is.Empty);
            Assert.That(known.ETag, Is.EqualTo(tag));
            (await caller.Get($"/sessions/{sessionId}", ifNoneMatch: $"\"other\", W/{tag}")).Expect(304);

            (await _owner.Patch($"/sessions/{sessionId}", new { city = $"上海{tag.Trim('"')}" })).Expect(200);
            (await caller.Get($"/sessions/{sessionId}", ifNoneMatch: tag)).Expect(200);
        }
    }

    [Test]
    public async Task An_invalid_change_is_named_and_changes_nothing()
    {
        var sessionId = await _host.Given.PublishedSession();
        var before = (await _owner.Get($"/sessions/{sessionId}")).Text;

        var refused = (
            await _owner.Patch(
                $"/sessions/{sessionId}",
                new
                {
                    city = "",
                    endsAt = "08:00",
                    title = "新的标题",
                }
            )
        ).Expect(422, "invalid_fields");

        Assert.That(
            refused["errors"].EnumerateObject().Select(error => error.Name),
            Is.EquivalentTo(["city", "endsAt"])
        );
        Assert.That((await _owner.Get($"/sessions/{sessionId}")).Text, Is.EqualTo(before));
    }

    [Test]
    public async Task A_reservation_keeps_the_price_at_which_it_was_made()
    {
        var sessionId = await _host.Given.PublishedSession();
        var companies = await _host.Given.VettedCompanies(2);
        var old = await _host.Given.Hold(companies[0], sessionId);

        (
            await _owner.Patch($"/sessions/{sessionId}", new { price = new { amount = 4_880_000, currency = "CNY" } })
        ).Expect(200);

        var dearer = (await companies[1].Api.Reserve(sessionId)).Expect(201);
        Assert.That(dearer["price.amount"].GetInt64(), Is.EqualTo(4_880_000));
        Assert.That(
            (await companies[0].Api.Get($"/reservations/{old}"))["price.amount"].GetInt64(),
            Is.EqualTo(3_880_000)
        );
        Assert.That(
            (await companies[0].Api.ChooseTransfer(old)).Expect(201)["amount.amount"].GetInt64(),
            Is.EqualTo(3_880_000)
        );
    }

    [Test]
    public async Task A_cancelled_session_is_changed_no_more()
    {
        var sessionId = await _host.Given.PublishedSession();
        (await _owner.Post($"/sessions/{sessionId}/cancel")).Expect(200);

        (await _owner.Patch($"/sessions/{sessionId}", new { city = "上海" })).Expect(409, "wrong_session_status");
    }

    [Test]
    public async Task Only_who_may_organize_changes_a_session()
    {
        var path = $"/sessions/{await _host.Given.PublishedSession()}";
        var change = new { city = "上海" };

        (await _host.Anonymous.Patch(path, change)).Expect(401, "unauthenticated");
        (await (await _host.Given.VettedCompany()).Api.Patch(path, change)).Expect(403, "forbidden");
        (await (await _host.Given.Organizer(Permission.Finance)).Patch(path, change)).Expect(403, "forbidden");
        (await _owner.Patch($"/sessions/ses_{new string('0', 26)}", change)).Expect(404, "not_found");
    }
}
