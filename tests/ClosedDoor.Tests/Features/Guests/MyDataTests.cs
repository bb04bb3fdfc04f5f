using ClosedDoor.Domain;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Delegates;
using ClosedDoor.Tests.Features.Door;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform;
using ClosedDoor.Tests.Platform.Calendars;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Guests;

/// <summary>What a guest reads and corrects of what is kept, by the link alone.</summary>
public class MyDataTests : SeatDesk
{
    [Test]
    public async Task Whose_number_it_is_cannot_be_guessed_by_correcting_the_own()
    {
        var (guestId, _, guest) = await _host.AcceptedGuest(_organizer, _session);
        var (otherId, _, _) = await _host.AcceptedGuest(_organizer, _session);
        var taken = (await _organizer.Get($"/guests/{otherId}"))["phone"].GetString();

        var tries = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => guest.Patch("/invitation/data", new { phone = taken }))
        );

        Assert.That(tries.Count(one => one.Status == 422), Is.EqualTo(3));
        Assert.That(tries.Count(one => one.Status == 429), Is.EqualTo(3));
        Assert.That(tries.First(one => one.Status == 422)["code"].GetString(), Is.EqualTo("invalid_fields"));
        (await guest.Patch("/invitation/data", new { phone = "13900009999" })).Expect(429, "too_many_requests");
        (await guest.Patch("/invitation/data", new { name = "示例嘉宾改" })).Expect(200);
        Assert.That(
            await _host.Query<long>(
                "SELECT COUNT(*) FROM audit WHERE chain = @guestId AND action = 'guest.contact_refused'",
                new { guestId }
            ),
            Is.EqualTo(3)
        );

        _host.Time.Advance(Duration.FromDays(1) + Duration.FromSeconds(1));
        var kept = (await guest.Patch("/invitation/data", new { phone = "13900009999" })).Expect(200);
        Assert.That(kept.Text, Does.Contain("13900009999"));
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

    [Test]
    public async Task A_guest_copies_and_corrects_the_data_and_cannot_raise_the_rank()
    {
        var hospital = await _organizer.Hospital();
        var director = await _organizer.Director("department_head", hospital.Id);
        var guest = await _host.GuestOf(_organizer, await _organizer.Invite(_session, director));
        (await guest.Agree(ConsentKind.Photo)).Expect(200);

        var data = (await guest.Get("/invitation/data")).Expect(200);
        Assert.That(data["invitations"].GetArrayLength(), Is.EqualTo(1));
        Assert.That(data["invitations"][0].GetProperty("consents").GetArrayLength(), Is.EqualTo(1));

        var corrected = (
            await guest.Patch("/invitation/data", new { name = "示例更正", post = "president" }, ifMatch: data.ETag)
        ).Expect(200);
        Assert.That(corrected["name"].GetString(), Is.EqualTo("示例更正"));
        Assert.That(corrected["post"].GetString(), Is.EqualTo("department_head"));
        (await guest.Patch("/invitation/data", new { phone = "123" })).Expect(422, "invalid_fields");
    }
}
