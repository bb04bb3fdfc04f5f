using System.Text.Json;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Vetting;

public class DecideVettingTests : ReviewDesk
{
    [Test]
    public async Task An_approval_holds_for_twelve_months_and_makes_the_company_vetted()
    {
        var id = await _company.Submitted();

        var approved = (await _reviewer.Approve(id)).Expect(200);

        Assert.That(approved["status"].GetString(), Is.EqualTo("approved"));
        Assert.That(approved["validThrough"].GetString(), Is.EqualTo("2027-03-01"));
        Assert.That(approved["firstCertificateExpiry"].GetString(), Is.EqualTo("2030-12-31"));
        Assert.That(approved["scores.technology"].GetInt32(), Is.EqualTo(85));
        Assert.That(approved["decision.reasonCode"].GetString(), Is.EqualTo("criteria_met"));
        Assert.That(approved["creditQuery"].ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(await CompanyStatus(), Is.EqualTo("vetted"));
        Assert.That(await _host.Notices("vetting.approved.v1", id), Is.EqualTo(1));
        var sessionId = await _host.Given.PublishedSession();
        (await _company.Api.Post($"/sessions/{sessionId}/reservations")).Expect(201);
    }

    [Test]
    public async Task The_company_is_told_the_decision_but_neither_scores_nor_reviewer()
    {
        var id = await _company.Submitted();
        await _reviewer.Approve(id);

        var told = (await _company.Api.Get($"/vettings/{id}")).Expect(200);

        Assert.That(told["decision.reason.zh"].GetString(), Is.Not.Empty);
        Assert.That(told["scores"].ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(told["decision.by"].ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(told["decision.note"].ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task Four_scores_from_0_to_100_are_needed()
    {
        var id = await _company.Submitted();

        var none = (await _reviewer.Post($"/vettings/{id}/approve")).Expect(422, "invalid_fields");
        Assert.That(none["errors"].EnumerateObject().Count(), Is.EqualTo(4));
        var wrong = await _reviewer.Post(
            $"/vettings/{id}/approve",
            new
            {
                scores = new
                {
                    technology = 101,
                    expertBacking = -1,
                    companyStrength = 0,
                    cooperationModel = 100,
                },
            }
        );
        Assert.That(
            wrong.Expect(422)["errors"].EnumerateObject().Select(field => field.Name),
            Is.EqualTo(["scores.technology", "scores.expertBacking"])
        );
    }

    [Test]
    public async Task Only_reviewers_decide()
    {
        var id = await _company.Submitted();
        var organizer = await _host.Given.Organizer(Permission.Organize | Permission.Finance);

        foreach (var verb in (string[])["approve", "reject", "revoke", "request-info", "credit-queries"])
        {
            (await organizer.Post($"/vettings/{id}/{verb}")).Expect(403, "forbidden");
            (await _company.Api.Post($"/vettings/{id}/{verb}")).Expect(403, "forbidden");
        }
        (await _reviewer.Approve("vet_00000000000000000000000000")).Expect(404, "not_found");
    }

    [Test]
    public async Task More_evidence_is_asked_for_as_often_as_it_takes()
    {
        var id = await _company.Submitted();
        for (var round = 0; round < 2; round++)
        {
            var asked = await _reviewer.Post($"/vettings/{id}/request-info", new { message = $"请补充 {round}" });
            Assert.That(asked.Expect(200)["status"].GetString(), Is.EqualTo("info_requested"));
            Assert.That(await CompanyStatus(), Is.EqualTo("under_review"));
            var told = await _company.Api.Get($"/vettings/{id}");
            Assert.That(told["message"].GetString(), Is.EqualTo($"请补充 {round}"));
            (await _reviewer.Approve(id)).Expect(409, "wrong_vetting_status");

            (await _company.Api.Patch($"/vettings/{id}", new { safety = $"补充 {round}" })).Expect(200);
            (await _company.Api.Upload(id, Applications.File(Applications.Jpeg))).Expect(201);
            (await _company.Api.Post($"/vettings/{id}/submit")).Expect(200);
        }
        (await _reviewer.Post($"/vettings/{id}/request-info", new { message = " " })).Expect(422, "invalid_fields");
        (await _reviewer.Approve(id)).Expect(200);
        Assert.That(await _host.Notices("vetting.info_requested.v1", id), Is.EqualTo(2));
    }

    [Test]
    public async Task A_rejection_tells_its_reason_and_lets_the_company_try_again()
    {
        var id = await _company.Submitted();
        (await _reviewer.Post($"/vettings/{id}/reject", new { reasonCode = "nonsense" })).Expect(422, "invalid_fields");
        (await _reviewer.Post($"/vettings/{id}/reject", new { reasonCode = "other" })).Expect(422, "invalid_fields");

        var rejected = await _reviewer.Post(
            $"/vettings/{id}/reject",
            new { reasonCode = "certificate_invalid", note = "无法核实" }
        );

        Assert.That(rejected.Expect(200)["status"].GetString(), Is.EqualTo("rejected"));
        var told = await _company.Api.Get($"/vettings/{id}");
        Assert.That(told["decision.reasonCode"].GetString(), Is.EqualTo("certificate_invalid"));
        Assert.That(told["decision.note"].GetString(), Is.EqualTo("无法核实"));
        Assert.That(await CompanyStatus(), Is.EqualTo("rejected"));
        Assert.That(await _host.Notices("vetting.rejected.v1", id), Is.EqualTo(1));
        await _company.Draft();
        Assert.That(await CompanyStatus(), Is.EqualTo("rejected"), "a draft changes nothing");
        (await _reviewer.Approve(id)).Expect(409, "wrong_vetting_status");
    }

    [Test]
    public async Task A_revoked_approval_takes_no_seat()
    {
        var sessionId = await _host.Given.PublishedSession();
        var id = await _company.Submitted();
        (await _reviewer.Post($"/vettings/{id}/revoke", new { reasonCode = "credit_record" })).Expect(
            409,
            "wrong_vetting_status"
        );
        await _reviewer.Approve(id);

        var revoked = await _reviewer.Post($"/vettings/{id}/revoke", new { reasonCode = "credit_record" });

        Assert.That(revoked.Expect(200)["status"].GetString(), Is.EqualTo("revoked"));
        Assert.That(
            revoked["decision.note"].ValueKind,
            Is.EqualTo(JsonValueKind.Null),
            "the approval's internal note must not be told with the revocation"
        );
        Assert.That(await CompanyStatus(), Is.EqualTo("unvetted"));
        Assert.That(await _host.Notices("vetting.revoked.v1", id), Is.EqualTo(1));
        (await _company.Api.Post($"/sessions/{sessionId}/reservations")).Expect(403, "company_not_vetted");
    }

    [Test]
    public async Task A_renewal_takes_the_earlier_approvals_place()
    {
        var first = await _company.Submitted(new LocalDate(2026, 12, 31));
        await _reviewer.Approve(first);
        var renewal = await _company.Submitted();
        Assert.That(await CompanyStatus(), Is.EqualTo("vetted"), "the approval holds while its renewal is under way");

        (await _reviewer.Approve(renewal)).Expect(200);

        var replaced = await _reviewer.Get($"/vettings/{first}");
        Assert.That(replaced["status"].GetString(), Is.EqualTo("expired"));
        Assert.That(replaced["decision.reasonCode"].GetString(), Is.EqualTo("replaced"));
        Assert.That(await _host.Notices("vetting.expired.v1", first), Is.Zero);
        (await _reviewer.Post($"/vettings/{renewal}/revoke", new { reasonCode = "compliance" })).Expect(200);
        Assert.That(await CompanyStatus(), Is.EqualTo("unvetted"), "nothing stands behind what was revoked");
    }

    [Test]
    public async Task A_decision_on_a_stale_version_is_refused()
    {
        var id = await _company.Draft();
        var read = await _reviewer.Get($"/vettings/{id}");
        (await _company.Api.Post($"/vettings/{id}/submit")).Expect(200);

        foreach (var verb in (string[])["approve", "reject", "request-info"])
        {
            var body = verb == "approve" ? Applications.Approval : new { reasonCode = "compliance", message = "x" };
            var reply = await _reviewer.Post($"/vettings/{id}/{verb}", body, ifMatch: read.ETag);
            reply.Expect(412, "stale_version");
        }
    }

    [Test]
    public async Task An_approval_repeated_with_its_key_is_answered_as_the_first_time()
    {
        var id = await _company.Submitted();

        var first = (await _reviewer.Post($"/vettings/{id}/approve", Applications.Approval, key: $"a-{id}")).Expect(
            200
        );
        var again = (await _reviewer.Post($"/vettings/{id}/approve", Applications.Approval, key: $"a-{id}")).Expect(
            200
        );

        Assert.That(again.IsReplay);
        Assert.That(again.Text, Is.EqualTo(first.Text));
    }

    [Test]
    public async Task Every_step_stands_in_the_companys_audit_chain_without_what_was_written()
    {
        var id = await _company.Submitted();
        await _reviewer.Approve(id);

        var log = await _host.Data.Read(db =>
            db.All<string>(
                "SELECT action || COALESCE(before, '') || COALESCE(after, '') FROM audit WHERE chain = @chain ORDER BY seq",
                new { chain = _company.Id }
            )
        );

        foreach (var action in (string[])["vetting.started", "vetting.changed", "evidence.added", "vetting.submitted"])
            Assert.That(log, Has.Some.StartsWith(action));
        Assert.That(log[^1], Does.StartWith("vetting.approved"));
        Assert.That(log, Has.None.Contains("技术说明").And.None.Contains("内部备注"));
    }
}
