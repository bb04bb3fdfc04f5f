using ClosedDoor.Tests.Features.Delegates;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform;
using ClosedDoor.Tests.Races;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Conflicts;

public class ConflictTests : SeatDesk
{
    [Test]
    public async Task Conflicts_declared_by_either_side_forbid_a_pair_and_silence_opens_none()
    {
        var (guest, invitation, link) = await _host.AcceptedGuest(_organizer, _session);
        var (other, _, otherLink) = await _host.AcceptedGuest(_organizer, _session);
        Assert.That(await Standings(), Is.All.EqualTo("undeclared"));

        var seen = (await link.Get("/invitation/conflicts")).Expect(200)["items"];
        Assert.That(seen[0].GetProperty("companyName").GetString(), Is.EqualTo(_company.Name));
        (
            await link.Put(
                "/invitation/conflicts",
                new[] { new { companyId = _company.Id, kinds = Array.Empty<string>() } }
            )
        ).Expect(200);
        (
            await otherLink.Put(
                "/invitation/conflicts",
                new[] { new { companyId = _company.Id, kinds = new[] { "equity", "family" } } }
            )
        ).Expect(200);
        Assert.That(await Standings(), Is.EquivalentTo(["clear", "conflict"]));

        var mine = (
            await _company.Api.Put(
                $"/reservations/{_seat}/conflicts",
                new[] { new { invitationId = invitation, kinds = new[] { "joint_project" } } }
            )
        ).Expect(200);
        Assert.That(
            mine["items"].GetArrayLength(),
            Is.EqualTo(1),
            "What a guest declared is not the company's to read."
        );
        Assert.That(mine["items"][0].GetProperty("invitationId").GetString(), Is.EqualTo(invitation));
        Assert.That(
            (await _company.Api.Get($"/reservations/{_seat}/conflicts")).Expect(200).Text,
            Is.EqualTo(mine.Text)
        );
        (await (await _host.Given.Company()).Api.Get($"/reservations/{_seat}/conflicts")).Expect(404, "not_found");
        Assert.That(await Standings(), Is.All.EqualTo("conflict"));

        (
            await link.Put(
                "/invitation/conflicts",
                new[] { new { companyId = (await _host.Given.Company()).Id, kinds = Array.Empty<string>() } }
            )
        ).Expect(404, "not_found");
        (
            await link.Put("/invitation/conflicts", new[] { new { companyId = _company.Id, kinds = new[] { "x" } } })
        ).Expect(422, "invalid_fields");
        (await _company.Api.Get($"/sessions/{_session}/conflicts")).Expect(403, "forbidden");
        Assert.That(other, Is.Not.EqualTo(guest));
    }

    [Test]
    public async Task A_guest_is_not_told_of_a_company_that_has_not_paid_for_its_seat()
    {
        var (_, _, link) = await _host.AcceptedGuest(_organizer, _session);
        var unpaid = await _host.Given.VettedCompany();
        await _host.Given.Hold(unpaid, _session);

        var shown = (await link.Get("/invitation/conflicts")).Expect(200)["items"];

        Assert.That(shown.EnumerateArray().Single().GetProperty("companyId").GetString(), Is.EqualTo(_company.Id));
        (
            await link.Put(
                "/invitation/conflicts",
                new[] { new { companyId = unpaid.Id, kinds = Array.Empty<string>() } }
            )
        ).Expect(404, "not_found");
        Assert.That(await Standings(), Has.Length.EqualTo(2), "The organizers see who may yet come.");
    }

    async Task<string?[]> Standings() =>
        [
            .. (await _organizer.Get($"/sessions/{_session}/conflicts"))
                .Expect(200)["items"]
                .EnumerateArray()
                .Select(pair => pair.GetProperty("standing").GetString()),
        ];
}
