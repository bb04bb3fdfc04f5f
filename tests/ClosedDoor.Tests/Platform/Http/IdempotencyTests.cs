using System.Text;
using System.Text.Json;
using ClosedDoor.Platform.Http;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Http;

/// <summary>Which answers an idempotency key brings back, and to whom.</summary>
public class IdempotencyTests
{
    TestHost _host = null!;

    [OneTimeSetUp]
    public async Task Start() => _host = await TestHost.Create(("CLOSEDDOOR_TRUSTED_PROXIES", "127.0.0.1"));

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task What_the_business_forbids_is_an_answer_and_comes_back()
    {
        var company = await _host.Given.Company();
        var path = $"/sessions/{await _host.Given.PublishedSession()}/reservations";

        var first = (await company.Api.Post(path, key: "seat")).Expect(403, "company_not_vetted");
        var again = (await company.Api.Post(path, key: "seat")).Expect(403, "company_not_vetted");

        Assert.That((first.IsReplay, again.IsReplay), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task What_is_refused_for_its_form_leaves_the_key_free()
    {
        var owner = await _host.Given.Owner();

        (await owner.Post("/sessions", new { title = "" }, key: "form")).Expect(422, "invalid_fields");

        (await owner.Post("/sessions", _host.Given.SessionBody(), key: "form")).Expect(201);
    }

    [Test]
    public async Task One_strangers_key_meets_no_other_strangers_answer()
    {
        var mine = SignUp(910_001);
        var first = await From("192.0.2.1", mine);
        var again = await From("192.0.2.1", mine);
        var other = await From("192.0.2.2", SignUp(910_002));

        Assert.That((first.Status, first.IsReplay), Is.EqualTo((201, false)));
        Assert.That((again.Status, again.IsReplay), Is.EqualTo((201, true)));
        Assert.That((other.Status, other.IsReplay), Is.EqualTo((201, false)));
    }

    static string SignUp(int number) =>
        JsonSerializer.Serialize(
            new
            {
                name = $"示例企业{number}",
                uscc = Given.Given.Uscc(number).Value,
                contact = new
                {
                    name = "示例联系人",
                    email = $"contact{number}@example.com",
                    phone = "13800000000",
                },
                password = "a-long-passphrase",
            },
            Json.Options
        );

    async Task<Reply> From(string address, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/companies")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-Forwarded-For", address);
        request.Headers.Add("Idempotency-Key", "sign-up");
        using var response = await _host.Client.SendAsync(request);
        return new Reply(response, await response.Content.ReadAsByteArrayAsync());
    }
}
