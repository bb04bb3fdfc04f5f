using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ClosedDoor.Platform.Http;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Http;

/// <summary>Whatever is sent, the answer says what is wrong with it; never 500.</summary>
public class MalformedRequestTests
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

    static StringContent Body(string json, string mediaType = "application/json") =>
        new(json, Encoding.UTF8, mediaType);

    static readonly string[] MalformedBodies =
    [
        "",
        "null",
        "{",
        "}",
        "[]",
        "\"text\"",
        "12",
        "{\"title\": 12}",
        "{\"title\": \"a\", \"title\": \"b\"}",
        "{\"title\": \"a\", \"TITLE\": \"b\"}",
        "{\"seatCap\": \"8\"}",
        "{\"seatCap\": 1e999}",
        "{\"seatCap\": 99999999999999999999}",
        "{\"seatCap\": 1.5}",
        "{\"price\": {\"amount\": 1.5, \"currency\": \"CNY\"}}",
        "{\"price\": 5}",
        "{\"date\": \"2026-02-30\"}",
        "{\"date\": 20260301}",
        "{\"date\": \"-0001-01-01\"}",
        "{\"date\": \"1899-12-31\"}",
        "{\"date\": \"2201-01-01\"}",
        "{\"date\": \"9999-12-31\"}",
        "{\"salesCloseAt\": \"9999-12-31T23:59:59Z\"}",
        "{\"salesCloseAt\": \"-0001-01-01T00:00:00Z\"}",
        "{\"startsAt\": \"25:00\"}",
        "{\"salesCloseAt\": \"yesterday\"}",
        "{\"admission\": \"closed\"}",
        "{\"admission\": 0}",
        "{\"title\": \"a\\u0000b\"}",
        "{\"focus\": [\"\\u0000\"]}",
        "{\"title\": \"\\ud800\"}",
        "{\"title\": NaN}",
        "{\"title\": \"a\",}",
        "{/* comment */}",
        "{\"x\":" + "[".PadRight(200, '[') + "]".PadRight(200, ']') + "}",
    ];

    [TestCaseSource(nameof(MalformedBodies))]
    public async Task A_body_that_is_no_such_request_is_malformed(string body)
    {
        var reply = await _owner.Send(HttpMethod.Post, "/sessions", Body(body));

        reply.Expect(400, "malformed_request");
    }

    [Test]
    public async Task Bytes_that_are_no_UTF8_are_malformed()
    {
        var content = new ByteArrayContent([.. "{\"title\": \""u8, 0xC3, 0x28, 0xFF, .. "\"}"u8]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        (await _owner.Send(HttpMethod.Post, "/sessions", content)).Expect(400, "malformed_request");
    }

    [Test]
    public async Task The_malformed_place_is_named_and_its_value_is_not()
    {
        var reply = await _owner.Send(
            HttpMethod.Post,
            "/sessions",
            Body("{\"price\": {\"amount\": \"secret-value\"}}")
        );

        reply.Expect(400);
        Assert.That(reply.Text, Does.Not.Contain("secret-value"));
    }

    [TestCase("{\"admission\": \"closed\"}", "$.admission")]
    [TestCase("{\"admission\": 0}", "$.admission")]
    [TestCase("{\"seatCap\": true}", "$.seatCap")]
    [TestCase("{\"seatCap\": \"8\"}", "$.seatCap")]
    [TestCase("{\"title\": 12}", "$.title")]
    [TestCase("{\"date\": \"2026-02-30\"}", "$.date")]
    [TestCase("{\"date\": \"2201-01-01\"}", "$.date")]
    [TestCase("{\"price\": 5}", "$.price")]
    [TestCase("{\"price\": {\"amount\": 1.5}}", "$.price.amount")]
    [TestCase("{\"focus\": [\"03\", 4]}", "$.focus[1]")]
    [TestCase("{\"title\": \"a\", \"title\": \"b\"}", "$.title")]
    [TestCase("{\"title\": \"a\"", "$")]
    [TestCase("{\"title\": \"a\",}", "$")]
    [TestCase("[]", "$")]
    public async Task The_place_is_named_in_either_language(string body, string path)
    {
        var chinese = (await _owner.Send(HttpMethod.Post, "/sessions", Body(body))).Expect(400);
        var english = (await _owner.Send(HttpMethod.Post, "/sessions", Body(body), language: "en")).Expect(400);

        Assert.That(chinese["detail"].GetString(), Does.StartWith($"无法读取请求 JSON 中 {path} 处的内容，"));
        Assert.That(english["detail"].GetString(), Does.StartWith($"The JSON could not be read at {path}:"));
    }

    [Test]
    public async Task A_made_up_name_in_a_body_makes_no_long_answer()
    {
        var name = new string('a', 10_000);

        var reply = await _owner.Send(HttpMethod.Post, "/sessions", Body($"{{\"{name}\": [}}"));

        reply.Expect(400, "malformed_request");
        Assert.That(reply.Text, Has.Length.LessThan(1000));
    }

    [Test]
    public async Task No_body_at_all_is_malformed() =>
        (await _owner.Send(HttpMethod.Post, "/sessions", null)).Expect(400, "malformed_request");

    [TestCase("text/plain")]
    [TestCase("application/xml")]
    [TestCase("application/x-www-form-urlencoded")]
    public async Task Another_content_type_is_unsupported(string mediaType) =>
        (await _owner.Send(HttpMethod.Post, "/sessions", Body("{}", mediaType))).Expect(415, "unsupported_media_type");

    [TestCase("application/json; charset=gbk", 415)]
    [TestCase("application/json; charset=utf-7", 415)]
    [TestCase("application/json; charset=\"no-such\"", 415)]
    [TestCase("application/json; charset=\"utf-8\"", 415)]
    [TestCase("application/json; charset=UTF-8", 201)]
    public async Task JSON_in_another_charset_than_UTF8_is_unsupported(string contentType, int status)
    {
        var content = new ByteArrayContent(
            JsonSerializer.SerializeToUtf8Bytes(_host.Given.SessionBody(), Json.Options)
        );
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        (await _owner.Send(HttpMethod.Post, "/sessions", content)).Expect(status);
    }

    [Test]
    public async Task A_body_over_one_megabyte_is_too_large() =>
        (
            await _owner.Send(HttpMethod.Post, "/sessions", Body($"{{\"title\": \"{new string('a', 1024 * 1024)}\"}}"))
        ).Expect(413, "too_large");

    [TestCase("/nowhere")]
    [TestCase("/sessions/ses_01khws5mbcf5rtnyjcg1a9w9j6/nowhere")]
    public async Task An_unknown_route_is_not_found(string path) => (await _owner.Get(path)).Expect(404, "not_found");

    [Test]
    public async Task A_wrong_method_is_told_the_right_ones()
    {
        var reply = await _owner.Send(HttpMethod.Delete, "/sessions", null);

        reply.Expect(405, "method_not_allowed");
        Assert.That(reply.Headers["Allow"], Does.Contain("GET").And.Contain("POST"));
    }

    [TestCase("x")]
    [TestCase("ses_")]
    [TestCase("ses_01KHWS5MBCF5RTNYJCG1A9W9J6")]
    [TestCase("ses_81khws5mbcf5rtnyjcg1a9w9j6")]
    [TestCase("rsv_01khws5mbcf5rtnyjcg1a9w9j6")]
    [TestCase("%ED%A0%80")]
    [TestCase("%FF%FE")]
    [TestCase("..%2F..%2Fetc")]
    [TestCase("'%20OR%201=1")]
    [TestCase("示例")]
    public async Task An_identifier_that_is_none_is_not_found(string id)
    {
        (await _owner.Get($"/sessions/{id}")).Expect(404, "not_found");
        (await _owner.Get($"/reservations/{id.Replace("rsv_", "ses_")}")).Expect(404, "not_found");
        (await _owner.Post($"/sessions/{id}/publish")).Expect(404, "not_found");
    }

    [Test]
    public async Task Who_is_not_signed_in_learns_nothing_from_an_identifiers_form() =>
        (await _host.Anonymous.Get("/reservations/x")).Expect(401, "unauthenticated");

    [TestCase("sessionId=%00")]
    [TestCase("companyId=a%00b")]
    [TestCase("status=%00")]
    [TestCase("cursor=%00")]
    public async Task A_NUL_in_a_query_is_malformed(string query) =>
        (await _owner.Get($"/reservations?{query}")).Expect(400, "malformed_request");

    [TestCase("0")]
    [TestCase("-1")]
    [TestCase("201")]
    [TestCase("2147483647")]
    [TestCase("99999999999")]
    public async Task A_page_size_outside_of_1_to_200_is_invalid(string limit)
    {
        var reply = await _owner.Get($"/sessions?limit={limit}");

        reply.Expect(422, "invalid_fields");
        Assert.That(reply["errors.limit"].GetArrayLength(), Is.EqualTo(1));
    }

    [TestCase("abc")]
    [TestCase("1.5")]
    [TestCase("1e2")]
    [TestCase("99999999999999999999999")]
    public async Task A_page_size_that_is_no_number_is_malformed(string limit) =>
        (await _owner.Get($"/sessions?limit={limit}")).Expect(400, "malformed_request");

    [TestCase("1")]
    [TestCase("200")]
    public async Task A_page_size_of_1_to_200_is_taken(string limit) =>
        (await _owner.Get($"/sessions?limit={limit}")).Expect(200);

    [TestCase("/sessions?limit=&cursor=")]
    [TestCase("/reservations?limit=&cursor=&status=&sessionId=&companyId=")]
    [TestCase("/payments?status=&limit=1")]
    [TestCase("/vettings?status=&companyId=")]
    public async Task A_parameter_without_a_value_is_as_good_as_absent(string path) =>
        (await _owner.Get(path)).Expect(200);

    [TestCase("x")]
    [TestCase("!!!")]
    [TestCase("bm90IGEgY3Vyc29y")]
    [TestCase("MjAyNi0wMy0wMQpzZXNfMDFraHdzNW1iY2Y1cnRueWpjZzFhOXc5ajY")]
    [TestCase("AA")]
    public async Task A_made_up_cursor_is_invalid(string cursor)
    {
        (await _owner.Get($"/sessions?cursor={cursor}")).Expect(400, "invalid_cursor");
        (await _owner.Get($"/reservations?cursor={cursor}")).Expect(400, "invalid_cursor");
    }

    [Test]
    public async Task The_cursor_of_one_list_leads_nowhere_in_another()
    {
        await _host.Given.PublishedSession();
        await _host.Given.PublishedSession();
        var cursor = (await _owner.Get("/sessions?limit=1")).Expect(200)["nextCursor"].GetString();

        (await _owner.Get($"/sessions?limit=1&cursor={cursor}")).Expect(200);
        (await _owner.Get($"/reservations?cursor={cursor}")).Expect(400, "invalid_cursor");
    }

    [TestCase("a b")]
    [TestCase("键")]
    public async Task An_idempotency_key_of_other_characters_is_malformed(string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/sessions") { Content = Body("{}") };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {_owner.Token}");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);

        using var response = await _host.Client.SendAsync(request);

        Assert.That((int)response.StatusCode, Is.EqualTo(400));
    }

    [TestCase("*", 200)]
    [TestCase("\"1\"", 200)]
    [TestCase("\"7\", \"1\"", 200)]
    [TestCase("\"7\" , \"8\"", 412)]
    [TestCase("W/\"1\"", 412)]
    [TestCase("1", 412)]
    [TestCase("\"\"", 412)]
    [TestCase("\"99999999999999999999\"", 412)]
    [TestCase(",,,", 412)]
    public async Task If_Match_takes_a_list_of_strong_tags(string ifMatch, int status)
    {
        var session = (await _owner.Post("/sessions", _host.Given.SessionBody())).Expect(201);

        (await _owner.Patch($"/sessions/{session.Id}", new { venue = "新会场" }, ifMatch)).Expect(status);
    }
}
