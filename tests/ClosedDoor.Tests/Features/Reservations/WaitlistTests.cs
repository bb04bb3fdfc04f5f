using ClosedDoor.Features.Reservations;
using ClosedDoor.Tests.Features.Sessions;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Reservations;

public class WaitlistTests
{
    TestHost _host = null!;
    ApiClient _owner = null!;
    TestCompany[] _companies = null!;
    string _sessionId = null!;
    string _held = null!;

    [SetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _owner = await _host.Given.Owner();
        _companies = await _host.Given.VettedCompanies(4);
        _sessionId = await _host.Given.PublishedSession(seatCap: 1);
        _held = await _host.Given.Hold(_companies[0], _sessionId);
    }

    [TearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task Companies_wait_in_the_order_in_which_they_came_and_move_up_when_one_leaves()
    {
        var entries = await Join(1, 2, 3);
        Assert.That(await Positions(entries), Is.EqualTo(new long?[] { 1, 2, 3 }));

        (await _companies[1].Api.Delete($"/waitlist/{entries[0]}")).Expect(204);
        Assert.That(await Positions(entries), Is.EqualTo(new long?[] { null, 1, 2 }));
        (await _companies[1].Api.Delete($"/waitlist/{entries[0]}")).Expect(404, "not_found");

        var again = (await _companies[1].Api.JoinWaitlist(_sessionId)).Expect(201);
        Assert.That(again["position"].GetInt64(), Is.EqualTo(3));
        var all = (await _owner.Get($"/sessions/{_sessionId}/waitlist")).Expect(200)["items"].EnumerateArray();
        Assert.That(
            all.Select(entry => entry.GetProperty("companyId").GetString()),
            Is.EqualTo([_companies[2].Id, _companies[3].Id, _companies[1].Id])
        );
    }

    [Test]
    public async Task Who_may_not_wait_is_told_why()
    {
        var unvetted = await _host.Given.Company();
        var free = await _host.Given.PublishedSession();
        await Join(1);

        (await _host.Anonymous.JoinWaitlist(_sessionId)).Expect(401, "unauthenticated");
        (await unvetted.Api.JoinWaitlist(_sessionId)).Expect(403, "company_not_vetted");
        (await _companies[0].Api.JoinWaitlist(_sessionId)).Expect(409, "already_reserved");
        (await _companies[1].Api.JoinWaitlist(_sessionId)).Expect(409, "already_waiting");
        (await _companies[1].Api.JoinWaitlist(free)).Expect(409, "seats_available");
        (await _owner.JoinWaitlist(_sessionId)).Expect(422, "invalid_fields");
        (await _owner.Post($"/sessions/{_sessionId}/waitlist", new { companyId = _companies[2].Id })).Expect(201);
    }

    [Test]
    public async Task Another_companys_entry_is_not_there()
    {
        var entry = (await Join(1))[0];

        (await _companies[2].Api.Get($"/waitlist/{entry}")).Expect(404, "not_found");
        (await _companies[2].Api.Delete($"/waitlist/{entry}")).Expect(404, "not_found");
        (await _companies[2].Api.Get($"/sessions/{_sessionId}/waitlist")).Expect(403, "forbidden");
        (await _owner.Delete($"/waitlist/{entry}", ifMatch: "\"9\"")).Expect(412, "stale_version");
        (await _owner.Delete($"/waitlist/{entry}")).Expect(204);
    }

    [Test]
    public async Task A_cancelled_seat_goes_to_the_first_with_a_deadline_of_its_own_and_a_mail()
    {
        var entries = await Join(1, 2);
        await _host.DeliverMails();

        (await _companies[0].Api.Cancel(_held)).Expect(200);

        var entry = (await _companies[1].Api.Get($"/waitlist/{entries[0]}")).Expect(200);
        Assert.That(entry["status"].GetString(), Is.EqualTo("promoted"));
        Assert.That(await Positions(entries), Is.EqualTo(new long?[] { null, 1 }));
        var seat = (await _companies[1].Api.Get($"/reservations/{entry["reservationId"]}")).Expect(200);
        Assert.That(seat["status"].GetString(), Is.EqualTo("held"));
        Assert.That(seat["holdExpiresAt"].GetString(), Is.EqualTo("2026-03-04T16:00:00Z"));
        Assert.That(await _host.Anonymous.Seats(_sessionId), Is.EqualTo((1L, 1L, 0L, 0L)));
        var mails = (await _host.DeliverMails()).ToDictionary(mail => mail.Headers["To"]);
        Assert.That(mails.Keys, Is.EquivalentTo([_companies[0].Email, _companies[1].Email]));
        Assert.That(mails[_companies[1].Email].Subject, Does.StartWith("候补已递补"));
        mails[_companies[1].Email].AssertSays("2026年3月4日 24:00（北京时间）");
        (await _companies[1].Api.Delete($"/waitlist/{entries[0]}")).Expect(404, "not_found");
    }

    [Test]
    public async Task A_seat_that_lapses_goes_to_the_next_and_lapses_again_to_the_one_after()
    {
        var entries = await Join(1, 2);
        _host.Time.Advance(Duration.FromMinutes(36));
        await Sweep();
        Assert.That(await Positions(entries), Is.EqualTo(new long?[] { null, 1 }));

        _host.Time.Advance(Duration.FromDays(4));
        await Sweep();
        Assert.That(await Positions(entries), Is.EqualTo(new long?[] { null, null }));
        Assert.That(await _host.Anonymous.Seats(_sessionId), Is.EqualTo((1L, 1L, 0L, 0L)));
        var second = (await _companies[2].Api.Get($"/reservations?sessionId={_sessionId}"))["items"][0];
        Assert.That(second.GetProperty("status").GetString(), Is.EqualTo("held"));
    }

    [Test]
    public async Task Who_may_not_take_a_seat_any_more_is_passed_over_and_told()
    {
        var entries = await Join(1, 2);
        await _host.DeliverMails();
        await _host.Tamper("UPDATE vetting SET status = 'revoked' WHERE company_id = @Id", new { _companies[1].Id });

        (await _companies[0].Api.Cancel(_held)).Expect(200);

        Assert.That((await _owner.Get($"/waitlist/{entries[0]}"))["status"].GetString(), Is.EqualTo("left"));
        Assert.That((await _owner.Get($"/waitlist/{entries[1]}"))["status"].GetString(), Is.EqualTo("promoted"));
        var mails = (await _host.DeliverMails()).ToDictionary(mail => mail.Headers["To"], mail => mail.Subject);
        Assert.That(mails[_companies[1].Email], Does.StartWith("候补已结束"));
        Assert.That(mails[_companies[2].Email], Does.StartWith("候补已递补"));
    }

    [Test]
    public async Task Approval_takes_nobodys_place_in_the_queue_away()
    {
        var entries = await Join(1);
        var byApproval = new { admission = "approval" };

        (await _owner.Patch($"/sessions/{_sessionId}", byApproval)).Expect(409, "companies_waiting");
        (await _companies[0].Api.Cancel(_held)).Expect(200);
        Assert.That((await _owner.Get($"/waitlist/{entries[0]}"))["status"].GetString(), Is.EqualTo("promoted"));

        var second = (await Join(2))[0];
        (await _owner.Delete($"/waitlist/{second}")).Expect(204);
        (await _owner.Patch($"/sessions/{_sessionId}", byApproval)).Expect(200);
        (await _owner.Patch($"/sessions/{_sessionId}", byApproval)).Expect(200);
    }

    async Task Sweep() => await new SweepReservations(_host.Data).RunOnce(_host.Time.Now);

    async Task<string[]> Join(params int[] companies)
    {
        var entries = new List<string>();
        foreach (var company in companies)
            entries.Add((await _companies[company].Api.JoinWaitlist(_sessionId)).Expect(201).Id);
        return [.. entries];
    }

    async Task<long?[]> Positions(string[] entries)
    {
        var positions = new List<long?>();
        foreach (var entry in entries)
        {
            var position = (await _owner.Get($"/waitlist/{entry}")).Expect(200)["position"];
            positions.Add(position.ValueKind is System.Text.Json.JsonValueKind.Null ? null : position.GetInt64());
        }
        return [.. positions];
    }
}
