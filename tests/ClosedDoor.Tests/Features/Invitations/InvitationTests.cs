using ClosedDoor.Platform;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Door;
using ClosedDoor.Tests.Features.Guests;
using ClosedDoor.Tests.Platform;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Invitations;

public class InvitationTests : SessionDesk
{
    [Test]
    public async Task A_guest_is_invited_by_a_mail_with_a_link_that_signs_in()
    {
        var invitation = await _organizer.Invite(_session, await _organizer.Director());

        var mail = await _host.DeliverOneMail();

        var token = mail.PlainText.Split("/invitation#")[1].Split(['\r', '\n'])[0];
        Assert.That(token, Does.Match("^cdl_[A-Za-z0-9_-]{43}$"));
        var me = (await _host.As(token).Get("/me")).Expect(200);
        Assert.That(me["role"].GetString(), Is.EqualTo("guest"));
        Assert.That(me.Id, Is.EqualTo(invitation));
        Assert.That(
            await _host.Query<long>(
                "SELECT COUNT(*) FROM personal_link WHERE token_hash LIKE '%' || @part || '%'",
                new { part = token[4..20] }
            ),
            Is.Zero,
            "hashed at rest"
        );
    }

    [Test]
    public async Task A_link_opens_nothing_but_what_it_is_for()
    {
        var guest = await _host.GuestOf(_organizer, await _organizer.Invite(_session, await _organizer.Expert()));

        foreach (
            var path in new[]
            {
                "/guests",
                "/hospitals",
                "/companies",
                "/reservations",
                "/payments",
                "/vettings",
                $"/sessions/{_session}/invitations",
                "/api-keys",
            }
        )
            (await guest.Get(path)).Expect(403);
        (await guest.Post("/auth/sign-out")).Expect(403);
    }

    [Test]
    public async Task A_link_ends_by_revocation_and_by_time()
    {
        var invitation = await _organizer.Invite(_session, await _organizer.Expert());
        var first = await _host.GuestOf(_organizer, invitation);
        (await first.Get("/me")).Expect(200);
        (await _organizer.Delete($"/invitations/{invitation}/links")).Expect(204);
        (await first.Get("/me")).Expect(401);

        var second = await _host.GuestOf(_organizer, invitation);
        (await second.Get("/me")).Expect(200);
        _host.Time.Advance(Duration.FromDays(28 + 91));
        (await second.Get("/me")).Expect(401);
    }

    [Test]
    public async Task A_link_is_shown_once()
    {
        var invitation = await _organizer.Invite(_session, await _organizer.Expert());

        var first = (await _organizer.Post($"/invitations/{invitation}/links", key: "k1")).Expect(200);
        var again = (await _organizer.Post($"/invitations/{invitation}/links", key: "k1")).Expect(200);

        Assert.That(first["token"].GetString(), Does.StartWith("cdl_"));
        Assert.That(first.Headers["Cache-Control"], Is.EqualTo("no-store"));
        Assert.That(again["token"].ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null));
    }

    [Test]
    public async Task An_under_rank_guest_is_refused_and_nobody_of_the_list_is_invited()
    {
        var good = await _organizer.Director();
        var deputy = await _organizer.Director("deputy_department_head");
        var county = await _organizer.Director(hospitalId: (await _organizer.Hospital("secondary")).Id);

        var refused = (
            await _organizer.Post(
                $"/sessions/{_session}/invitations",
                new { guestIds = new[] { good, deputy, county } }
            )
        ).Expect(409, "guest_under_rank");

        Assert.That(
            refused["errors"].EnumerateObject().Select(error => error.Name),
            Is.EqualTo(["guestIds[1]", "guestIds[2]"])
        );
        Assert.That(
            refused["errors"].EnumerateObject().Select(error => error.Value.GetArrayLength()),
            Is.All.EqualTo(1),
            "each said once"
        );
        Assert.That((await _organizer.Get($"/sessions/{_session}/invitations"))["items"].GetArrayLength(), Is.Zero);
        Assert.That(await _host.DeliverMails(), Is.Empty);
    }

    [Test]
    public async Task Nobody_is_on_the_list_twice()
    {
        var guest = await _organizer.Expert();
        await _organizer.Invite(_session, guest);

        (await _organizer.Post($"/sessions/{_session}/invitations", new { guestIds = new[] { guest } })).Expect(
            409,
            "already_invited"
        );
        (await _organizer.Post($"/sessions/{_session}/invitations", new { guestIds = new[] { guest, guest } })).Expect(
            422,
            "invalid_fields"
        );
    }

    [Test]
    public async Task Invitations_are_listed_in_the_order_of_their_numbers()
    {
        for (var i = 0; i < 3; i++)
            await _organizer.Invite(_session, await _organizer.Expert());

        var first = (await _organizer.Get($"/sessions/{_session}/invitations?limit=2")).Expect(200);
        var rest = await _organizer.Get($"/sessions/{_session}/invitations?cursor={first["nextCursor"].GetString()}");

        Assert.That(
            first["items"]
                .EnumerateArray()
                .Concat(rest["items"].EnumerateArray())
                .Select(one => one.GetProperty("number").GetInt64()),
            Is.EqualTo([1, 2, 3])
        );
        (await _organizer.Get("/sessions/ses_01khws5mbcf5rtnyjcg1a9w9j6/invitations")).Expect(404);
    }

    [Test]
    public async Task Links_go_a_month_after_they_expired()
    {
        var invitation = await _organizer.Invite(_session, await _organizer.Expert());
        await _host.GuestOf(_organizer, invitation);
        var forget = new ForgetExpiredLinks(_host.Data);
        var expires = await _host.Query<long>("SELECT MAX(expires_at) FROM personal_link");
        Task<int> After(int days) =>
            forget.RunOnce(Instant.FromUnixTimeMilliseconds(expires) + Duration.FromDays(days));

        Assert.That(await After(29), Is.Zero);
        Assert.That(await After(31), Is.EqualTo(1));
        Assert.That(await After(31), Is.Zero);
    }
}
