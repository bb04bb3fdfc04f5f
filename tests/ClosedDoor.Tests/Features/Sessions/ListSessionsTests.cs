using ClosedDoor.Domain;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Sessions;

public class ListSessionsTests
{
    TestHost _host = null!;
    ApiClient _owner = null!;

    [SetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _owner = await _host.Given.Owner();
    }

    [TearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task No_session_is_an_empty_page()
    {
        var page = (await _host.Anonymous.Get("/sessions")).Expect(200);

        Assert.That(page.Text, Is.EqualTo("""{"items":[],"nextCursor":null}"""));
    }

    [Test]
    public async Task Sessions_come_by_day_and_on_one_day_in_the_order_of_their_making()
    {
        var third = await On(30);
        var first = await On(10);
        var second = await On(20);
        var alsoSecond = await On(20);

        foreach (var caller in new[] { _host.Anonymous, _owner })
            Assert.That((await Page(caller, "")).Ids, Is.EqualTo([first, second, alsoSecond, third]));
    }

    [Test]
    public async Task Pages_follow_each_other_without_gap_or_repetition_while_sessions_are_added()
    {
        var ids = new List<string>();
        for (var day = 10; day < 15; day++)
            ids.Add(await On(day));

        var (first, cursor) = await Page(_host.Anonymous, "?limit=2");
        await On(9);
        var (second, next) = await Page(_host.Anonymous, $"?limit=2&cursor={cursor}");
        var (last, end) = await Page(_host.Anonymous, $"?limit=2&cursor={next}");

        Assert.That(first, Is.EqualTo(ids[..2]));
        Assert.That(second, Is.EqualTo(ids[2..4]));
        Assert.That(last, Is.EqualTo(ids[4..]));
        Assert.That(end, Is.Null);
    }

    [Test]
    public async Task A_full_last_page_says_that_it_is_the_last()
    {
        await On(10);
        await On(11);

        Assert.That((await Page(_host.Anonymous, "?limit=2")).Next, Is.Null);
        Assert.That((await Page(_host.Anonymous, "?limit=1")).Next, Is.Not.Null);
    }

    [Test]
    public async Task A_cursor_that_is_none_and_a_limit_out_of_bounds_are_refused()
    {
        foreach (var caller in new[] { _host.Anonymous, _owner })
        {
            (await caller.Get("/sessions?cursor=made-up")).Expect(400, "invalid_cursor");
            (await caller.Get("/sessions?limit=0")).Expect(422, "invalid_fields");
            (await caller.Get("/sessions?limit=201")).Expect(422, "invalid_fields");
            (await caller.Get("/sessions?limit=many")).Expect(400, "malformed_request");
        }
    }

    async Task<string> On(int days)
    {
        // Identifiers sort by their millisecond.
        _host.Time.Advance(NodaTime.Duration.FromMilliseconds(1));
        var made = (await _owner.Post("/sessions", _host.Given.SessionBody())).Expect(201).Id;
        (await _owner.Patch($"/sessions/{made}", new { date = Zones.Today(_host.Time.Now).PlusDays(days) })).Expect(
            200
        );
        (await _owner.Post($"/sessions/{made}/publish")).Expect(200);
        return made;
    }

    static async Task<(string[] Ids, string? Next)> Page(ApiClient caller, string query)
    {
        var page = (await caller.Get($"/sessions{query}")).Expect(200);
        return (
            [.. page["items"].EnumerateArray().Select(session => session.GetProperty("id").GetString()!)],
            page["nextCursor"].GetString()
        );
    }
}
