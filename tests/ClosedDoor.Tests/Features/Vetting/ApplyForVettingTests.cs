using System.Text.Json;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Vetting;

public class ApplyForVettingTests
{
    TestHost _host = null!;

    [OneTimeSetUp]
    public async Task Start() => _host = await TestHost.Create();

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    static IEnumerable<string> Errors(Reply reply) => reply["errors"].EnumerateObject().Select(field => field.Name);

    [Test]
    public async Task A_company_starts_a_draft_and_reads_back_what_it_sent()
    {
        var company = await _host.Given.Company();

        var draft = (await company.Api.Post($"/companies/{company.Id}/vettings", Applications.Complete())).Expect(201);

        Assert.That(draft["status"].GetString(), Is.EqualTo("draft"));
        Assert.That(draft["technology"].GetString(), Is.EqualTo("技术说明"));
        Assert.That(draft["certificates"][0].GetProperty("number").GetString(), Is.EqualTo("国械注准20223160393"));
        Assert.That(draft["certificates"][0].GetProperty("class").GetInt32(), Is.EqualTo(3));
        Assert.That(draft["certificates"][0].GetProperty("kind").GetString(), Is.EqualTo("registration"));
        Assert.That(draft.Headers["Location"], Is.EqualTo($"/api/v1/vettings/{draft.Id}"));
        var shown = (await company.Api.Get($"/vettings/{draft.Id}")).Expect(200);
        Assert.That(shown.Text, Is.EqualTo(draft.Text));
        (await company.Api.Get($"/vettings/{draft.Id}", ifNoneMatch: shown.ETag)).Expect(304);
    }

    [Test]
    public async Task The_fields_of_the_contract_alone_make_a_draft()
    {
        var company = await _host.Given.Company();

        var draft = await company.Api.Post(
            $"/companies/{company.Id}/vettings",
            new
            {
                technology = "a",
                expertBacking = "b",
                companyStrength = "c",
                cooperationModel = "d",
                certificates = new[] { new { number = "国械注准20223160393", expiresOn = "2027-12-31" } },
                anythingElse = new[] { 1 },
            }
        );

        draft.Expect(201);
    }

    [Test]
    public async Task An_organizer_starts_one_for_a_company_and_reviewers_do_not()
    {
        var company = await _host.Given.Company();
        var organizer = await _host.Given.Organizer(Permission.Organize);
        var reviewer = await _host.Given.Organizer(Permission.Review);

        (await reviewer.Post($"/companies/{company.Id}/vettings")).Expect(403);
        (await organizer.Post($"/companies/{company.Id}/vettings")).Expect(201);
        (await organizer.Post("/companies/cmp_00000000000000000000000000/vettings")).Expect(404);
    }

    [Test]
    public async Task A_second_vetting_is_refused_while_one_is_open()
    {
        var company = await _host.Given.Company();
        await company.Draft();

        (await company.Api.Post($"/companies/{company.Id}/vettings")).Expect(409, "vetting_open");
    }

    [Test]
    public async Task Starting_again_with_the_same_key_answers_the_first_draft_again()
    {
        var company = await _host.Given.Company();
        var path = $"/companies/{company.Id}/vettings";

        var first = (await company.Api.Post(path, Applications.Complete(), key: "start")).Expect(201);
        var again = (await company.Api.Post(path, Applications.Complete(), key: "start")).Expect(201);

        Assert.That(again.IsReplay);
        Assert.That(again.Text, Is.EqualTo(first.Text));
        (await company.Api.Post(path, new { }, key: "start")).Expect(422, "idempotency_key_reused");
    }

    [Test]
    public async Task A_malformed_certificate_is_refused_at_once_with_its_field()
    {
        var company = await _host.Given.Company();
        var body = new { certificates = new[] { new { number = "浙械注准20203020594", expiresOn = "2027-12-31" } } };

        var refused = await company.Api.Post($"/companies/{company.Id}/vettings", body);
        Assert.That(Errors(refused.Expect(422, "invalid_fields")), Is.EqualTo(["certificates[0].number"]));

        var id = await company.Draft();
        refused = await company.Api.Patch($"/vettings/{id}", body);
        Assert.That(Errors(refused.Expect(422, "invalid_fields")), Is.EqualTo(["certificates[0].number"]));
    }

    [TestCase("""{"technology": 7}""")]
    [TestCase("""{"certificates": [{"number": "国械注准20223160393", "expiresOn": "2027-02-30"}]}""")]
    [TestCase("""{"certificates": "none"}""")]
    public async Task What_is_not_of_the_contracts_types_is_malformed(string body)
    {
        var company = await _host.Given.Company();

        var refused = await company.Api.Post($"/companies/{company.Id}/vettings", JsonDocument.Parse(body).RootElement);

        refused.Expect(400, "malformed_request");
    }

    [Test]
    public async Task A_change_replaces_the_parts_it_names_and_leaves_the_rest()
    {
        var company = await _host.Given.Company();
        var id = await company.Draft();

        var changed = await company.Api.Patch(
            $"/vettings/{id}",
            new
            {
                companyStrength = "新的说明",
                coreQuestions = new[] { "regulation" },
                safety = "安全",
            }
        );

        changed.Expect(200);
        Assert.That(changed["companyStrength"].GetString(), Is.EqualTo("新的说明"));
        Assert.That(changed["technology"].GetString(), Is.EqualTo("技术说明"));
        Assert.That(changed["coreQuestions"][0].GetString(), Is.EqualTo("regulation"));
        var cleared = (
            await company.Api.Patch($"/vettings/{id}", new { safety = "", coreQuestions = Array.Empty<string>() })
        );
        Assert.That(cleared.Expect(200)["safety"].ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(cleared["coreQuestions"].GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task A_change_on_a_stale_version_is_refused()
    {
        var company = await _host.Given.Company();
        var id = await company.Draft();
        var read = await company.Api.Get($"/vettings/{id}");
        (await company.Api.Patch($"/vettings/{id}", new { safety = "一" }, ifMatch: read.ETag)).Expect(200);

        var late = await company.Api.Patch($"/vettings/{id}", new { safety = "二" }, ifMatch: read.ETag);
        late.Expect(412, "stale_version");
        (await company.Api.Post($"/vettings/{id}/submit", ifMatch: read.ETag)).Expect(412, "stale_version");
    }

    [Test]
    public async Task A_submission_lists_everything_that_is_missing()
    {
        var company = await _host.Given.Company();
        var draft = (await company.Api.Post($"/companies/{company.Id}/vettings")).Expect(201);

        var refused = (await company.Api.Post($"/vettings/{draft.Id}/submit")).Expect(422, "vetting_incomplete");

        Assert.That(
            Errors(refused),
            Is.EquivalentTo([
                "technology",
                "expertBacking",
                "companyStrength",
                "cooperationModel",
                "certificates",
                "expertLinks",
                "evidence",
            ])
        );
    }

    [Test]
    public async Task Every_claim_needs_a_file()
    {
        var company = await _host.Given.Company();
        var id = await company.Draft();
        await company.Api.Patch($"/vettings/{id}", new { claims = new[] { new { text = "创伤更小" } } });

        var refused = (await company.Api.Post($"/vettings/{id}/submit")).Expect(422, "vetting_incomplete");
        Assert.That(Errors(refused), Is.EqualTo(["claims[0].evidenceId"]));

        var file = (await company.Api.Upload(id, Applications.File(Applications.Png))).Expect(201);
        await company.Api.Patch(
            $"/vettings/{id}",
            new { claims = new[] { new { text = "创伤更小", evidenceId = file.Id } } }
        );
        (await company.Api.Post($"/vettings/{id}/submit")).Expect(200);
    }

    [Test]
    public async Task What_is_submitted_puts_the_company_under_review_and_tells_the_reviewers()
    {
        var company = await _host.Given.Company();
        var id = await company.Draft();
        Assert.That((await company.Api.Get($"/companies/{company.Id}"))["status"].GetString(), Is.EqualTo("unvetted"));

        var submitted = (await company.Api.Post($"/vettings/{id}/submit")).Expect(200);

        Assert.That(submitted["status"].GetString(), Is.EqualTo("submitted"));
        var now = (await company.Api.Get($"/companies/{company.Id}"))["status"].GetString();
        Assert.That(now, Is.EqualTo("under_review"));
        Assert.That(await _host.Notices("vetting.submitted.v1", id), Is.EqualTo(1));
    }

    [Test]
    public async Task What_is_submitted_can_neither_be_changed_nor_submitted_again()
    {
        var company = await _host.Given.Company();
        var id = await company.Submitted();

        (await company.Api.Patch($"/vettings/{id}", new { safety = "x" })).Expect(409, "wrong_vetting_status");
        (await company.Api.Post($"/vettings/{id}/submit")).Expect(409, "wrong_vetting_status");
        var upload = await company.Api.Upload(id, Applications.File(Applications.Pdf));
        upload.Expect(409, "wrong_vetting_status");
        Assert.That(await _host.Notices("vetting.submitted.v1", id), Is.EqualTo(1));
    }

    [Test]
    public async Task Another_companys_vetting_does_not_exist()
    {
        var company = await _host.Given.Company();
        var stranger = (await _host.Given.Company()).Api;
        var id = await company.Draft();

        (await stranger.Post($"/companies/{company.Id}/vettings")).Expect(404, "not_found");
        (await stranger.Get($"/vettings/{id}")).Expect(404, "not_found");
        (await stranger.Patch($"/vettings/{id}", new { safety = "x" })).Expect(404, "not_found");
        (await stranger.Post($"/vettings/{id}/submit")).Expect(404, "not_found");
        (await _host.Anonymous.Get($"/vettings/{id}")).Expect(401);
        Assert.That((await stranger.Get($"/vettings?companyId={company.Id}"))["items"].GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task Organizers_list_vettings_by_status_and_company_and_page_by_page()
    {
        var organizer = await _host.Given.Organizer(Permission.Review);
        var company = await _host.Given.Company();
        var id = await company.Submitted();

        var mine = (await organizer.Get($"/vettings?companyId={company.Id}&status=submitted")).Expect(200);
        Assert.That(mine["items"][0].GetProperty("id").GetString(), Is.EqualTo(id));
        Assert.That(mine["items"][0].GetProperty("companyName").GetString(), Is.EqualTo(company.Name));
        var drafts = await organizer.Get($"/vettings?companyId={company.Id}&status=draft");
        Assert.That(drafts["items"].GetArrayLength(), Is.Zero);
        (await organizer.Get("/vettings?status=nonsense")).Expect(422);
        (await organizer.Get("/vettings?cursor=nonsense!")).Expect(400, "invalid_cursor");

        await (await _host.Given.Company()).Submitted();
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await organizer.Get($"/vettings?limit=1&cursor={cursor}")).Expect(200);
            seen.AddRange(page["items"].EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            cursor = page["nextCursor"].GetString();
        } while (cursor is not null);
        Assert.That(seen, Is.Unique.And.Contain(id));
        Assert.That(seen, Has.Count.EqualTo(await _host.Query<long>("SELECT COUNT(*) FROM vetting")));
    }
}
