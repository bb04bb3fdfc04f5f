using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Matchmaking;

/// <summary>Who may be matched with whom, and what each side sees of it.</summary>
public class MatchWishesTests
{
    TestHost _host = null!;
    MatchRoom _room = null!;

    [SetUp]
    public async Task Open()
    {
        _host = await TestHost.Create();
        _room = await MatchRoom.Open(_host, companies: 3, guests: 3);
    }

    [TearDown]
    public async Task Close()
    {
        await Races.Books.AuditIsWhole(_host);
        await _host.DisposeAsync();
    }

    [Test]
    public async Task A_veto_keeps_two_apart_and_the_company_never_learns_why()
    {
        var (company, reservation) = _room.Companies[0];
        (
            await _room.Guests[0].Api.Put("/invitation/preferences", new[] { new { id = company.Id, wish = "veto" } })
        ).Expect(200);

        var draft = await _room.Draft();
        await _room.Publish(draft);

        var missing = draft["certificate.missing"].EnumerateArray().Single();
        Assert.That(missing.GetProperty("reason").GetString(), Is.EqualTo("veto"));
        Assert.That(missing.GetProperty("companyId").GetString(), Is.EqualTo(company.Id));
        foreach (var path in new[] { "agenda", "candidates" })
        {
            var seen = (await company.Api.Get($"/reservations/{reservation}/{path}")).Expect(200).Text;
            Assert.That(seen, Does.Not.Contain("veto").And.Not.Contain("recuse"));
        }
        (await company.Api.Get($"/timetables/{draft.Id}")).Expect(403);
    }

    [Test]
    public async Task What_is_put_takes_the_place_of_all_wishes_and_the_guests_page_puts_them_all()
    {
        var guest = _room.Guests[0].Api;
        async Task<string[]> Wishes() =>
            [
                .. (await guest.Get("/invitation/matches"))
                    .Expect(200)["items"]
                    .EnumerateArray()
                    .Select(one => one.GetProperty("wish").GetString()!),
            ];
        var ids = (await guest.Get("/invitation/matches"))
            .Expect(200)["items"]
            .EnumerateArray()
            .Select(one => one.GetProperty("companyId").GetString()!)
            .ToArray();

        (await guest.Put("/invitation/preferences", ids.Select(id => new { id, wish = "veto" }))).Expect(200);
        Assert.That(await Wishes(), Is.EqualTo(["veto", "veto", "veto"]));
        (await guest.Put("/invitation/preferences", new[] { new { id = ids[1], wish = "must" } })).Expect(200);
        Assert.That(await Wishes(), Is.EqualTo(["neutral", "must", "neutral"]));

        var page = await _host.Client.GetStringAsync(new Uri("/pages/invitation.js", UriKind.Relative));
        Assert.That(page, Does.Contain("call('PUT', '/invitation/preferences', matches.items.map("));
        Assert.That(page.Split("/invitation/preferences"), Has.Length.EqualTo(2), "and in no other way");
    }

    [Test]
    public async Task Undeclared_conflicts_opt_outs_and_officials_make_no_meeting()
    {
        var official = await _room.Organizer.Post(
            "/guests",
            ClosedDoor.Tests.Features.Guests.GuestList.Person("health_commission_official", null, null)
        );
        await _host.Tamper(
            "DELETE FROM conflict_declaration WHERE company_id = @Id",
            new { _room.Companies[0].Company.Id }
        );
        (
            await _room
                .Companies[1]
                .Company.Api.Put(
                    $"/reservations/{_room.Companies[1].ReservationId}/match-profile",
                    new { specialties = new[] { "03" }, automatic = false }
                )
        ).Expect(200);

        var draft = await _room.Draft();

        Assert.That(official.Status, Is.EqualTo(201));
        Assert.That(
            draft["meetings"].EnumerateArray().Select(one => one.GetProperty("companyId").GetString()).Distinct(),
            Is.EqualTo(new[] { _room.Companies[2].Company.Id })
        );
        Assert.That(
            draft["certificate.missing"]
                .EnumerateArray()
                .Select(one => one.GetProperty("reason").GetString())
                .Distinct(),
            Is.EquivalentTo(["conflict", "opted_out"])
        );
    }

    [Test]
    public async Task Candidates_are_explained_and_known_by_tier_until_they_agree_to_be_named()
    {
        var (company, reservation) = _room.Companies[0];
        (
            await company.Api.Put(
                $"/reservations/{reservation}/match-profile",
                new { specialties = new[] { "03" }, models = new[] { "research_project" } }
            )
        ).Expect(200);

        var candidates = (await company.Api.Get($"/reservations/{reservation}/candidates")).Expect(200);

        var first = candidates["items"][0];
        Assert.That(first.GetProperty("match").GetProperty("score").GetInt32(), Is.EqualTo(50));
        Assert.That(
            first.GetProperty("match").GetProperty("reasons")[0].GetProperty("zh").GetString(),
            Is.EqualTo("共同的专科方向：内科")
        );
        Assert.That(first.GetProperty("hospitalTier").GetProperty("zh").GetString(), Is.EqualTo("三级甲等"));
        Assert.That(candidates.Text, Does.Not.Contain("示例嘉宾"));
        (
            await company.Api.Put(
                $"/reservations/{reservation}/preferences",
                new[] { new { id = _room.Guests[0].InvitationId, wish = "veto" } }
            )
        ).Expect(422);
        (await _room.Companies[1].Company.Api.Get($"/reservations/{reservation}/candidates")).Expect(404);
    }
}
