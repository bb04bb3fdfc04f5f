using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Races;

/// <summary>Organizers who decide at the same moment as each other, or as a company acts.</summary>
public class OrganizerRaceTests : TwoInstances
{
    const int Rounds = 12;

    ApiClient _organizer = null!;

    [OneTimeSetUp]
    public async Task Start() => _organizer = await _host.Given.Owner();

    [Test]
    public async Task Of_two_applications_approved_at_once_for_the_last_seat_one_has_it()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var sessionId = await _host.Given.PublishedSession(seatCap: 1, admission: "approval");
            var companies = await _host.Given.VettedCompanies(2);
            var ids = new string[2];
            for (var i = 0; i < 2; i++)
                ids[i] = await _host.Given.Hold(companies[i], sessionId);

            var replies = await Race.Run(2, i => Organizer(round * i).Post($"/reservations/{ids[i]}/approve"));

            Assert.That(replies.Count(reply => reply.Status == 200), Is.EqualTo(1));
            Assert.That(replies.Single(reply => reply.Status != 200).Code, Is.EqualTo("session_full"));
            await Books.AreInOrder(_host, sessionId);
        }
    }

    [Test]
    public async Task One_application_approved_and_declined_at_once_is_one_of_both()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var sessionId = await _host.Given.PublishedSession(seatCap: 1, admission: "approval");
            var id = await _host.Given.Hold(await _host.Given.VettedCompany(), sessionId);

            var (approved, declined) = await Race.Pair(
                round,
                () => _organizer.Post($"/reservations/{id}/approve"),
                () => Organizer(round).Post($"/reservations/{id}/decline", new { reason = "专科不符" })
            );

            Assert.That(
                new[] { approved, declined }.Select(reply => reply.Code ?? "done"),
                Is.EquivalentTo(["done", "wrong_reservation_status"])
            );
            Assert.That(await _host.StatusOf(id), Is.EqualTo(approved.Status == 200 ? "held" : "declined"));
            await Books.AreInOrder(_host, sessionId);
        }
    }

    [Test]
    public async Task A_cap_lowered_as_a_seat_is_claimed_never_takes_the_seat_from_under_its_company()
    {
        var lowered = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var sessionId = await _host.Given.PublishedSession(seatCap: 2);
            var companies = await _host.Given.VettedCompanies(2);
            await _host.Given.Hold(companies[0], sessionId);

            var (claim, change) = await Race.Pair(
                round,
                () => companies[1].Api.Reserve(sessionId),
                () => Organizer(round).Patch($"/sessions/{sessionId}", new { seatCap = 1 })
            );

            if (change.Status == 200)
            {
                claim.Expect(409, "session_full");
                lowered++;
            }
            else
            {
                change.Expect(409, "seats_taken");
                claim.Expect(201);
            }
            await Books.AreInOrder(_host, sessionId);
        }
        Assert.That(lowered, Is.InRange(1, Rounds - 1));
    }

    [Test]
    public async Task A_session_cancelled_as_seats_are_claimed_and_paid_leaves_no_seat_and_no_money_behind()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var sessionId = await _host.Given.PublishedSession(seatCap: 3);
            var companies = await _host.Given.VettedCompanies(3);
            var (_, paymentId) = await _host.Given.AwaitingTransfer(companies[0], sessionId);
            var held = await _host.Given.Hold(companies[1], sessionId);

            await Race.Pair(
                round,
                () => Organizer(round).Post($"/sessions/{sessionId}/cancel"),
                () =>
                    Race.Run(
                        3,
                        i =>
                            i switch
                            {
                                0 => _organizer.Receive(_host, paymentId),
                                1 => companies[1].Api.ChooseTransfer(held),
                                _ => companies[2].Api.Reserve(sessionId),
                            }
                    )
            );

            Assert.That(await _host.PaymentStatusOf(paymentId), Is.EqualTo("refund_due"));
            Assert.That(
                await _host.Query<long>(
                    "SELECT COUNT(*) FROM reservation WHERE session_id = @sessionId AND status <> 'cancelled'",
                    new { sessionId }
                ),
                Is.Zero
            );
            await Books.AreInOrder(_host, sessionId);
        }
    }

    [Test]
    public async Task Delegates_are_named_before_a_cancellation_or_refused_after_it()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var sessionId = await _host.Given.PublishedSession(seatCap: 1);
            var company = await _host.Given.VettedCompany();
            var id = await _host.Given.Hold(company, sessionId);

            var (named, cancelled) = await Race.Pair(
                round,
                () => company.Api.NameDelegates(id, "示例"),
                () => Organizer(round).Cancel(id)
            );

            cancelled.Expect(200);
            if (named.Status != 200)
                named.Expect(409, "wrong_reservation_status");
            Assert.That(await IsInOrder(_host, id), Is.True);
            Assert.That(
                await _host.Query<long>("SELECT version FROM reservation WHERE id = @id", new { id }),
                Is.EqualTo(named.Status == 200 ? 3 : 2)
            );
        }
    }

    [Test]
    public async Task Of_several_lists_of_delegates_at_once_one_stands_whole()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var sessionId = await _host.Given.PublishedSession(seatCap: 1);
            var company = await _host.Given.VettedCompany();
            var id = await _host.Given.Hold(company, sessionId);
            string[] names = ["赵", "钱", "孙"];

            var replies = await Race.Run(3, i => Instance(round).As(company.Api.Token!).NameDelegates(id, names[i]));

            Assert.That(replies.Select(reply => reply.Status), Is.All.EqualTo(200));
            var stand = (await company.Api.Get($"/reservations/{id}/delegates")).Expect(200)["items"];
            var people = stand.EnumerateArray().Select(one => one.GetProperty("name").GetString()![..1]).ToArray();
            Assert.That(people, Has.Length.EqualTo(2));
            Assert.That(people[0], Is.EqualTo(people[1]));
        }
    }

    [Test]
    public async Task Control_approvals_that_read_first_and_write_later_sell_the_last_seat_twice()
    {
        await using var host = await Unguarded.Host();
        var sessionId = await host.Given.PublishedSession(seatCap: 1, admission: "approval");
        var companies = await host.Given.VettedCompanies(2);
        var ids = new string[2];
        for (var i = 0; i < 2; i++)
            ids[i] = await host.Given.Hold(companies[i], sessionId);
        var meet = new Rendezvous(2);

        await Race.Run(2, i => UnguardedSeats.Approve(host, sessionId, ids[i], meet));

        Assert.That(await Books.Faults(host, sessionId), Does.Contain("a seat has two owners"));
    }

    [Test]
    public async Task Control_a_cap_and_a_claim_that_read_first_and_write_later_sell_a_seat_that_is_gone()
    {
        await using var host = await Unguarded.Host();
        var sessionId = await host.Given.PublishedSession(seatCap: 2);
        var companies = await host.Given.VettedCompanies(2);
        await host.Given.Hold(companies[0], sessionId);
        var meet = new Rendezvous(2);

        await Race.Run(
            2,
            i =>
                i == 0
                    ? UnguardedSeats.Claim(host, sessionId, companies[1].Id, meet)
                    : UnguardedSeats.LowerCap(host, sessionId, 1, meet)
        );

        Assert.That(await Books.Faults(host, sessionId), Does.Contain("more seats are sold than there are"));
    }

    [Test]
    public async Task Control_lists_of_delegates_that_read_first_and_write_later_add_up()
    {
        await using var host = await Unguarded.Host();
        var sessionId = await host.Given.PublishedSession(seatCap: 1);
        var id = await host.Given.Hold(await host.Given.VettedCompany(), sessionId);
        var meet = new Rendezvous(2);

        await Race.Run(2, _ => UnguardedSeats.NameDelegates(host, id, meet));

        Assert.That(
            await host.Query<long>("SELECT COUNT(*) FROM delegate WHERE reservation_id = @id", new { id }),
            Is.EqualTo(4)
        );
    }

    [Test]
    public async Task Control_delegates_whose_reservation_was_read_before_its_cancellation_are_named_after_it()
    {
        await using var host = await Unguarded.Host();
        var sessionId = await host.Given.PublishedSession(seatCap: 1);
        var company = await host.Given.VettedCompany();
        var id = await host.Given.Hold(company, sessionId);

        var seen = await host.StatusOf(id);
        (await company.Api.Cancel(id)).Expect(200);
        if (seen == "held")
            await host.Data.Write(
                "test",
                async tx =>
                {
                    await tx.Record(host.Time.Now, new(sessionId, "delegates.set", id));
                    return true;
                }
            );

        Assert.That(await IsInOrder(host, id), Is.False);
    }

    /// <summary>Whether the audit log knows of no delegates that were named after the end of their reservation.</summary>
    static async Task<bool> IsInOrder(TestHost host, string reservationId) =>
        await host.Query<long>(
            """
            SELECT COUNT(*) FROM audit AS named JOIN audit AS ended ON ended.chain = named.chain AND ended.subject = named.subject
            WHERE named.subject = @reservationId AND named.action = 'delegates.set'
                AND ended.action = 'reservation.cancelled' AND ended.seq < named.seq
            """,
            new { reservationId }
        ) == 0;

    ApiClient Organizer(int round) => Instance(round).As(_organizer.Token!);
}
