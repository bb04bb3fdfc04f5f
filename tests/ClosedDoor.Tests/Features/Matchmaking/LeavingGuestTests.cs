using ClosedDoor.Features.Guests;
using ClosedDoor.Features.Matchmaking;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Matchmaking;

/// <summary>What mails and calendars are told when guests decline or are erased after the publication.</summary>
public class LeavingGuestTests : MeetingMailbox
{
    [Test]
    public async Task A_guest_who_declines_after_all_is_told_too()
    {
        await _room.HavePublished();

        (await _room.Guests[0].Api.Post("/invitation/decline")).Expect(200);
        var entries = await Entries((await _room.Mails()).Where(mail => mail.Calendars.Count > 0));

        Assert.That(entries.Select(entry => entry.Method).Distinct(), Is.EqualTo(["CANCEL"]));
        Assert.That(entries.Select(entry => entry.To).Distinct().Count(), Is.EqualTo(4));
        Assert.That(await _room.Meetings(), Has.Count.EqualTo(6));
    }

    [Test]
    public async Task A_guest_who_erases_everything_has_the_meetings_taken_out_of_the_calendar_first()
    {
        await _room.HavePublished();
        var guest = _room.Guests[0].Api;
        var (name, email) = await NameAndEmail(guest);

        (await guest.Delete("/invitation/data")).Expect(204);
        var mails = await _room.Mails();

        var own = mails.Single(mail => mail.Headers["To"].Contains(email));
        Assert.That(own.PlainText, Does.Contain(name));
        Assert.That((await Entries([own])).Select(entry => entry.Method), Is.EqualTo(["CANCEL", "CANCEL", "CANCEL"]));
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM agenda_end"), Is.Zero, "the address went with it");
        Assert.That(
            await _host.Query<long>("SELECT COUNT(*) FROM outbox WHERE body LIKE '%' || @email || '%'", new { email }),
            Is.Zero
        );
        Assert.That(await _room.Meetings(), Has.Count.EqualTo(6));
    }

    [Test]
    public async Task A_guest_who_declines_and_erases_everything_before_the_mail_is_out_still_has_the_meetings_taken_out()
    {
        await _room.HavePublished();
        var guest = _room.Guests[0].Api;
        var (_, email) = await NameAndEmail(guest);

        (await guest.Post("/invitation/decline")).Expect(200);
        (await guest.Delete("/invitation/data")).Expect(204);
        var own = (await _room.Mails()).Single(mail => mail.Headers["To"].Contains(email));

        Assert.That(own.Calendars, Has.Count.EqualTo(3).And.All.Contains("METHOD:CANCEL"));
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM agenda_end"), Is.Zero, "the address went with it");
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_meeting_that_was_off_before_its_guest_left_is_taken_out_too_where_the_mail_still_waited(
        bool erases
    )
    {
        await _room.HavePublished();
        _host.Time.Advance(Duration.FromMinutes(5));
        var guest = _room.Guests[0].Api;
        var (_, email) = await NameAndEmail(guest);

        (await _room.Companies[0].Company.Api.Cancel(_room.Companies[0].ReservationId)).Expect(200);
        _host.Time.Advance(Duration.FromMinutes(5)); // While the mail server is away.
        if (erases)
            (await guest.Delete("/invitation/data")).Expect(204);
        else
            (await guest.Post("/invitation/decline")).Expect(200);
        var mails = (await _room.Mails()).Where(mail => mail.Calendars.Count > 0).ToList();

        var own = mails.Single(mail => mail.Headers["To"].Contains(email));
        Assert.That(own.Calendars, Has.Count.EqualTo(3).And.All.Contains("METHOD:CANCEL"));
        // The companies that go on are told of what they have lost, and of nothing that was off before.
        var companies = mails.Where(mail => mail.PlainText.Contains("/reservations/")).ToList();
        Assert.That(companies.Select(mail => mail.Calendars.Count).Order(), Is.EqualTo([1, 1, 3]));
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM agenda_end"), Is.Zero, "the address went with it");
    }

    [Test]
    public async Task An_erased_guest_whose_session_was_called_off_before_has_the_meetings_taken_out_all_the_same()
    {
        await _room.HavePublished();
        _host.Time.Advance(Duration.FromMinutes(5));
        var guest = _room.Guests[0].Api;
        var (_, email) = await NameAndEmail(guest);

        (await _room.Organizer.Post($"/sessions/{_room.SessionId}/cancel")).Expect(200);
        (await guest.Delete("/invitation/data")).Expect(204);

        var own = (await _room.Mails()).Where(mail => mail.Headers["To"].Contains(email)).ToList();
        Assert.That(
            own.SelectMany(mail => mail.Calendars).ToList(),
            Has.Count.EqualTo(3).And.All.Contains("METHOD:CANCEL")
        );
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM agenda_end"), Is.Zero, "the address went with it");
    }

    [Test]
    public async Task A_guest_who_erases_everything_on_the_day_is_in_no_meeting_that_is_still_to_come()
    {
        await _room.HavePublished();
        var first = (await _room.Meetings())[0];
        var (invitation, guest) = _room.Guests.Single(one => one.InvitationId == first.Guest.InvitationId);
        var (_, email) = await NameAndEmail(guest);
        _host.Time.Advance(first.BeginsAt + Duration.FromMinutes(1) - _host.Time.Now);

        (await guest.Delete("/invitation/data")).Expect(204);

        var entries = await Entries((await _room.Mails()).Where(mail => mail.Calendars.Count > 0));
        Assert.That(entries.Select(entry => entry.Method).Distinct(), Is.EqualTo(["CANCEL"]));
        Assert.That(entries.Count(entry => entry.To.Contains(email)), Is.EqualTo(2));
        Assert.That(entries, Has.Count.EqualTo(4), "and each of the two companies");
        Assert.That(Own(await _room.Meetings()).Select(one => one.Id), Is.EqualTo([first.Id]));
        await _room.Publish(await _room.Draft());
        Assert.That(Own(await _room.Meetings()).Select(one => one.Id), Is.EqualTo([first.Id]));

        List<MeetingView> Own(IEnumerable<MeetingView> meetings) =>
            [.. meetings.Where(one => one.Guest.InvitationId == invitation)];
    }

    [Test]
    public async Task An_erased_guests_address_that_no_mail_reaches_goes_after_a_week()
    {
        await _room.HavePublished();
        (await _room.Guests[0].Api.Delete("/invitation/data")).Expect(204);
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM agenda_end"), Is.EqualTo(1));

        var forget = new ForgetOldGuests(_host.Data, _host.Get<Settings>(), _host.Get<KnownTokens>());
        await forget.RunOnce(_host.Time.Now + Duration.FromDays(8));

        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM agenda_end"), Is.Zero);
    }

    static async Task<(string Name, string Email)> NameAndEmail(ApiClient guest)
    {
        var data = (await guest.Get("/invitation/data")).Expect(200);
        return (data["name"].GetString()!, data["email"].GetString()!);
    }
}
