using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Sessions;

public class SessionLifeTests
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

    [TestCase("draft", "publish", "published")]
    [TestCase("draft", "close", null)]
    [TestCase("draft", "complete", null)]
    [TestCase("draft", "cancel", "cancelled")]
    [TestCase("published", "publish", null)]
    [TestCase("published", "close", "closed")]
    [TestCase("published", "complete", null)]
    [TestCase("published", "cancel", "cancelled")]
    [TestCase("closed", "publish", null)]
    [TestCase("closed", "close", null)]
    [TestCase("closed", "complete", "completed")]
    [TestCase("closed", "cancel", "cancelled")]
    [TestCase("completed", "publish", null)]
    [TestCase("completed", "close", null)]
    [TestCase("completed", "complete", null)]
    [TestCase("completed", "cancel", null)]
    [TestCase("cancelled", "publish", null)]
    [TestCase("cancelled", "close", null)]
    [TestCase("cancelled", "complete", null)]
    [TestCase("cancelled", "cancel", null)]
    public async Task A_session_moves_as_its_life_allows_and_no_other_way(string from, string verb, string? to)
    {
        var sessionId = await SessionIn(from);
        var before = (await _owner.Get($"/sessions/{sessionId}")).Expect(200);
        if (verb == "complete")
            _host.Time.Advance(Duration.FromDays(30));

        var moved = await _owner.Post($"/sessions/{sessionId}/{verb}");

        var after = (await _owner.Get($"/sessions/{sessionId}")).Expect(200);
        if (to is null)
        {
            moved.Expect(409, "wrong_session_status");
            Assert.That(after.Text, Is.EqualTo(before.Text));
            return;
        }
        Assert.That(moved.Expect(200)["status"].GetString(), Is.EqualTo(to));
        Assert.That(after["status"].GetString(), Is.EqualTo(to));
        Assert.That(after["version"].GetInt64(), Is.EqualTo(before["version"].GetInt64() + 1));
    }

    [TestCase("publish")]
    [TestCase("close")]
    [TestCase("complete")]
    [TestCase("cancel")]
    public async Task Only_who_may_organize_moves_a_session(string verb)
    {
        var sessionId = await SessionIn(verb == "publish" ? "draft" : "published");
        var path = $"/sessions/{sessionId}/{verb}";

        (await _host.Anonymous.Post(path)).Expect(401, "unauthenticated");
        (await (await _host.Given.VettedCompany()).Api.Post(path)).Expect(403, "forbidden");
        (await (await _host.Given.Organizer(Permission.Review)).Post(path)).Expect(403, "forbidden");
        (await _owner.Post($"/sessions/ses_{new string('0', 26)}/{verb}")).Expect(404, "not_found");
    }

    [Test]
    public async Task A_move_on_a_version_that_is_over_is_refused()
    {
        var draft = await SessionIn("draft");
        var old = (await _owner.Get($"/sessions/{draft}")).ETag!;
        (await _owner.Patch($"/sessions/{draft}", new { city = "上海" })).Expect(200);

        (await _owner.Post($"/sessions/{draft}/publish", ifMatch: old)).Expect(412, "stale_version");
        var current = (await _owner.Get($"/sessions/{draft}")).ETag!;
        (await _owner.Post($"/sessions/{draft}/publish", ifMatch: current)).Expect(200);
    }

    [TestCase("draft")]
    [TestCase("closed")]
    [TestCase("cancelled")]
    [TestCase("completed")]
    public async Task A_session_that_is_not_on_sale_sells_nothing(string status)
    {
        var sessionId = await SessionIn(status);
        var company = await _host.Given.VettedCompany();

        foreach (
            var attempt in new[] { await company.Api.Reserve(sessionId), await company.Api.JoinWaitlist(sessionId) }
        )
        {
            if (status == "draft")
                attempt.Expect(404, "not_found");
            else
                attempt.Expect(409, "session_not_on_sale");
        }
    }

    [Test]
    public async Task A_draft_is_the_organizers_own()
    {
        var sessionId = await SessionIn("draft");
        var company = await _host.Given.VettedCompany();

        foreach (var outsider in new[] { _host.Anonymous, company.Api })
        {
            (await outsider.Get($"/sessions/{sessionId}")).Expect(404, "not_found");
            Assert.That((await outsider.Get("/sessions?limit=200")).Expect(200).Text, Does.Not.Contain(sessionId));
        }
        Assert.That((await _owner.Get("/sessions?limit=200")).Text, Does.Contain(sessionId));

        (await _owner.Post($"/sessions/{sessionId}/publish")).Expect(200);
        foreach (var outsider in new[] { _host.Anonymous, company.Api })
        {
            (await outsider.Get($"/sessions/{sessionId}")).Expect(200);
            Assert.That((await outsider.Get("/sessions?limit=200")).Text, Does.Contain(sessionId));
        }
    }

    [Test]
    public async Task A_draft_that_was_cancelled_was_never_public_and_stays_so()
    {
        var sessionId = await SessionIn("draft");
        (await _owner.Post($"/sessions/{sessionId}/cancel")).Expect(200);

        (await _host.Anonymous.Get($"/sessions/{sessionId}")).Expect(404, "not_found");
        Assert.That((await _host.Anonymous.Get("/sessions?limit=200")).Text, Does.Not.Contain(sessionId));
    }

    [TestCase("closed")]
    [TestCase("cancelled")]
    [TestCase("completed")]
    public async Task A_session_that_was_public_stays_public(string status)
    {
        var sessionId = await SessionIn(status);

        Assert.That(
            (await _host.Anonymous.Get($"/sessions/{sessionId}")).Expect(200)["status"].GetString(),
            Is.EqualTo(status)
        );
    }

    [Test]
    public async Task The_venue_is_for_organizers()
    {
        var sessionId = await _host.Given.PublishedSession();
        var company = await _host.Given.VettedCompany();
        await _host.Given.Hold(company, sessionId);

        foreach (var path in new[] { $"/sessions/{sessionId}", "/sessions?limit=200" })
        {
            Assert.That((await _owner.Get(path)).Expect(200).Text, Does.Contain("示例会场"));
            foreach (var outsider in new[] { _host.Anonymous, company.Api })
            {
                var text = (await outsider.Get(path)).Expect(200).Text;
                Assert.That(text, Does.Not.Contain("示例会场"));
                Assert.That(text, Does.Not.Contain("venue"));
            }
        }
    }

    async Task<string> SessionIn(string status)
    {
        var id = (await _owner.Post("/sessions", _host.Given.SessionBody())).Expect(201).Id;
        string[] steps = status switch
        {
            "draft" => [],
            "published" => ["publish"],
            "closed" => ["publish", "close"],
            "completed" => ["publish", "close", "complete"],
            _ => ["publish", "cancel"],
        };
        foreach (var step in steps)
        {
            if (step == "complete")
                _host.Time.Advance(Duration.FromDays(30));
            (await _owner.Post($"/sessions/{id}/{step}")).Expect(200);
        }
        return id;
    }
}
