using ClosedDoor.Tests.Features.Delegates;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Companies;

public class CompanyProfileTests
{
    TestHost _host = null!;
    TestCompany _company = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _company = await _host.Given.VettedCompany();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await Races.Books.AuditIsWhole(_host);
        await _host.DisposeAsync();
    }

    Task<Reply> Set(object profile, string? ifMatch = null) =>
        _company.Api.Put($"/companies/{_company.Id}/profile", profile, ifMatch);

    [Test]
    public async Task What_a_company_says_of_itself_is_what_its_guests_read()
    {
        var company = await _host.Given.VettedCompany();
        var organizer = await _host.Given.Owner();
        var session = await _host.Given.PublishedSession();
        await _host.Confirmed(company, session);
        var (_, _, guest) = await _host.AcceptedGuest(organizer, session);
        var before = (await company.Api.Get($"/companies/{company.Id}/profile")).Expect(200);
        Assert.That((before["version"].GetInt64(), before["products"].GetArrayLength()), Is.EqualTo((0L, 0)));
        Assert.That(
            (await guest.Get($"/sessions/{session}/companies")).Expect(200)["items"][0].GetProperty("name").GetString(),
            Is.EqualTo(company.Name),
            "a company that has said nothing is shown by its name"
        );

        var set = (
            await company.Api.Put(
                $"/companies/{company.Id}/profile",
                new
                {
                    summary = "第一行\n第二行",
                    products = new[] { new { name = "示例系统", function = "缩短出具时间" } },
                    focus = new[] { "03", "03", "19" },
                },
                before.ETag
            )
        ).Expect(200);
        Assert.That(set["version"].GetInt64(), Is.EqualTo(1));

        var shown = (await guest.Get($"/sessions/{session}/companies")).Expect(200)["items"][0];
        Assert.That(shown.GetProperty("summary").GetString(), Is.EqualTo("第一行\n第二行"));
        Assert.That(shown.GetProperty("products")[0].GetProperty("function").GetString(), Is.EqualTo("缩短出具时间"));
        Assert.That(
            shown.GetProperty("focus").EnumerateArray().Select(one => one.GetProperty("zh").GetString()),
            Is.EqualTo(["内科", "肿瘤科"])
        );
        Assert.That(
            shown.EnumerateObject().Select(one => one.Name),
            Is.EqualTo(["id", "name", "summary", "products", "focus"]),
            "and nothing else"
        );
        (await company.Api.Put($"/companies/{company.Id}/profile", new { summary = "旧" }, before.ETag)).Expect(
            412,
            "stale_version"
        );
    }

    [Test]
    public async Task What_may_not_be_said_is_refused_field_by_field()
    {
        var reply = (
            await Set(
                new
                {
                    summary = "由三甲医院专家背书的国家级产品",
                    products = new object?[]
                    {
                        new { name = "", function = "有效率 99%" },
                        null,
                        new { name = "示例", function = new string('甲', 201) },
                    },
                    focus = new[] { "99", null },
                }
            )
        ).Expect(422, "invalid_fields");
        Assert.That(
            reply["errors"].EnumerateObject().Select(one => one.Name),
            Is.SupersetOf(
                new[]
                {
                    "summary",
                    "products[0].name",
                    "products[0].function",
                    "products[1].name",
                    "products[2].function",
                    "focus[0]",
                    "focus[1]",
                }
            )
        );
        (await Set(new { products = Enumerable.Repeat(new { name = "甲", function = "乙" }, 21) })).Expect(422);
        (await Set(new { focus = Enumerable.Repeat("03", 11) })).Expect(422);
        (await Set(new { })).Expect(200);
    }

    [Test]
    public async Task Another_companys_profile_is_not_there_for_a_company()
    {
        var other = await _host.Given.VettedCompany();
        (await other.Api.Get($"/companies/{_company.Id}/profile")).Expect(404, "not_found");
        (await other.Api.Put($"/companies/{_company.Id}/profile", new { summary = "别人" })).Expect(404, "not_found");
        (await (await _host.Given.Owner()).Put("/companies/cmp_01khws5mbcf5rtnyjcg1a9w9j6/profile", new { })).Expect(
            404,
            "not_found"
        );
    }
}
