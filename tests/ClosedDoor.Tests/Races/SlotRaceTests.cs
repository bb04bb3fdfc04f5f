using ClosedDoor.Domain;
using ClosedDoor.Tests.Features.Consultations;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Races;

/// <summary>Companies that want one slot at the same moment. The control books as code does that looks first and writes then.</summary>
public class SlotRaceTests
{
    const int Rounds = 5;
    const int Entrants = 6;

    [Test]
    public async Task Of_several_companies_at_once_one_gets_the_slot()
    {
        await using var host = await TestHost.Create();
        await using var second = host.Another();
        var organizer = await host.Given.Owner();
        for (var round = 0; round < Rounds; round++)
        {
            var session = await host.Given.PublishedSession();
            var slot = await organizer.Slot(host, session);
            var companies = await host.Given.VettedCompanies(Entrants);
            var held = new string[Entrants];
            for (var i = 0; i < Entrants; i++)
                held[i] = await host.Given.Hold(companies[i], session);

            var replies = await Race.Run(
                Entrants,
                i => (i % 2 == 0 ? companies[i].Api : second.As(companies[i].Api.Token!)).Book(held[i], slot)
            );

            Assert.That(replies.Count(reply => reply.Status == 201), Is.EqualTo(1));
            Assert.That(
                replies.Where(reply => reply.Status != 201).Select(reply => $"{reply.Status} {reply.Code}"),
                Is.All.EqualTo("409 slot_taken")
            );
            Assert.That(await Booked(host, slot), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task One_company_that_books_several_at_once_has_one()
    {
        await using var host = await TestHost.Create();
        var organizer = await host.Given.Owner();
        var company = await host.Given.VettedCompany();
        var session = await host.Given.PublishedSession();
        var held = await host.Given.Hold(company, session);
        var slots = new string[4];
        for (var i = 0; i < slots.Length; i++)
            slots[i] = await organizer.Slot(host, session, days: i + 1);

        var replies = await Race.Run(slots.Length, i => company.Api.Book(held, slots[i]));

        Assert.That(replies.Count(reply => reply.Status == 201), Is.EqualTo(1));
    }

    [Test]
    public async Task Control_without_lock_and_index_two_companies_have_one_slot()
    {
        await using var host = await TestHost.Create();
        await host.Tamper("DROP INDEX consultation_of_slot");
        var organizer = await host.Given.Owner();
        var session = await host.Given.PublishedSession();
        var slot = await organizer.Slot(host, session);
        var companies = await host.Given.VettedCompanies(2);
        var held = new[] { await host.Given.Hold(companies[0], session), await host.Given.Hold(companies[1], session) };
        var meet = new Rendezvous(2);

        await Race.Run(
            2,
            async i =>
            {
                var free = await Booked(host, slot) == 0;
                await meet.Arrive();
                if (free)
                    await host.Tamper(
                        """
                        INSERT INTO consultation (id, reservation_id, session_id, company_id, slot_id, status, sequence, drafts, created_at, changed_at, version)
                        VALUES (@id, @reservation, @session, @company, @slot, 'booked', 0, 0, 1, 1, 1)
                        """,
                        new
                        {
                            id = TypeId.New("con", host.Time.Now),
                            reservation = held[i],
                            session,
                            company = companies[i].Id,
                            slot,
                        }
                    );
                return free;
            }
        );

        Assert.That(await Booked(host, slot), Is.EqualTo(2));
    }

    static Task<long> Booked(TestHost host, string slot) =>
        host.Query<long>(
            "SELECT COUNT(*) FROM consultation WHERE slot_id = @slot AND status IN ('booked', 'finished')",
            new { slot }
        );
}
