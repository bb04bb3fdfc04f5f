using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Sessions;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Reservations;

public class CancelReservationTests
{
    TestHost _host = null!;

    [SetUp]
    public async Task Start() => _host = await TestHost.Create();

    [TearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_seat_given_back_before_payment_is_free_at_once(bool transferChosen)
    {
        var sessionId = await _host.Given.PublishedSession(seatCap: 1);
        var companies = await _host.Given.VettedCompanies(2);
        var id = transferChosen
            ? (await _host.Given.AwaitingTransfer(companies[0], sessionId)).ReservationId
            : await _host.Given.Hold(companies[0], sessionId);

        var cancelled = (await companies[0].Api.Cancel(id)).Expect(200);

        Assert.That(cancelled["status"].GetString(), Is.EqualTo("cancelled"));
        Assert.That(cancelled["endedBecause"].GetString(), Is.EqualTo("cancelled"));
        Assert.That(cancelled["endedNote"].GetString(), Is.EqualTo("行程冲突"));
        Assert.That(await _host.Anonymous.Seats(sessionId), Is.EqualTo((1L, 0L, 0L, 1L)));
        (await companies[0].Api.Cancel(id)).Expect(409, "wrong_reservation_status");
        (await companies[1].Api.Reserve(sessionId)).Expect(201);
    }

    [Test]
    public async Task Who_may_cancel_and_who_may_not_know()
    {
        var sessionId = await _host.Given.PublishedSession();
        var companies = await _host.Given.VettedCompanies(2);
        var id = await _host.Given.Hold(companies[0], sessionId);

        (await _host.Anonymous.Cancel(id)).Expect(401, "unauthenticated");
        (await companies[1].Api.Cancel(id)).Expect(404, "not_found");
        (await companies[1].Api.Get($"/reservations/{id}")).Expect(404, "not_found");
        (await (await _host.Given.Organizer(Permission.Review)).Cancel(id)).Expect(403, "forbidden");
        var refused = (await companies[0].Api.Post($"/reservations/{id}/cancel")).Expect(422, "invalid_fields");
        Assert.That(refused["errors"].EnumerateObject().Single().Name, Is.EqualTo("reason"));
        Assert.That(await _host.StatusOf(id), Is.EqualTo("held"));
        (await (await _host.Given.Organizer(Permission.Organize)).Cancel(id)).Expect(200);
    }

    [Test]
    public async Task What_has_lapsed_is_not_cancelled()
    {
        var company = await _host.Given.VettedCompany();
        var id = await _host.Given.Hold(company, await _host.Given.PublishedSession());
        _host.Time.Advance(Duration.FromMinutes(36));

        (await company.Api.Cancel(id)).Expect(409, "hold_lapsed");
    }

    [Test]
    public async Task A_cancelled_session_ends_everything_and_tells_everyone()
    {
        var sessionId = await _host.Given.PublishedSession(seatCap: 3);
        var companies = await _host.Given.VettedCompanies(4);
        var owner = await _host.Given.Owner();
        var (paid, paidPayment) = await _host.Given.AwaitingTransfer(companies[0], sessionId);
        (await owner.Receive(_host, paidPayment)).Expect(200);
        var (awaiting, awaitingPayment) = await _host.Given.AwaitingTransfer(companies[1], sessionId);
        var held = await _host.Given.Hold(companies[2], sessionId);
        var entry = (await companies[3].Api.JoinWaitlist(sessionId)).Expect(201).Id;
        await _host.DeliverMails();

        (await owner.Post($"/sessions/{sessionId}/cancel")).Expect(200);

        foreach (var id in new[] { paid, awaiting, held })
        {
            var ended = (await owner.Get($"/reservations/{id}")).Expect(200);
            Assert.That(ended["status"].GetString(), Is.EqualTo("cancelled"));
            Assert.That(ended["endedBecause"].GetString(), Is.EqualTo("session_cancelled"));
        }
        Assert.That(await _host.PaymentStatusOf(paidPayment), Is.EqualTo("refund_due"));
        Assert.That(await _host.PaymentStatusOf(awaitingPayment), Is.EqualTo("cancelled"));
        Assert.That((await companies[3].Api.Get($"/waitlist/{entry}"))["status"].GetString(), Is.EqualTo("left"));
        Assert.That(await _host.Anonymous.Seats(sessionId), Is.EqualTo((3L, 0L, 0L, 3L)));

        var mails = (await _host.DeliverMails()).ToDictionary(mail => mail.Headers["To"]);
        Assert.That(mails.Keys, Is.EquivalentTo(companies.Select(company => company.Email)));
        foreach (var company in companies[..3])
        {
            Assert.That(mails[company.Email].Subject, Does.StartWith("预订已取消"));
            mails[company.Email].AssertSays("场次已取消");
        }
        mails[companies[0].Email].AssertSays("待退款金额", "¥38,800.00");
        Assert.That(mails[companies[1].Email].PlainText, Does.Not.Contain("待退款金额"));
        Assert.That(mails[companies[3].Email].Subject, Does.StartWith("候补已结束"));
    }

    [Test]
    public async Task An_organizer_acts_for_the_company_that_it_names()
    {
        var sessionId = await _host.Given.PublishedSession();
        var companies = await _host.Given.VettedCompanies(2);
        var organizer = await _host.Given.Organizer(Permission.Organize);
        var path = $"/sessions/{sessionId}/reservations";

        foreach (var body in new object[] { new { }, new { companyId = "示例企业" }, new { companyId = sessionId } })
        {
            var refused = (await organizer.Post(path, body)).Expect(422, "invalid_fields");
            Assert.That(refused["errors"].EnumerateObject().Single().Name, Is.EqualTo("companyId"));
        }
        (await organizer.Post(path, new { companyId = $"cmp_{new string('0', 26)}" })).Expect(
            403,
            "company_not_vetted"
        );
        (await companies[0].Api.Post(path, new { companyId = companies[1].Id })).Expect(404, "not_found");
        (
            await (await _host.Given.Organizer(Permission.Finance)).Post(path, new { companyId = companies[0].Id })
        ).Expect(403, "forbidden");

        var held = (await organizer.Post(path, new { companyId = companies[0].Id })).Expect(201);
        Assert.That(held["companyId"].GetString(), Is.EqualTo(companies[0].Id));
        (await companies[0].Api.Get($"/reservations/{held.Id}")).Expect(200);
        (await companies[0].Api.Reserve(sessionId)).Expect(409, "already_reserved");
    }

    [Test]
    public async Task Lists_show_what_reservations_read_as_and_to_each_its_own()
    {
        var sessions = new[] { await _host.Given.PublishedSession(), await _host.Given.PublishedSession() };
        var companies = await _host.Given.VettedCompanies(2);
        var owner = await _host.Given.Owner();
        var lapsed = await _host.Given.Hold(companies[0], sessions[0]);
        _host.Time.Advance(Duration.FromMinutes(36));
        var held = await _host.Given.Hold(companies[0], sessions[1]);
        _host.Time.Advance(Duration.FromMilliseconds(1));
        var theirs = await _host.Given.Hold(companies[1], sessions[1]);

        Assert.That(await Listed(owner, ""), Is.EqualTo([lapsed, held, theirs]));
        Assert.That(await Listed(owner, "?status=expired"), Is.EqualTo([lapsed]));
        Assert.That(await Listed(owner, "?status=held"), Is.EqualTo([held, theirs]));
        Assert.That(await Listed(owner, $"?sessionId={sessions[1]}"), Is.EqualTo([held, theirs]));
        Assert.That(await Listed(owner, $"?companyId={companies[0].Id}"), Is.EqualTo([lapsed, held]));
        Assert.That(await Listed(companies[0].Api, ""), Is.EqualTo([lapsed, held]));
        Assert.That(await Listed(companies[0].Api, $"?companyId={companies[1].Id}"), Does.Not.Contain(theirs));
        Assert.That(await Listed(companies[1].Api, $"?sessionId={sessions[0]}"), Is.Empty);
        (await owner.Get("/reservations?status=lost")).Expect(422, "invalid_fields");
        (await owner.Get("/reservations?cursor=made-up")).Expect(400, "invalid_cursor");
        (await _host.Anonymous.Get("/reservations")).Expect(401, "unauthenticated");
        var first = (await owner.Get("/reservations?limit=2")).Expect(200);
        Assert.That(await Listed(owner, $"?limit=2&cursor={first["nextCursor"]}"), Is.EqualTo([theirs]));
    }

    static async Task<string[]> Listed(ApiClient caller, string query) =>
        [
            .. (await caller.Get($"/reservations{query}"))
                .Expect(200)["items"]
                .EnumerateArray()
                .Select(reservation => reservation.GetProperty("id").GetString()!),
        ];
}
