using System.Text.Json.Nodes;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Sessions;

public class CreateSessionTests
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
    public async Task A_new_session_is_a_draft_with_what_was_sent_and_what_was_left_out()
    {
        var made = (await _owner.Post("/sessions", Body("seatCap", null))).Expect(201);

        Assert.That(made.Headers["Location"], Is.EqualTo($"/api/v1/sessions/{made.Id}"));
        Assert.That(made.Id, Does.StartWith("ses_"));
        Assert.That(made["status"].GetString(), Is.EqualTo("draft"));
        Assert.That(made["title"].GetString(), Is.EqualTo("医疗机构对接闭门会（北京）"));
        Assert.That(made["date"].GetString(), Is.EqualTo("2026-03-30"));
        Assert.That(made["startsAt"].GetString(), Is.EqualTo("09:00"));
        Assert.That(made["endsAt"].GetString(), Is.EqualTo("17:00"));
        Assert.That(made["timeZone"].GetString(), Is.EqualTo("Asia/Shanghai"));
        Assert.That(made["city"].GetString(), Is.EqualTo("北京"));
        Assert.That(made["venue"].GetString(), Is.EqualTo("示例会场"));
        Assert.That(made["focus"].ToString(), Is.EqualTo("""["03"]"""));
        Assert.That(made["admission"].GetString(), Is.EqualTo("open"));
        Assert.That(made["price"].ToString(), Is.EqualTo("""{"amount":3880000,"currency":"CNY"}"""));
        Assert.That(made["salesCloseAt"].GetString(), Is.EqualTo("2026-03-30T01:00:00Z"));
        Assert.That(await _owner.Seats(made.Id), Is.EqualTo((8L, 0L, 0L, 8L)));
    }

    [Test]
    public async Task The_sale_closes_as_the_day_begins_in_the_sessions_own_zone()
    {
        var body = Body("timeZone", "\"Asia/Urumqi\"");

        var made = (await _owner.Post("/sessions", body)).Expect(201);

        Assert.That(made["salesCloseAt"].GetString(), Is.EqualTo("2026-03-30T03:00:00Z"));
    }

    [TestCase("title", null, "title")]
    [TestCase("title", "\"\"", "title")]
    [TestCase("title", "\"  \"", "title")]
    [TestCase("title", "\"会\"", "title")]
    [TestCase("date", null, "date")]
    [TestCase("date", "\"2026-03-01\"", "date")]
    [TestCase("startsAt", null, "startsAt")]
    [TestCase("endsAt", null, "endsAt")]
    [TestCase("endsAt", "\"09:00\"", "endsAt")]
    [TestCase("endsAt", "\"08:59\"", "endsAt")]
    [TestCase("timeZone", "\"Mars/Olympus\"", "timeZone")]
    [TestCase("city", null, "city")]
    [TestCase("venue", null, "venue")]
    [TestCase("focus", null, "focus")]
    [TestCase("focus", "[]", "focus")]
    [TestCase("focus", "[\"03\",\"\"]", "focus[1]")]
    [TestCase("focus", "[null]", "focus[0]")]
    [TestCase("focus", "[\"内科\"]", "focus[0]")]
    [TestCase("focus", "[\"03\",\"29\"]", "focus[1]")]
    [TestCase("seatCap", "0", "seatCap")]
    [TestCase("seatCap", "-8", "seatCap")]
    [TestCase("seatCap", "501", "seatCap")]
    [TestCase("price", null, "price")]
    [TestCase("price", """{"amount":0,"currency":"CNY"}""", "price.amount")]
    [TestCase("price", """{"amount":-1,"currency":"CNY"}""", "price.amount")]
    [TestCase("price", """{"amount":100000000,"currency":"CNY"}""", "price.amount")]
    [TestCase("price", """{"amount":1,"currency":"USD"}""", "price.currency")]
    [TestCase("price", """{"amount":1}""", "price.currency")]
    [TestCase("salesCloseAt", "\"2026-03-30T01:00:01Z\"", "salesCloseAt")]
    public async Task An_invalid_value_is_named(string field, string? value, string named)
    {
        var refused = (await _owner.Post("/sessions", Body(field, value))).Expect(422, "invalid_fields");

        Assert.That(refused["errors"].EnumerateObject().Select(error => error.Name), Is.EqualTo([named]));
    }

    [TestCase("title", 101)]
    [TestCase("city", 51)]
    [TestCase("venue", 201)]
    public async Task A_text_that_is_too_long_is_named(string field, int length)
    {
        var refused = await _owner.Post("/sessions", Body(field, $"\"{new string('会', length)}\""));

        refused.Expect(422, "invalid_fields");
        Assert.That(refused["errors"].EnumerateObject().Select(error => error.Name), Is.EqualTo([field]));
    }

    [Test]
    public async Task Everything_that_is_missing_is_named_at_once()
    {
        var refused = (await _owner.Post("/sessions", new { })).Expect(422, "invalid_fields");

        Assert.That(
            refused["errors"].EnumerateObject().Select(error => error.Name),
            Is.EquivalentTo(["title", "date", "startsAt", "endsAt", "city", "venue", "focus", "price"])
        );
    }

    [TestCase("admission", "\"lottery\"")]
    [TestCase("admission", "1")]
    [TestCase("date", "\"30.03.2026\"")]
    [TestCase("date", "\"2026-02-30\"")]
    [TestCase("startsAt", "\"25:00\"")]
    [TestCase("seatCap", "\"8\"")]
    [TestCase("seatCap", "8.5")]
    [TestCase("seatCap", "99999999999")]
    [TestCase("price", "38800")]
    [TestCase("focus", "\"03\"")]
    public async Task A_value_of_another_kind_is_malformed(string field, string value) =>
        (await _owner.Post("/sessions", Body(field, value))).Expect(400, "malformed_request");

    [Test]
    public async Task Only_who_may_organize_creates_sessions()
    {
        var body = _host.Given.SessionBody();

        (await _host.Anonymous.Post("/sessions", body)).Expect(401, "unauthenticated");
        (await (await _host.Given.VettedCompany()).Api.Post("/sessions", body)).Expect(403, "forbidden");
        (await (await _host.Given.Organizer(Permission.Finance)).Post("/sessions", body)).Expect(403, "forbidden");
        (await (await _host.Given.Organizer(Permission.Organize)).Post("/sessions", body)).Expect(201);
    }

    [Test]
    public async Task A_delicate_word_in_the_title_is_a_warning_for_the_organizer_alone()
    {
        var made = (await _owner.Post("/sessions", Body("title", "\"全国医疗机构峰会\""))).Expect(201);
        (await _owner.Post($"/sessions/{made.Id}/publish")).Expect(200);

        Assert.That(made["titleWarnings"].GetArrayLength(), Is.EqualTo(2));
        Assert.That((await _host.Anonymous.Get($"/sessions/{made.Id}")).Text, Does.Not.Contain("titleWarnings"));
    }

    /// <summary>A valid body with one field set to JSON, or left out.</summary>
    JsonObject Body(string field, string? value)
    {
        var body = System
            .Text.Json.JsonSerializer.SerializeToNode(_host.Given.SessionBody(), ClosedDoor.Platform.Http.Json.Options)!
            .AsObject();
        body.Remove(field);
        if (value is not null)
            body[field] = JsonNode.Parse(value);
        return body;
    }
}
