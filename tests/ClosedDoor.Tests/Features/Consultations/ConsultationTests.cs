using ClosedDoor.Features.Invariants;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Tests.Features.Reservations;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform;
using ClosedDoor.Tests.Platform.Calendars;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Consultations;

public class ConsultationTests
{
    TestHost _host = null!;
    ApiClient _organizer = null!;
    TestCompany _company = null!;
    string _session = null!;
    string _held = null!;

    [SetUp]
    public async Task Start()
    {
        _host = await TestHost.Create(("CLOSEDDOOR_PUBLIC_URL", "https://seats.example.com"));
        await Begin();
    }

    async Task Begin()
    {
        _organizer = await _host.Given.Owner();
        _company = await _host.Given.VettedCompany();
        _session = await _host.Given.PublishedSession();
        _held = await _host.Given.Hold(_company, _session);
    }

    [TearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [TestCase("decline")]
    [TestCase("complete")]
    public async Task Who_is_declined_or_hoped_in_vain_gives_the_slot_back(string how)
    {
        var session = await _host.Given.PublishedSession(admission: "approval");
        var applied = (await _company.Api.Reserve(session)).Expect(201).Id;
        var slot = await _organizer.Slot(_host, session);
        var talk = (await _company.Api.Book(applied, slot)).Expect(201).Id;

        if (how == "complete")
            (await _organizer.Post($"/sessions/{session}/close")).Expect(200);
        var ended =
            how == "decline"
                ? await _organizer.Post($"/reservations/{applied}/decline", new { reason = "不符" })
                : await _organizer.Post($"/sessions/{session}/complete");

        ended.Expect(200);
        Assert.That(
            (await _company.Api.Get($"/consultations/{talk}")).Expect(200)["status"].GetString(),
            Is.EqualTo("cancelled")
        );
        Assert.That(await new CheckInvariants(_host.Data).Run(_host.Time.Now), Is.Empty);
    }

    [Test]
    public async Task A_company_books_a_slot_moves_it_and_the_talk_ends_in_a_draft()
    {
        var first = await _organizer.Slot(_host, _session);
        var second = await _organizer.Slot(_host, _session, days: 5);

        var booked = (await _company.Api.Book(_held, first)).Expect(201);
        Assert.That(booked["status"].GetString(), Is.EqualTo("booked"));
        Assert.That(await States(), Is.EquivalentTo(["own", "free"]));

        var moved = (await _company.Api.Post($"/consultations/{booked.Id}/move", new { slotId = second })).Expect(200);
        Assert.That(moved["slot.id"].GetString(), Is.EqualTo(second));

        (await _organizer.Post($"/consultations/{booked.Id}/finish")).Expect(409, "cooperation_draft_missing");
        (await _organizer.Draft(booked.Id, "joint_operation", forProfit: true)).Expect(201);
        var blocked = (await _organizer.Post($"/consultations/{booked.Id}/finish")).Expect(
            409,
            "cooperation_model_blocked"
        );
        Assert.That(blocked["detail"].GetString(), Does.Contain("第三十九"));
        (await _organizer.Draft(booked.Id, "joint_operation", departments: "rented_out")).Expect(201);
        (await _organizer.Post($"/consultations/{booked.Id}/finish")).Expect(409, "cooperation_model_blocked");
        var good = (await _organizer.Draft(booked.Id)).Expect(201);
        Assert.That((good["number"].GetInt64(), good["blocked"].GetBoolean()), Is.EqualTo((3L, false)));

        var finished = (await _organizer.Post($"/consultations/{booked.Id}/finish")).Expect(200);
        Assert.That(finished["status"].GetString(), Is.EqualTo("finished"));
        var drafts = (await _company.Api.Get($"/consultations/{booked.Id}/drafts?limit=2")).Expect(200);
        Assert.That(
            drafts["items"].EnumerateArray().Select(draft => draft.GetProperty("number").GetInt64()),
            Is.EqualTo([3L, 2L])
        );
        var rest = await _company.Api.Get(
            $"/consultations/{booked.Id}/drafts?cursor={drafts["nextCursor"].GetString()}"
        );
        Assert.That(
            rest["items"][0].GetProperty("findings")[0].GetProperty("code").GetString(),
            Is.EqualTo("government_hospital_for_profit")
        );
        (await _company.Api.Post($"/consultations/{booked.Id}/move", new { slotId = first })).Expect(
            409,
            "wrong_consultation_status"
        );
    }

    [Test]
    public async Task The_mails_carry_one_appointment_that_moves_and_is_taken_back()
    {
        var first = await _organizer.Slot(_host, _session);
        var second = await _organizer.Slot(_host, _session, days: 5);
        await _host.DeliverMails();

        var id = (await _company.Api.Book(_held, first)).Expect(201).Id;
        var booked = await _host.DeliverMails();
        (await _company.Api.Post($"/consultations/{id}/move", new { slotId = second })).Expect(200);
        var moved = await _host.DeliverMails();
        (await _company.Api.Post($"/consultations/{id}/cancel")).Expect(200);
        var cancelled = await _host.DeliverMails();

        var toCompany = await IcsJudge.Read([ToCompany(booked), ToCompany(moved), ToCompany(cancelled)]);
        Assert.That(
            toCompany.Select(file => file.GetProperty("method").GetString()),
            Is.EqualTo(["REQUEST", "REQUEST", "CANCEL"])
        );
        var events = toCompany.Select(file => file.GetProperty("events")[0]).ToArray();
        Assert.That(
            events.Select(one => one.GetProperty("uid").GetString()),
            Is.All.EqualTo($"{id}@seats.example.com")
        );
        Assert.That(events.Select(one => one.GetProperty("sequence").GetInt64()), Is.EqualTo([0L, 1L, 2L]));
        Assert.That(
            events[0].GetProperty("begins").GetString(),
            Is.Not.EqualTo(events[1].GetProperty("begins").GetString())
        );
        // The advisor's two slots: one was taken and left, the other likewise.
        Assert.That(moved.Count(mail => mail.Headers["To"].Contains("advisor@example.com")), Is.EqualTo(2));

        string ToCompany(List<ReceivedMail> mails) =>
            mails.Single(mail => mail.Headers["To"].Contains(_company.Email)).Calendar!;
    }

    [Test]
    public async Task The_calendar_file_is_its_companys_own()
    {
        var id = (await _company.Api.Book(_held, await _organizer.Slot(_host, _session))).Expect(201).Id;
        var other = await _host.Given.VettedCompany();

        var file = (await _company.Api.Get($"/consultations/{id}/calendar")).Expect(200);
        Assert.That(file.MediaType, Is.EqualTo("text/calendar"));
        var read = (await IcsJudge.Read(file.Text)).Single();
        Assert.That(read.GetProperty("method").GetString(), Is.EqualTo("PUBLISH"));

        foreach (var path in new[] { "", "/drafts", "/calendar" })
            (await other.Api.Get($"/consultations/{id}{path}")).Expect(404, "not_found");
        (await other.Api.Post($"/consultations/{id}/cancel")).Expect(404, "not_found");
        (await other.Api.Get($"/sessions/{_session}/consultation-slots")).Expect(404, "not_found");
        (await _company.Api.Draft(id)).Expect(403, "forbidden");
        Assert.That((await other.Api.Get("/consultations")).Expect(200)["items"].GetArrayLength(), Is.Zero);
        Assert.That((await _organizer.Get("/consultations?status=booked"))["items"].GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task What_is_taken_past_withdrawn_or_elsewhere_is_not_booked()
    {
        var slot = await _organizer.Slot(_host, _session);
        var soon = await _organizer.Slot(_host, _session, days: 1);
        var withdrawn = await _organizer.Slot(_host, _session);
        var elsewhere = await _organizer.Slot(_host, await _host.Given.PublishedSession());
        (await _organizer.Delete($"/consultation-slots/{withdrawn}")).Expect(204);
        var other = await _host.Given.VettedCompany();
        var others = await _host.Given.Hold(other, _session);
        (await other.Api.Book(others, slot)).Expect(201);

        (await _company.Api.Book(_held, slot)).Expect(409, "slot_taken");
        (await _company.Api.Book(_held, withdrawn)).Expect(409, "slot_past");
        (await _company.Api.Book(_held, elsewhere)).Expect(404, "not_found");
        (await _company.Api.Book(_held, "none")).Expect(422, "invalid_fields");
        (await _organizer.Delete($"/consultation-slots/{slot}")).Expect(409, "slot_taken");
        (await other.Api.Book(others, soon)).Expect(409, "consultation_exists");
        _host.Time.Advance(Duration.FromMinutes(36));
        (await _company.Api.Book(_held, soon)).Expect(409, "hold_lapsed");
    }

    [Test]
    public async Task A_reservation_that_ends_gives_its_slot_back()
    {
        var slot = await _organizer.Slot(_host, _session);
        var id = (await _company.Api.Book(_held, slot)).Expect(201).Id;
        _host.Time.Advance(Duration.FromMinutes(36));
        await new SweepReservations(_host.Data).RunOnce(_host.Time.Now);

        Assert.That((await _organizer.Get($"/consultations/{id}"))["status"].GetString(), Is.EqualTo("cancelled"));
        var again = await _host.Given.Hold(_company, _session);
        (await _company.Api.Book(again, slot)).Expect(201);
        (await _company.Api.Cancel(again)).Expect(200);
        var other = await _host.Given.VettedCompany();
        (await other.Api.Book(await _host.Given.Hold(other, _session), slot)).Expect(201);
    }

    [Test]
    public async Task Where_it_is_required_the_talk_comes_before_the_money_and_the_seat_is_kept_for_it()
    {
        await _host.DisposeAsync();
        _host = await TestHost.Create(("CLOSEDDOOR_CONSULTATION_REQUIRED", "true"));
        await Begin();
        (await _company.Api.ChooseTransfer(_held)).Expect(409, "consultation_needed");
        (await _host.DeliverOneMail()).AssertSays(
            "须先完成线上咨询",
            "An online consultation comes before the payment"
        );

        var id = (await _company.Api.Book(_held, await _organizer.Slot(_host, _session))).Expect(201).Id;
        var keptUntil = (await _company.Api.Get($"/reservations/{_held}"))["holdExpiresAt"].GetDateTimeOffset();
        Assert.That(keptUntil - _host.Time.GetUtcNow(), Is.GreaterThan(TimeSpan.FromDays(3)));
        _host.Time.Advance(Duration.FromDays(3) + Duration.FromHours(1));
        (await _company.Api.ChooseTransfer(_held)).Expect(409, "consultation_needed");

        (await _organizer.Draft(id)).Expect(201);
        (await _organizer.Post($"/consultations/{id}/finish")).Expect(200);
        var payment = (await _company.Api.ChooseTransfer(_held)).Expect(201).Id;
        (await _organizer.Receive(_host, payment)).Expect(200);
        Assert.That(await _host.StatusOf(_held), Is.EqualTo("confirmed"));
    }

    [Test]
    public async Task Who_has_cancelled_moves_nowhere_and_takes_no_slot_along()
    {
        var (slot, free) = (await _organizer.Slot(_host, _session), await _organizer.Slot(_host, _session, days: 20));
        var id = (await _company.Api.Book(_held, slot)).Expect(201).Id;
        Task<Reply> MoveTo(string to) => _company.Api.Post($"/consultations/{id}/move", new { slotId = to });
        (await MoveTo(slot)).Expect(409, "slot_taken");
        (await _company.Api.Post($"/consultations/{id}/cancel")).Expect(200);

        (await MoveTo(free)).Expect(409, "wrong_consultation_status");
        (await _company.Api.Post($"/consultations/{id}/cancel")).Expect(409, "wrong_consultation_status");
        (await _organizer.Draft(id)).Expect(409, "wrong_consultation_status");
        (await _organizer.Post($"/consultations/{id}/finish")).Expect(409, "wrong_consultation_status");

        foreach (var one in new[] { slot, free })
        {
            var other = await _host.Given.VettedCompany();
            (await other.Api.Book(await _host.Given.Hold(other, _session), one)).Expect(201);
        }
    }

    [Test]
    public async Task A_seat_whose_time_is_over_is_not_brought_back_by_moving_the_talk()
    {
        await _host.DisposeAsync();
        _host = await TestHost.Create(("CLOSEDDOOR_CONSULTATION_REQUIRED", "true"));
        await Begin();
        var id = (await _company.Api.Book(_held, await _organizer.Slot(_host, _session))).Expect(201).Id;
        var later = await _organizer.Slot(_host, _session, 20);
        _host.Time.Advance(Duration.FromDays(10));

        (await _company.Api.Post($"/consultations/{id}/move", new { slotId = later })).Expect(409, "hold_lapsed");
    }

    [Test]
    public async Task Money_that_was_asked_for_counts_even_when_the_requirement_comes_later()
    {
        var payment = (await _company.Api.ChooseTransfer(_held)).Expect(201).Id;
        await using var stricter = _host.Another(("CLOSEDDOOR_CONSULTATION_REQUIRED", "true"));

        (await stricter.As(_organizer.Token!).Receive(_host, payment)).Expect(200);

        Assert.That(await _host.StatusOf(_held), Is.EqualTo("confirmed"));
    }

    async Task<string?[]> States() =>
        [
            .. (await _company.Api.Get($"/sessions/{_session}/consultation-slots"))
                .Expect(200)["items"]
                .EnumerateArray()
                .Select(slot => slot.GetProperty("state").GetString()),
        ];
}
