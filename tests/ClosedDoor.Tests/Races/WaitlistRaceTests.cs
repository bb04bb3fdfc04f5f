using ClosedDoor.Features.Reservations;
using ClosedDoor.Tests.Given;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Races;

/// <summary>A seat becomes free while companies wait and others come: it goes to the first who waits, whoever is faster.</summary>
public class WaitlistRaceTests : TwoInstances
{
    const int Rounds = 12;

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_seat_that_comes_free_goes_to_the_first_who_waits_and_not_to_who_comes_now(bool byLapse)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var sessionId = await _host.Given.PublishedSession(seatCap: 1);
            var companies = await _host.Given.VettedCompanies(6);
            var owner = companies[0];
            var held = await _host.Given.Hold(owner, sessionId);
            var entries = new string[2];
            for (var i = 0; i < 2; i++)
                entries[i] = (await companies[1 + i].Api.JoinWaitlist(sessionId)).Expect(201).Id;
            if (byLapse)
                _host.Time.Advance(Duration.FromMinutes(37));

            var (_, claims) = await Race.Pair(
                round,
                async () =>
                    byLapse
                        ? await new SweepReservations(_host.Data).RunOnce(_host.Time.Now)
                        : (await owner.Api.Cancel(held)).Expect(200).Status,
                () =>
                    Race.Run(
                        4,
                        i =>
                            i < 3
                                ? Instance(round).As(companies[3 + i].Api.Token!).Reserve(sessionId)
                                : companies[2].Api.Reserve(sessionId) // Waits second, and tries the direct way as well.
                    )
            );

            foreach (var claim in claims)
                claim.Expect(409, "session_full");
            Assert.That(await StatusOf(entries[0]), Is.EqualTo("promoted"));
            Assert.That(await StatusOf(entries[1]), Is.EqualTo("waiting"));
            await Books.AreInOrder(_host, sessionId);
            // Left alone, this round's hold would lapse in the next one.
            var mine = (await companies[1].Api.Get($"/reservations?sessionId={sessionId}")).Expect(200)["items"][0];
            (await companies[1].Api.Cancel(mine.GetProperty("id").GetString()!)).Expect(200);
        }
    }

    [Test]
    public async Task Companies_that_join_as_a_seat_comes_free_wait_in_order_and_none_is_forgotten()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var sessionId = await _host.Given.PublishedSession(seatCap: 1);
            var companies = await _host.Given.VettedCompanies(4);
            var held = await _host.Given.Hold(companies[0], sessionId);

            var (_, joined) = await Race.Pair(
                round,
                async () => (await companies[0].Api.Cancel(held)).Expect(200),
                () => Race.Run(3, i => Instance(round).As(companies[1 + i].Api.Token!).JoinWaitlist(sessionId))
            );

            // Before the seat was free a company waits and is promoted; after that it is told to take it.
            Assert.That(
                joined.Select(reply => reply.Code ?? reply.Status.ToString()),
                Is.All.AnyOf("201", "seats_available")
            );
            await Books.AreInOrder(_host, sessionId);
        }
    }

    [Test]
    public async Task A_company_that_leaves_as_its_turn_comes_has_left_or_has_the_seat()
    {
        var left = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var sessionId = await _host.Given.PublishedSession(seatCap: 1);
            var companies = await _host.Given.VettedCompanies(3);
            var held = await _host.Given.Hold(companies[0], sessionId);
            var first = (await companies[1].Api.JoinWaitlist(sessionId)).Expect(201).Id;
            var second = (await companies[2].Api.JoinWaitlist(sessionId)).Expect(201).Id;

            var (_, leave) = await Race.Pair(
                round,
                async () => (await companies[0].Api.Cancel(held)).Expect(200),
                () => Instance(round).As(companies[1].Api.Token!).Delete($"/waitlist/{first}")
            );

            Assert.That(leave.Status, Is.AnyOf(204, 404));
            Assert.That(await StatusOf(first), Is.EqualTo(leave.Status == 204 ? "left" : "promoted"));
            Assert.That(await StatusOf(second), Is.EqualTo(leave.Status == 204 ? "promoted" : "waiting"));
            await Books.AreInOrder(_host, sessionId);
            left += leave.Status == 204 ? 1 : 0;
        }
        Assert.That(left, Is.InRange(1, Rounds - 1));
    }

    [Test]
    public async Task Control_a_claim_and_a_promotion_that_read_first_and_write_later_sell_one_seat_twice()
    {
        await using var host = await Unguarded.Host();
        var sessionId = await host.Given.PublishedSession(seatCap: 1);
        var companies = await host.Given.VettedCompanies(3);
        var held = await host.Given.Hold(companies[0], sessionId);
        var entry = (await companies[1].Api.JoinWaitlist(sessionId)).Expect(201).Id;
        // A cancellation that frees the seat, and leaves the promotion to somebody else.
        await host.Tamper("UPDATE reservation SET status = 'cancelled' WHERE id = @held", new { held });
        await host.Tamper("UPDATE seat SET reservation_id = NULL WHERE session_id = @sessionId", new { sessionId });
        var meet = new Rendezvous(2);

        await Race.Run(
            2,
            i =>
                i == 0
                    ? UnguardedSeats.Claim(host, sessionId, companies[1].Id, meet, entry)
                    : UnguardedSeats.Claim(host, sessionId, companies[2].Id, meet)
        );

        Assert.That(await Books.Faults(host, sessionId), Does.Contain("a seat has two owners"));
    }

    Task<string> StatusOf(string entryId) =>
        _host.Query<string>("SELECT status FROM waitlist_entry WHERE id = @entryId", new { entryId });
}
