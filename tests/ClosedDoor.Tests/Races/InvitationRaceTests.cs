using ClosedDoor.Domain;
using ClosedDoor.Tests.Features.Guests;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Races;

/// <summary>
/// A link used on two devices at once, yes against no, and substitutes against each other. The controls do the same
/// without the session's lock and without the old state in WHERE: they must break what the tests find whole.
/// </summary>
public class InvitationRaceTests
{
    const int Rounds = 12;

    TestHost _host = null!;
    ApiClient _organizer = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _organizer = await _host.Given.Owner();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await Books.AuditIsWhole(_host);
        await _host.DisposeAsync();
    }

    Task<long> Recorded(string invitation, string action) =>
        _host.Query<long>(
            "SELECT COUNT(*) FROM audit WHERE subject = @invitation AND action = @action",
            new { invitation, action }
        );

    [Test]
    public async Task A_link_that_is_used_many_times_at_once_opens_once()
    {
        var session = await _host.Given.PublishedSession();
        var invitation = await _organizer.Invite(session, await _organizer.Expert());
        var guest = await _host.GuestOf(_organizer, invitation);

        var replies = await Race.Run(8, _ => guest.Get("/invitation"));

        Assert.That(replies.Select(reply => reply.Status), Is.All.EqualTo(200));
        Assert.That(
            replies.Select(reply => reply["status"].GetString()),
            Is.All.EqualTo("opened"),
            "nobody is shown the state from before the own use"
        );
        Assert.That(await Recorded(invitation, "invitation.opened"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_yes_that_is_sent_many_times_at_once_is_one_yes()
    {
        var session = await _host.Given.PublishedSession();
        var invitation = await _organizer.Invite(session, await _organizer.Expert());
        var guest = await _host.GuestOf(_organizer, invitation);

        var replies = await Race.Run(8, _ => guest.Post("/invitation/accept"));

        Assert.That(replies.Select(reply => reply.Status), Is.All.EqualTo(200));
        Assert.That(await Recorded(invitation, "invitation.accepted"), Is.EqualTo(1));
    }

    [Test]
    public async Task Yes_against_no_ends_in_one_of_them()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var session = await _host.Given.PublishedSession();
            var invitation = await _organizer.Invite(session, await _organizer.Expert());
            var substitute = await _organizer.Substitute(session, await _organizer.Expert());
            var guest = await _host.GuestOf(_organizer, invitation);

            var (yes, no) = await Race.Pair(
                round,
                () => guest.Post("/invitation/accept"),
                () => guest.Post("/invitation/decline")
            );

            // A yes that came first is taken back by the no; a no that came first stands.
            Assert.That(no.Status, Is.EqualTo(200));
            Assert.That(yes.Status, Is.AnyOf(200, 409));
            Assert.That(
                (await _organizer.Get($"/invitations/{invitation}"))["status"].GetString(),
                Is.EqualTo("declined")
            );
            Assert.That(
                (await _organizer.Get($"/invitations/{substitute}"))["status"].GetString(),
                Is.EqualTo("invited")
            );
            Assert.That(await Recorded(substitute, "invitation.invited"), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task A_place_that_is_left_twice_at_once_is_filled_once()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var session = await _host.Given.PublishedSession();
            var invitation = await _organizer.Invite(session, await _organizer.Expert());
            var substitutes = new[]
            {
                await _organizer.Substitute(session, await _organizer.Expert()),
                await _organizer.Substitute(session, await _organizer.Expert()),
            };
            var guest = await _host.GuestOf(_organizer, invitation);

            await Race.Pair(
                round,
                () => guest.Post("/invitation/decline"),
                () => _organizer.Post($"/invitations/{invitation}/withdraw")
            );

            Assert.That(await Invited(substitutes), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task The_last_place_is_given_to_one()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var session = await _host.Given.PublishedSession();
            (await _organizer.Patch($"/sessions/{session}/quorum", new { expertsLeast = 1, expertsMost = 1 })).Expect(
                200
            );
            var (left, right) = (await _organizer.Expert(), await _organizer.Expert());

            var replies = await Race.Pair(round, () => Ask(session, left), () => Ask(session, right));

            Assert.That(
                new[] { replies.Left.Status, replies.Right.Status }.Order(),
                Is.EqualTo([200, 409]),
                $"{replies}"
            );
        }

        Task<Reply> Ask(string session, string guest) =>
            _organizer.Post($"/sessions/{session}/invitations", new { guestIds = new[] { guest } });
    }

    async Task<long> Invited(string[] substitutes)
    {
        var invited = 0L;
        foreach (var substitute in substitutes)
            invited += (await _organizer.Get($"/invitations/{substitute}"))["status"].GetString() == "invited" ? 1 : 0;
        return invited;
    }

    [Test]
    public async Task Control_without_the_lock_a_place_that_is_left_twice_is_filled_twice()
    {
        var session = await _host.Given.PublishedSession();
        var invitation = await _organizer.Invite(session, await _organizer.Expert());
        var substitutes = new[]
        {
            await _organizer.Substitute(session, await _organizer.Expert()),
            await _organizer.Substitute(session, await _organizer.Expert()),
        };
        var meet = new Rendezvous(2);

        await Race.Run(
            2,
            async i =>
            {
                var status = await _host.Query<string>(
                    "SELECT status FROM invitation WHERE id = @invitation",
                    new { invitation }
                );
                await meet.Arrive();
                if (status != "invited")
                    return false;
                await _host.Tamper(
                    "UPDATE invitation SET status = 'declined' WHERE id = @invitation",
                    new { invitation }
                );
                await _host.Tamper(
                    "UPDATE invitation SET status = 'invited' WHERE id = @id",
                    new { id = substitutes[i] }
                );
                return true;
            }
        );

        Assert.That(await Invited(substitutes), Is.EqualTo(2));
    }

    [Test]
    public async Task Control_a_yes_that_names_no_old_state_is_counted_twice()
    {
        var session = await _host.Given.PublishedSession();
        var invitation = await _organizer.Invite(session, await _organizer.Expert());
        var meet = new Rendezvous(2);

        var moved = await Race.Run(
            2,
            async _ =>
            {
                var status = await _host.Query<string>(
                    "SELECT status FROM invitation WHERE id = @invitation",
                    new { invitation }
                );
                await meet.Arrive();
                return Words.Parse<InvitationStatus>(status).After(InvitationTrigger.Accept) is { } to
                    && await _host.Tamper(
                        "UPDATE invitation SET status = @to WHERE id = @invitation",
                        new { invitation, to = to.Word() }
                    ) == 1;
            }
        );

        Assert.That(moved, Is.EqualTo([true, true]));
    }
}
