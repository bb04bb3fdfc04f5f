using System.Text.Json;
using ClosedDoor.Domain;
using ClosedDoor.Tests.Features.Guests;
using ClosedDoor.Tests.Given;
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

    [Test]
    public async Task A_consent_is_given_in_the_words_that_were_shown_and_taken_back([Values] ConsentKind kind)
    {
        var guest = await Guest();
        var shown = Of(await guest.Get("/invitation"), kind.Word());
        Assert.That(shown.GetProperty("textSha256").GetString(), Is.EqualTo(ConsentText.Of(kind).Sha256));

        var given = Of((await guest.Agree(kind)).Expect(200), kind.Word());
        Assert.That(given.GetProperty("given").GetBoolean(), Is.True);
        Assert.That(given.GetProperty("givenSha256").GetString(), Is.EqualTo(ConsentText.Of(kind).Sha256));
        Assert.That(given.GetProperty("givenAt").GetString(), Is.Not.Null);

        var withdrawn = Of((await guest.Delete($"/invitation/consents/{kind.Word()}")).Expect(200), kind.Word());
        Assert.That(withdrawn.GetProperty("given").GetBoolean(), Is.False);
        Assert.That(withdrawn.GetProperty("withdrawnAt").GetString(), Is.Not.Null);

        Assert.That(Of((await guest.Agree(kind)).Expect(200), kind.Word()).GetProperty("given").GetBoolean(), Is.True);
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
        (await guest.Agree(ConsentKind.Photo)).Expect(200);
        (await guest.Post("/invitation/decline")).Expect(200);

        (await guest.Agree(ConsentKind.Naming)).Expect(409, "wrong_invitation_status");
        (await guest.Delete("/invitation/consents/photo")).Expect(200);
    }
}
