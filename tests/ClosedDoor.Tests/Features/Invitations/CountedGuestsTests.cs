using ClosedDoor.Domain;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Tests.Features.Door;
using ClosedDoor.Tests.Features.Guests;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Invitations;

/// <summary>Who counts, by the rule where guests are read and by SQL where they are counted.</summary>
public class CountedGuestsTests : SessionDesk
{
    [Test]
    public async Task Sql_counts_a_director_of_every_post_and_every_hospital_as_the_rule_does()
    {
        var hospital = (await _organizer.Hospital()).Id;
        var invitation = await Accepted(await _organizer.Director(hospitalId: hospital));

        foreach (var post in Enum.GetValues<Post>().Select(one => one.Word()).Append(null))
        foreach (var level in Enum.GetValues<HospitalLevel>())
        foreach (var grade in Enum.GetValues<HospitalGrade>())
        {
            await _host.Tamper("UPDATE guest SET post = @post WHERE kind = 'hospital_director'", new { post });
            await _host.Tamper(
                "UPDATE hospital SET level = @level, grade = @grade WHERE id = @hospital",
                new
                {
                    hospital,
                    level = level.Word(),
                    grade = grade.Word(),
                }
            );
            await AssertSame(invitation, GuestKind.HospitalDirector);
        }
    }

    [Test]
    public async Task Sql_counts_officials_and_experts_as_the_rule_does()
    {
        var official = await Accepted(await _organizer.Official());
        await AssertSame(official, GuestKind.HealthCommissionOfficial);
        (await _organizer.FileApproval(official)).Expect(200);
        await AssertSame(official, GuestKind.HealthCommissionOfficial);

        await AssertSame(await Accepted(await _organizer.Expert()), GuestKind.ResearchExpert);
    }

    [Test]
    public async Task A_director_whose_hospital_was_downgraded_is_counted_nowhere_and_let_in()
    {
        var hospital = (await _organizer.Hospital()).Id;
        var invitation = await Accepted(await _organizer.Director(hospitalId: hospital));
        (await _organizer.Post($"/sessions/{_session}/tickets")).Expect(200);

        (await _organizer.Patch($"/hospitals/{hospital}", new { grade = "b" })).Expect(200);

        Assert.That(
            (await _host.Anonymous.Get($"/sessions/{_session}"))["guests"].GetProperty("hospitalDirectors").GetInt64(),
            Is.Zero
        );
        Assert.That(
            (await _host.Anonymous.Get($"/sessions/{_session}/guests"))["hospitalDirectors"].GetInt64(),
            Is.Zero
        );
        var ticket = await (await _host.GuestOf(_organizer, invitation)).Ticket();
        _host.Time.Advance(Duration.FromDays(28));
        var device = await _host.Device(_organizer, _session);
        Assert.That((await device.Scan(ticket, "a")).Result(), Is.EqualTo("admitted"));
    }

    async Task<string> Accepted(string guestId)
    {
        var invitation = await _organizer.Invite(_session, guestId);
        (await (await _host.GuestOf(_organizer, invitation)).Post("/invitation/accept")).Expect(200);
        return invitation;
    }

    async Task AssertSame(string invitation, GuestKind kind)
    {
        var row = (await _host.Data.Read(read => InvitationRow.Find(read, invitation)))!;
        var counted = await _host.Query<long>(
            $"SELECT COUNT(*) FROM {InvitationStates.Counted(kind)} WHERE invitation.id = @invitation AND {InvitationStates.Counts(kind)}",
            new { invitation }
        );
        Assert.That(counted == 1, Is.EqualTo(row.DoesNotCount is null), $"{row.Rank} {row.UnitApproved}");
    }
}
