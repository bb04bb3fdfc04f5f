using ClosedDoor.Domain;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Vetting;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Companies;

public class CompanyTests
{
    TestHost _host = null!;

    [OneTimeSetUp]
    public async Task Start() => _host = await TestHost.Create();

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task A_company_is_shown_to_its_members_and_to_organizers_alone()
    {
        var company = await _host.Given.Company();
        var stranger = await _host.Given.Company();
        var organizer = await _host.Given.Organizer(Permission.Door);
        var path = $"/companies/{company.Id}";

        var own = (await company.Api.Get(path)).Expect(200);
        Assert.That(own["name"].GetString(), Is.EqualTo(company.Name));
        Assert.That(own["status"].GetString(), Is.EqualTo("unvetted"));
        (await organizer.Get(path)).Expect(200);
        (await company.Api.Get(path, ifNoneMatch: own.ETag)).Expect(304);
        (await stranger.Api.Get(path)).Expect(404, "not_found");
        (await _host.Anonymous.Get(path)).Expect(401);
        (await organizer.Get("/companies/cmp_00000000000000000000000000")).Expect(404, "not_found");
    }

    [Test]
    public async Task Name_and_contact_change_field_by_field()
    {
        var company = await _host.Given.Company();
        var path = $"/companies/{company.Id}";
        var before = await company.Api.Get(path);

        var changed = await company.Api.Patch(
            path,
            new { name = "示例企业新名", contact = new { phone = "139 0000 0000" } },
            ifMatch: before.ETag
        );

        Assert.That(changed.Expect(200)["name"].GetString(), Is.EqualTo("示例企业新名"));
        Assert.That(changed["contact.phone"].GetString(), Is.EqualTo("+8613900000000"));
        Assert.That(changed["contact.email"].GetString(), Is.EqualTo(company.Email));
        Assert.That(changed["uscc"].GetString(), Is.EqualTo(before["uscc"].GetString()));
        (await company.Api.Patch(path, new { name = "再改" }, ifMatch: before.ETag)).Expect(412, "stale_version");
    }

    [Test]
    public async Task A_change_is_checked_and_is_the_companys_or_the_organizers_to_make()
    {
        var company = await _host.Given.Company();
        var path = $"/companies/{company.Id}";
        var wrong = new { name = "", contact = new { email = "no" } };

        var refused = (await company.Api.Patch(path, wrong)).Expect(422, "invalid_fields");
        Assert.That(
            refused["errors"].EnumerateObject().Select(field => field.Name),
            Is.EqualTo(["name", "contact.email"])
        );
        (await (await _host.Given.Company()).Api.Patch(path, new { name = "他人所改" })).Expect(404, "not_found");
        (await (await _host.Given.Organizer(Permission.Review)).Patch(path, new { name = "无权" })).Expect(403);
        (await (await _host.Given.Organizer(Permission.Organize)).Patch(path, new { name = "主办方" })).Expect(200);
    }

    [Test]
    public async Task An_organization_code_that_does_not_fit_is_told_to_organizers_alone()
    {
        var company = await _host.Given.Company();
        var organizer = await _host.Given.Organizer(Permission.Review);
        var path = $"/companies/{company.Id}";
        // In force by its own check character, while the organization code inside has a wrong one.
        var uscc = SocialCreditCode.Compose("91110108MA9999991").Value;
        if (SocialCreditCode.Parse(uscc).Value.OrganizationCodeWarning is null)
            uscc = SocialCreditCode.Compose("91110108MA9999992").Value;
        await _host.Tamper("UPDATE company SET uscc = @uscc WHERE id = @Id", new { uscc, company.Id });

        var seen = (await organizer.Get(path)).Expect(200);
        var own = (await company.Api.Get(path)).Expect(200);

        Assert.That(seen["usccWarning.en"].GetString(), Does.Contain("characters 9–17"));
        Assert.That(own.Json.TryGetProperty("usccWarning", out _), Is.False);
        Assert.That(seen.ETag, Is.Not.EqualTo(own.ETag));
    }

    [Test]
    public async Task A_changed_contact_leaves_no_personal_data_in_the_log()
    {
        var company = await _host.Given.Company();
        await company.Api.Patch(
            $"/companies/{company.Id}",
            new { name = "示例新字号", contact = new { name = "示例新联系人" } }
        );

        var after = await _host.Query<string>(
            "SELECT after FROM audit WHERE chain = @id AND action = 'company.changed'",
            new { id = company.Id }
        );

        Assert.That(
            after,
            Does.Contain("\"contactChanged\":true").And.Contain("\"renamed\":true").And.Not.Contain("示例新")
        );
    }

    [Test]
    public async Task Organizers_list_companies_by_status_page_by_page()
    {
        var organizer = await _host.Given.Organizer(Permission.Organize);
        var reviewer = await _host.Given.Organizer(Permission.Review);
        var unvetted = await _host.Given.Company();
        var underReview = await _host.Given.Company();
        await underReview.Submitted();
        var vetted = await _host.Given.VettedCompany();
        var rejected = await _host.Given.Company();
        var id = await rejected.Submitted();
        (await reviewer.Post($"/vettings/{id}/reject", new { reasonCode = "compliance" })).Expect(200);

        foreach (
            var (status, company) in new[]
            {
                ("unvetted", unvetted),
                ("under_review", underReview),
                ("vetted", vetted),
                ("rejected", rejected),
            }
        )
        {
            var ids = await Listed(organizer, $"status={status}&");
            Assert.That(ids, Does.Contain(company.Id));
            foreach (var other in new[] { unvetted, underReview, vetted, rejected }.Where(one => one != company))
                Assert.That(ids, Does.Not.Contain(other.Id), status);
        }
        Assert.That(
            await Listed(organizer, ""),
            Has.Count.EqualTo(await _host.Query<long>("SELECT COUNT(*) FROM company")).And.Unique
        );
        (await organizer.Get("/companies?status=nonsense")).Expect(422, "invalid_fields");
        (await unvetted.Api.Get("/companies")).Expect(403, "forbidden");
    }

    static async Task<List<string>> Listed(ApiClient organizer, string filter)
    {
        var ids = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await organizer.Get($"/companies?{filter}limit=2&cursor={cursor}")).Expect(200);
            ids.AddRange(page["items"].EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            cursor = page["nextCursor"].GetString();
        } while (cursor is not null);
        return ids;
    }
}
