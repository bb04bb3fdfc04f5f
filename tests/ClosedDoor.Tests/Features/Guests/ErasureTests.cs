using ClosedDoor.Domain;
using ClosedDoor.Features.Guests;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Delegates;
using ClosedDoor.Tests.Features.Door;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform;
using ClosedDoor.Tests.Platform.Calendars;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Guests;

/// <summary>What a guest may have by the link alone: a copy of everything, and to be forgotten.</summary>
public class ErasureTests
{
    TestHost _host = null!;
    ApiClient _organizer = null!;
    TestCompany _company = null!;
    string _session = null!;
    string _seat = null!;

    [SetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _organizer = await _host.Given.Owner();
        _company = await _host.Given.VettedCompany();
        _session = await _host.Given.PublishedSession();
        _seat = await _host.Confirmed(_company, _session);
    }

    [TearDown]
    public async Task Stop()
    {
        await Races.Books.AuditIsWhole(_host);
        await _host.DisposeAsync();
    }

    static string[] Cancelled(IEnumerable<ReceivedMail> mails) =>
        [
            .. mails
                .Select(mail => mail.Calendar)
                .OfType<string>()
                .Where(text => text.Contains("METHOD:CANCEL", StringComparison.Ordinal)),
        ];

    [Test]
    public async Task A_guest_is_forgotten_by_the_link_at_once_and_the_day_leaves_the_calendar()
    {
        var (guestId, invitation, guest) = await _host.AcceptedGuest(_organizer, _session);
        var data = (await guest.Get("/invitation/data")).Expect(200);
        var (name, email) = (data["name"].GetString()!, data["email"].GetString()!);
        (await _organizer.Post($"/sessions/{_session}/tickets")).Expect(200);
        await _host.DeliverMails();
        (await guest.Delete("/invitation/data", ifMatch: "\"0\"")).Expect(412, "stale_version");

        (await guest.Delete("/invitation/data", ifMatch: data.ETag)).Expect(204);

        (await guest.Get("/invitation")).Expect(401);
        (await guest.Delete("/invitation/data")).Expect(401);
        var left = (await _organizer.Get($"/guests/{guestId}")).Expect(200);
        Assert.That((left["name"].GetString(), left["email"].GetString()), Is.EqualTo(("", (string?)null)));
        Assert.That(
            (await _organizer.Get($"/invitations/{invitation}"))["status"].GetString(),
            Is.EqualTo("withdrawn")
        );
        var mail = (await _host.DeliverMails()).Single(one => one.Calendar is not null);
        Assert.That(mail.PlainText, Does.Contain(name).And.Not.Contain("示例会场"));
        Assert.That(mail.Calendar, Does.Contain("METHOD:CANCEL").And.Contain("SEQUENCE:1").And.Contain(email));
        Assert.That((await IcsJudge.Read([mail.Calendar!]))[0].GetProperty("events").GetArrayLength(), Is.EqualTo(1));
        // The address went with the mail.
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM calendar_end"), Is.Zero);
        Assert.That(
            await _host.Query<long>("SELECT COUNT(*) FROM outbox WHERE body LIKE '%' || @email || '%'", new { email }),
            Is.Zero
        );
    }

    [Test]
    public async Task Who_had_no_appointment_or_was_there_already_gets_no_cancellation()
    {
        var (_, _, early) = await _host.AcceptedGuest(_organizer, _session);
        (await early.Delete("/invitation/data")).Expect(204);
        var (_, _, late) = await _host.AcceptedGuest(_organizer, _session);
        (await _organizer.Post($"/sessions/{_session}/tickets")).Expect(200);
        await _host.DeliverMails();
        _host.Time.Advance(Duration.FromDays(29));

        (await late.Delete("/invitation/data")).Expect(204);

        Assert.That(Cancelled(await _host.DeliverMails()), Is.Empty);
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM calendar_end"), Is.Zero);
    }

    [Test]
    public async Task An_address_that_no_mail_reaches_goes_after_a_week()
    {
        var (_, _, guest) = await _host.AcceptedGuest(_organizer, _session);
        (await _organizer.Post($"/sessions/{_session}/tickets")).Expect(200);
        (await guest.Delete("/invitation/data")).Expect(204);
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM calendar_end"), Is.EqualTo(1));

        _host.Time.Advance(Duration.FromDays(8));
        await new ForgetOldGuests(_host.Data, _host.Get<Settings>(), _host.Get<KnownTokens>()).RunOnce(_host.Time.Now);

        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM calendar_end"), Is.Zero);
        Assert.That(Cancelled(await _host.DeliverMails()), Is.Empty);
    }

    [Test]
    public async Task A_replaced_delegate_has_the_day_taken_back_and_the_one_who_stays_does_not()
    {
        var (_, _, people) = await _host.TwoComers(_organizer, _company, _seat, _session);
        await _host.DeliverMails();
        var calendar = (await people[0].Get("/delegate/calendar")).Expect(200);
        Assert.That(calendar.Text, Does.Contain("METHOD:PUBLISH").And.Contain("SEQUENCE:0"));
        var stays = (await _company.Api.Get($"/reservations/{_seat}/delegates"))["items"][1];

        (
            await _company.Api.Put(
                $"/reservations/{_seat}/delegates",
                new object[]
                {
                    new
                    {
                        name = stays.GetProperty("name").GetString(),
                        jobTitle = "总监",
                        phone = stays.GetProperty("phone").GetString(),
                        email = stays.GetProperty("email").GetString(),
                    },
                }
            )
        ).Expect(200);

        var cancelled = Cancelled(await _host.DeliverMails());
        Assert.That(cancelled, Has.Length.EqualTo(1));
        Assert.That(cancelled[0], Does.Contain("SEQUENCE:1").And.Contain("示例甲"));
        var uid = calendar.Text.Split('\n').Single(line => line.StartsWith("UID", StringComparison.Ordinal)).Trim();
        Assert.That(cancelled[0], Does.Contain(uid), "it is the same appointment");
        var read = await IcsJudge.Read([calendar.Text, cancelled[0]]);
        Assert.That(read.Select(file => file.GetProperty("method").GetString()), Is.EqualTo(["PUBLISH", "CANCEL"]));
        Assert.That((await people[0].Get("/delegate/calendar")).Status, Is.AnyOf(401, 404));
        (await people[1].Get("/delegate/calendar")).Expect(200);
    }

    [Test]
    public async Task The_copy_holds_all_that_was_written_down_about_the_guest_and_nothing_of_others()
    {
        var (guestId, invitation, guest) = await _host.AcceptedGuest(_organizer, _session);
        var (_, otherInvitation, other) = await _host.AcceptedGuest(_organizer, _session);
        (
            await guest.Put(
                "/invitation/conflicts",
                new[]
                {
                    new
                    {
                        companyId = _company.Id,
                        kinds = new[] { "family" },
                        note = "示例说明",
                    },
                }
            )
        ).Expect(200);
        (await guest.Put("/invitation/preferences", new[] { new { id = _company.Id, wish = "recuse" } })).Expect(200);
        (
            await guest.Put(
                "/invitation/match-profile",
                new
                {
                    specialties = new[] { "03" },
                    deviceClasses = Array.Empty<string>(),
                    models = Array.Empty<string>(),
                    automatic = false,
                }
            )
        ).Expect(200);
        (
            await _company.Api.Put(
                $"/reservations/{_seat}/conflicts",
                new[]
                {
                    new
                    {
                        invitationId = invitation,
                        kinds = new[] { "equity" },
                        note = "企业的话",
                    },
                }
            )
        ).Expect(200);
        foreach (var one in new[] { invitation, otherInvitation })
        {
            (
                await _organizer.Post(
                    $"/sessions/{_session}/endorsements",
                    new
                    {
                        invitationId = one,
                        companyId = _company.Id,
                        statement = one == invitation ? "我的话" : "别人的话",
                    }
                )
            ).Expect(201);
            await _host.Tamper(
                """
                INSERT INTO benefit (id, session_id, invitation_id, kind, amount, currency, payer_name, payer_uscc, recorded_by, recorded_at, version)
                VALUES (@id, @_session, @one, 'travel', @amount, 'CNY', '示例学会', 'x', 'test', 1, 1)
                """,
                new
                {
                    id = TypeId.New("ben", _host.Time.Now),
                    _session,
                    one,
                    amount = one == invitation ? 86_000L : 99_999L,
                }
            );
        }
        await _host.Tamper(
            """
            INSERT INTO meeting (id, session_id, company_id, invitation_id, begins_at, ends_at, table_number, status, frozen,
                sequence, changed_at, version)
            VALUES (@id, @_session, @company, @invitation, 1, 2, 7, 'held', 0, 0, 1, 1)
            """,
            new
            {
                id = TypeId.New("mtg", _host.Time.Now),
                _session,
                company = _company.Id,
                invitation,
            }
        );
        (await _organizer.Post($"/sessions/{_session}/tickets")).Expect(200);
        var device = await _host.Device(_organizer, _session);
        var before = (await guest.Get("/invitation/data")).Expect(200).ETag;
        _host.Time.Advance(Duration.FromDays(28));
        Assert.That((await device.Scan(await guest.Ticket(), "a")).Result(), Is.EqualTo("admitted"));

        var copy = (await guest.Get("/invitation/data")).Expect(200);

        Assert.That(copy.ETag, Is.Not.EqualTo(before), "another record is another copy");
        Assert.That(
            copy["records.benefits"][0].GetProperty("amount").GetProperty("amount").GetInt64(),
            Is.EqualTo(86_000)
        );
        Assert.That(copy["records.checkIns"].GetArrayLength(), Is.EqualTo(1));
        Assert.That(copy["records.endorsements"][0].GetProperty("statement").GetString(), Is.EqualTo("我的话"));
        Assert.That(copy["records.conflicts"][0].ToString(), Does.Contain("family").And.Contain("示例说明"));
        Assert.That(copy["records.meetings"][0].ToString(), Does.Contain(_company.Name).And.Contain("\"table\":7"));
        Assert.That(copy["records.wishes"][0].GetProperty("wish").GetString(), Is.EqualTo("recuse"));
        Assert.That(copy["records.matchings"][0].GetProperty("automatic").GetBoolean(), Is.False);
        Assert.That(copy.Text, Does.Not.Contain("别人的话").And.Not.Contain("99999").And.Not.Contain("企业的话"));
        Assert.That((await other.Get("/invitation/data")).Text, Does.Not.Contain("我的话"));

        (await guest.Delete("/invitation/data")).Expect(204);
        Assert.That(
            await _host.Query<long>(
                "SELECT COUNT(*) FROM conflict_declaration WHERE guest_id = @guestId AND note IS NOT NULL",
                new { guestId }
            ),
            Is.Zero
        );
    }
}
