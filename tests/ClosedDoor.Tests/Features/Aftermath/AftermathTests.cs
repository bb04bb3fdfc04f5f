using ClosedDoor.Domain;
using ClosedDoor.Tests.Features.Delegates;
using ClosedDoor.Tests.Features.Door;
using ClosedDoor.Tests.Features.Guests;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Aftermath;

public class AftermathTests : SeatDesk
{
    [Test]
    public async Task Who_came_in_was_there_who_did_not_is_a_no_show_and_the_door_can_be_corrected()
    {
        var absent = await _host.Given.VettedCompany();
        var absentSeat = await _host.Confirmed(absent, _session);
        var (_, tickets, _) = await _host.TwoComers(_organizer, _company, _seat, _session);
        (await _organizer.Post($"/reservations/{_seat}/attendance", new { attended = true })).Expect(
            409,
            "session_not_begun"
        );
        var device = await _host.Device(_organizer, _session);
        _host.Time.Advance(Duration.FromDays(28));
        Assert.That((await device.Scan(tickets[0], "a")).Result(), Is.EqualTo("admitted"));
        await _host.DeliverMails();

        (await _organizer.Post($"/sessions/{_session}/close")).Expect(200);
        (await _organizer.Post($"/sessions/{_session}/complete")).Expect(200);

        Assert.That(await _host.StatusOf(_seat), Is.EqualTo("attended"));
        Assert.That(await _host.StatusOf(absentSeat), Is.EqualTo("no_show"));
        Assert.That((await _host.DeliverOneMail()).Subject, Does.Contain("感谢您出席"));
        var report = (await _organizer.Get($"/sessions/{_session}/report")).Expect(200);
        Assert.That(report["delegates"].ToString(), Is.EqualTo("""{"expected":2,"present":1,"absent":1}"""));
        Assert.That(report["companies"].GetArrayLength(), Is.EqualTo(2));
        Assert.That(
            (await _organizer.Get($"/sessions/{_session}/report/page")).Expect(200).Text,
            Does.Contain("应到 2，实到 1，缺席 1").And.Contain(absent.Name)
        );
        (await _organizer.Post($"/reservations/{absentSeat}/attendance", new { attended = true })).Expect(200);
        Assert.That(await _host.StatusOf(absentSeat), Is.EqualTo("attended"));
        (await _organizer.Post($"/reservations/{absentSeat}/attendance", new { attended = false })).Expect(200);
        Assert.That(await _host.StatusOf(absentSeat), Is.EqualTo("no_show"));
        (await _company.Api.Get($"/sessions/{_session}/report")).Expect(403, "forbidden");
    }

    [Test]
    public async Task Without_a_single_check_in_nobody_is_called_absent()
    {
        _host.Time.Advance(Duration.FromDays(28));
        (await _organizer.Post($"/sessions/{_session}/close")).Expect(200);
        (await _organizer.Post($"/sessions/{_session}/complete")).Expect(200);

        Assert.That(await _host.StatusOf(_seat), Is.EqualTo("confirmed"));
    }

    [Test]
    public async Task The_benefits_ledger_takes_what_the_rules_allow_and_strikes_out_instead_of_deleting()
    {
        var (_, expert, _) = await _host.AcceptedGuest(_organizer, _session);
        var official = await _organizer.Invite(_session, await _organizer.Official());
        var society = SocialCreditCode.Compose("51110000MA0000001").Value;

        (await Record(expert, society)).Expect(409, "unit_approval_missing");
        await _host.Tamper(
            "INSERT INTO file_content (sha256, media_type, size, bytes, created_at) VALUES ('approval', 'application/pdf', 1, @bytes, 1)",
            new { bytes = new byte[] { 1 } }
        );
        await _host.Tamper(
            "UPDATE invitation SET approval_sha256 = 'approval', approval_name = '批准.pdf', approval_at = 1"
        );
        (await Record(expert, Given.Given.Uscc(7).Value)).Expect(409, "payer_is_company");
        (await Record(official, society)).Expect(409, "benefit_to_official");
        (await Record(expert, society, kind: "fee")).Expect(422, "invalid_fields");
        (await Record(expert, society, promotion: true)).Expect(409, "benefit_for_promotion");
        var line = (await Record(expert, society)).Expect(201);
        Assert.That(
            (await _organizer.Get($"/sessions/{_session}/report"))["benefits.amount"].GetInt64(),
            Is.EqualTo(86_000)
        );

        (await _organizer.Post($"/benefits/{line.Id}/void")).Expect(200);
        (await _organizer.Post($"/benefits/{line.Id}/void")).Expect(409, "benefit_voided");
        (await _organizer.Post($"/benefits/{line.Id}/void", ifMatch: line.ETag)).Expect(412, "stale_version");
        (await _organizer.Post($"/benefits/{line.Id[..^1]}/void")).Expect(404, "not_found");
        Assert.That((await _organizer.Get($"/sessions/{_session}/benefits"))["items"].GetArrayLength(), Is.EqualTo(1));
        Assert.That((await _organizer.Get($"/sessions/{_session}/report"))["benefits.amount"].GetInt64(), Is.Zero);
        (await _company.Api.Get($"/sessions/{_session}/benefits")).Expect(403, "forbidden");
    }

    [Test]
    public async Task An_endorsement_counts_while_its_guest_consents()
    {
        var (_, invitation, guest) = await _host.AcceptedGuest(_organizer, _session);
        var (_, _, other) = await _host.AcceptedGuest(_organizer, _session);
        var id = (
            await _organizer.Post(
                $"/sessions/{_session}/endorsements",
                new
                {
                    invitationId = invitation,
                    companyId = _company.Id,
                    statement = "愿在课题范围内提供学术指导。",
                }
            )
        ).Expect(201).Id;
        Assert.That(await Counted(), Is.Zero);

        (await other.Put($"/invitation/endorsements/{id}", new { consents = true })).Expect(404, "not_found");
        var given = (await guest.Put($"/invitation/endorsements/{id}", new { consents = true })).Expect(200);
        Assert.That(await Counted(), Is.EqualTo(1));
        Assert.That(await Printed(), Does.Contain("<th>经本人同意的背书</th><td>1</td>").And.Not.Contain("学术指导"));
        (await guest.Put($"/invitation/endorsements/{id}", new { consents = false })).Expect(200);
        Assert.That(await Counted(), Is.Zero);
        (await guest.Put($"/invitation/endorsements/{id}", new { consents = true }, given.ETag)).Expect(
            412,
            "stale_version"
        );
        Assert.That(await Counted(), Is.Zero, "what was said on another device since then stands");
        Assert.That(await Printed(), Does.Contain("<th>经本人同意的背书</th><td>0</td>"));
        Assert.That((await guest.Get("/invitation/endorsements")).Expect(200)["items"].GetArrayLength(), Is.EqualTo(1));
        Assert.That((await other.Get("/invitation/endorsements")).Expect(200)["items"].GetArrayLength(), Is.Zero);
        (await _company.Api.Get($"/sessions/{_session}/endorsements")).Expect(403, "forbidden");
    }

    async Task<string> Printed() => (await _organizer.Get($"/sessions/{_session}/report/page")).Expect(200).Text;

    async Task<long> Counted() => (await _organizer.Get($"/sessions/{_session}/report"))["endorsements"].GetInt64();

    Task<Reply> Record(string invitationId, string payer, string kind = "travel", bool promotion = false) =>
        _organizer.Post(
            $"/sessions/{_session}/benefits",
            new
            {
                invitationId,
                kind,
                amount = new { amount = 86_000, currency = "CNY" },
                payerName = "示例学会",
                payerUscc = payer,
                tiedToPromotion = promotion,
            }
        );
}
