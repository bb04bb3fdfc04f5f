using System.Text.Json;
using ClosedDoor.Domain;
using ClosedDoor.Tests.Features.Guests;
using ClosedDoor.Tests.Given;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Invitations;

public class ConsentTests
{
    TestHost _host = null!;
    ApiClient _organizer = null!;
    string _session = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _organizer = await _host.Given.Owner();
        _session = await _host.Given.PublishedSession();
        (await _organizer.Patch($"/sessions/{_session}/quorum", new { expertsMost = 100 })).Expect(200);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await Races.Books.AuditIsWhole(_host);
        await _host.DisposeAsync();
    }

    async Task<ApiClient> Guest() =>
        await _host.GuestOf(_organizer, await _organizer.Invite(_session, await _organizer.Expert()));

    static JsonElement Of(Reply reply, string kind) =>
        reply["consents"].EnumerateArray().Single(one => one.GetProperty("kind").GetString() == kind);

    static Task<Reply> Give(ApiClient guest, ConsentKind kind) =>
        guest.Post("/invitation/consents", new { kind, textSha256 = ConsentText.Of(kind).Sha256 });

    [Test]
    public async Task A_consent_is_given_in_the_words_that_were_shown_and_taken_back([Values] ConsentKind kind)
    {
        var guest = await Guest();
        var shown = Of(await guest.Get("/invitation"), kind.Word());
        Assert.That(shown.GetProperty("textSha256").GetString(), Is.EqualTo(ConsentText.Of(kind).Sha256));

        var given = Of((await Give(guest, kind)).Expect(200), kind.Word());
        Assert.That(given.GetProperty("given").GetBoolean(), Is.True);
        Assert.That(given.GetProperty("givenSha256").GetString(), Is.EqualTo(ConsentText.Of(kind).Sha256));
        Assert.That(given.GetProperty("givenAt").GetString(), Is.Not.Null);

        var withdrawn = Of((await guest.Delete($"/invitation/consents/{kind.Word()}")).Expect(200), kind.Word());
        Assert.That(withdrawn.GetProperty("given").GetBoolean(), Is.False);
        Assert.That(withdrawn.GetProperty("withdrawnAt").GetString(), Is.Not.Null);

        Assert.That(Of((await Give(guest, kind)).Expect(200), kind.Word()).GetProperty("given").GetBoolean(), Is.True);
    }

    [Test]
    public async Task Other_words_than_those_in_force_are_refused()
    {
        var guest = await Guest();

        (await guest.Post("/invitation/consents", new { kind = "photo", textSha256 = new string('0', 64) })).Expect(
            409,
            "consent_text_changed"
        );
        (await guest.Post("/invitation/consents", new { kind = "photo" })).Expect(422, "invalid_fields");
        (await guest.Delete("/invitation/consents/marketing")).Expect(404);
    }

    [Test]
    public async Task A_consent_can_be_taken_back_after_declining_and_none_given()
    {
        var guest = await Guest();
        (await Give(guest, ConsentKind.Photo)).Expect(200);
        (await guest.Post("/invitation/decline")).Expect(200);

        (await Give(guest, ConsentKind.Naming)).Expect(409, "wrong_invitation_status");
        (await guest.Delete("/invitation/consents/photo")).Expect(200);
    }

    [Test]
    public async Task A_guest_copies_and_corrects_the_data_and_cannot_raise_the_rank()
    {
        var hospital = await _organizer.Hospital();
        var director = await _organizer.Director("department_head", hospital.Id);
        var guest = await _host.GuestOf(_organizer, await _organizer.Invite(_session, director));
        (await Give(guest, ConsentKind.Photo)).Expect(200);

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

    [Test]
    public async Task A_forgotten_guest_leaves_counts_and_no_trace_of_who()
    {
        var session = await _host.Given.PublishedSession();
        var expert = await _organizer.Expert();
        var guestName = (await _organizer.Get($"/guests/{expert}"))["name"].GetString()!;
        var invitation = await _organizer.Invite(session, expert);
        var substitute = await _organizer.Substitute(session, await _organizer.Expert());
        var guest = await _host.GuestOf(_organizer, invitation);
        (
            await guest.Post(
                "/invitation/accept",
                new { availability = new[] { new { from = "09:00", to = "10:00" } } }
            )
        ).Expect(200);

        var forgotten = (await _organizer.Post($"/guests/{expert}/forget")).Expect(200);

        Assert.That(forgotten["name"].GetString(), Is.Empty);
        Assert.That(forgotten["phone"].ValueKind, Is.EqualTo(JsonValueKind.Null));
        (await guest.Get("/invitation")).Expect(401);
        Assert.That(
            (await _organizer.Get($"/invitations/{invitation}"))["status"].GetString(),
            Is.EqualTo("withdrawn")
        );
        Assert.That((await _organizer.Get($"/invitations/{substitute}"))["status"].GetString(), Is.EqualTo("invited"));
        Assert.That(
            (await _organizer.Get($"/sessions/{session}/invitations"))["items"].GetArrayLength(),
            Is.EqualTo(2)
        );
        foreach (var column in new[] { "before", "after" })
            Assert.That(
                await _host.Query<long>(
                    $"SELECT COUNT(*) FROM audit WHERE {column} LIKE '%' || @guestName || '%'",
                    new { guestName }
                ),
                Is.Zero
            );
        (await _organizer.Post($"/guests/{expert}/forget")).Expect(409, "guest_forgotten");
        (await _organizer.Patch($"/guests/{expert}", new { name = "示例" })).Expect(409, "guest_forgotten");
        (await _organizer.Post($"/sessions/{session}/invitations", new { guestIds = new[] { expert } })).Expect(
            409,
            "guest_forgotten"
        );
    }
}
