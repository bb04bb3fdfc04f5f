using ClosedDoor.Domain;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Vetting;

public class TwoReviewersTests
{
    TestHost _host = null!;
    ApiClient _one = null!;
    ApiClient _other = null!;
    TestCompany _company = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await TestHost.Create(("CLOSEDDOOR_TWO_REVIEWERS", "true"));
        _one = await _host.Given.Organizer(Permission.Review);
        _other = await _host.Given.Organizer(Permission.Review);
    }

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [SetUp]
    public async Task Begin() => _company = await _host.Given.Company();

    [Test]
    public async Task The_first_signs_and_the_second_decides()
    {
        var id = await _company.Submitted();

        var signed = (await _one.Approve(id)).Expect(200);
        Assert.That(signed["status"].GetString(), Is.EqualTo("submitted"));
        Assert.That(signed["signOffs"].ToString(), Is.EqualTo("""{"given":1,"needed":2}"""));
        Assert.That(await _host.Notices("vetting.approved.v1", id), Is.Zero);
        (await _one.Approve(id)).Expect(409, "second_reviewer_needed");

        var scores = new
        {
            technology = 60,
            expertBacking = 61,
            companyStrength = 62,
            cooperationModel = 63,
        };
        var approved = (await _other.Post($"/vettings/{id}/approve", new { scores })).Expect(200);
        Assert.That(approved["status"].GetString(), Is.EqualTo("approved"));
        Assert.That(approved["scores.technology"].GetInt32(), Is.EqualTo(60));
        Assert.That(approved["signOffs"].ToString(), Is.EqualTo("""{"given":2,"needed":2}"""));
        Assert.That(await _host.Notices("vetting.approved.v1", id), Is.EqualTo(1));
    }

    [Test]
    public async Task One_reviewer_may_reject()
    {
        var id = await _company.Submitted();
        await _one.Approve(id);

        (await _one.Post($"/vettings/{id}/reject", new { reasonCode = "compliance" })).Expect(200);
    }

    [Test]
    public async Task A_new_submission_needs_both_again()
    {
        var id = await _company.Submitted();
        await _one.Approve(id);
        (await _other.Post($"/vettings/{id}/request-info", new { message = "请补充" })).Expect(200);

        var again = (await _company.Api.Post($"/vettings/{id}/submit")).Expect(200);

        Assert.That(again["signOffs.given"].GetInt32(), Is.Zero);
        Assert.That((await _other.Approve(id)).Expect(200)["status"].GetString(), Is.EqualTo("submitted"));
    }

    [Test]
    public async Task An_api_key_signs_as_the_account_that_made_it()
    {
        var id = await _company.Submitted();
        (await _one.Approve(id)).Expect(200);
        var signer = await _host.Query<string>("SELECT first_reviewer FROM vetting WHERE id = @id", new { id });

        await _host.Tamper(
            """
            INSERT INTO api_key (id, name, key_hash, permissions, created_by, created_at, version)
            VALUES (@keyId, 'k', @keyId, 'review', @signer, 1, 1)
            """,
            new { keyId = TypeId.New("key", _host.Time.Now), signer }
        );
        var keyId = await _host.Query<string>("SELECT id FROM api_key WHERE created_by = @signer", new { signer });
        var key = Caller.Internal(new(CallerKind.ApiKey, keyId, null, Permission.Review, null), _host.Time.Now);
        var outcome = await ClosedDoor.Features.Vetting.ApproveVetting.Execute(
            _host.Data,
            key,
            id,
            new(new(1, 2, 3, 4))
        );

        Assert.That(outcome.Refusal?.Code, Is.EqualTo("second_reviewer_needed"));
    }
}
