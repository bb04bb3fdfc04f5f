using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Delegates;
using ClosedDoor.Tests.Given;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Races;

/// <summary>A link that is made for a delegate who erases the own data, or is replaced, at the same moment.</summary>
public class DelegateLinkRaceTests : TwoInstances
{
    const int Rounds = 12;

    ApiClient _organizer = null!;
    TestCompany _company = null!;
    string _seat = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _organizer = await _host.Given.Owner();
        _company = await _host.Given.VettedCompany();
        _seat = await _host.Given.Hold(_company, await _host.Given.PublishedSession());
    }

    [TestCase("erased")]
    [TestCase("replaced")]
    public async Task No_link_opens_who_is_gone(string how)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var id = (await _company.Named(_seat, "示例"))[0];
            var person = await _host.DelegateOf(_organizer, id);

            var (link, left) = await Race.Pair(
                round,
                () => Instance(round).As(_organizer.Token!).Post($"/delegates/{id}/links"),
                () =>
                    how == "erased"
                        ? person.Delete("/delegate/data")
                        : _company.Api.Put($"/reservations/{_seat}/delegates", Array.Empty<object>())
            );

            Assert.That(left.Status, Is.AnyOf(200, 204));
            if (link.Status != 200)
                link.Expect(404, "not_found");
            else
                (await _host.As(link["token"].GetString()!).Get("/delegate/data")).Expect(401, "unauthenticated");
            Assert.That(await Links(_host, id), Is.Zero);
        }
    }

    [Test]
    public async Task Control_a_link_that_is_made_by_the_row_as_it_was_before_the_lock_opens_who_is_gone()
    {
        await using var host = await TestHost.Create();
        var organizer = await host.Given.Owner();
        var company = await host.Given.VettedCompany();
        var id = (await company.Named(await host.Given.Hold(company, await host.Given.PublishedSession()), "示例"))[0];
        var person = await host.DelegateOf(organizer, id);
        var meet = new Rendezvous(2);
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        await Race.Run(
            2,
            async i =>
            {
                if (i == 0)
                {
                    await meet.Arrive();
                    (await person.Delete("/delegate/data")).Expect(204);
                    left.SetResult();
                    return false;
                }
                var name = await host.Query<string>("SELECT name FROM delegate WHERE id = @id", new { id });
                await meet.Arrive();
                await left.Task.WaitAsync(TimeSpan.FromSeconds(60));
                if (name.Length > 0)
                    await host.Data.Write(
                        "test",
                        tx =>
                            PersonalLinkTable.Issue(
                                tx,
                                LinkPurpose.Delegate,
                                id,
                                PersonalLinkTable.NewToken(),
                                host.Time.Now + Duration.FromDays(1),
                                host.Time.Now
                            )
                    );
                return true;
            }
        );

        Assert.That(await Links(host, id), Is.EqualTo(1));
    }

    static Task<long> Links(TestHost host, string id) =>
        host.Query<long>(
            "SELECT COUNT(*) FROM personal_link WHERE subject_id = @id AND revoked_at IS NULL",
            new { id }
        );
}
