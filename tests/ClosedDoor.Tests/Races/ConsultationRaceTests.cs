using ClosedDoor.Tests.Features.Consultations;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Races;

/// <summary>
/// Consultations that are moved, cancelled, drafted and finished at the same moment. The controls do the same without the
/// session's lock and the schema's indexes: they must break what the tests find whole.
/// </summary>
/// <remarks>Two that change places have no control: neither is let in, in whatever order, and what could fail is that they wait.</remarks>
public class ConsultationRaceTests
{
    const int Rounds = 4;

    TestHost _host = null!;
    TestHost _second = null!;
    ApiClient _organizer = null!;
    string _session = null!;

    [SetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _second = _host.Another();
        _organizer = await _host.Given.Owner();
        _session = await _host.Given.PublishedSession(seatCap: 20);
    }

    [TearDown]
    public async Task Stop()
    {
        await Books.AuditIsWhole(_host);
        await _second.DisposeAsync();
        await _host.DisposeAsync();
    }

    /// <summary>Each company with its own slot and consultation.</summary>
    async Task<(ApiClient Api, string Consultation, string Slot)[]> Booked(int count)
    {
        var booked = new (ApiClient, string, string)[count];
        for (var i = 0; i < count; i++)
        {
            var company = await _host.Given.VettedCompany();
            var slot = await _organizer.Slot(_host, _session, days: 3 + i);
            var id = (await company.Api.Book(await _host.Given.Hold(company, _session), slot)).Expect(201).Id;
            booked[i] = (i % 2 == 0 ? company.Api : _second.As(company.Api.Token!), id, slot);
        }
        return booked;
    }

    Task<Reply> MoveTo((ApiClient Api, string Consultation, string Slot) one, string slot) =>
        one.Api.Post($"/consultations/{one.Consultation}/move", new { slotId = slot });

    [Test]
    public async Task Of_companies_that_move_into_one_slot_one_has_it_and_the_others_keep_their_own()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var all = await Booked(4);
            var free = await _organizer.Slot(_host, _session, days: 20);

            var replies = await Race.Run(all.Length, i => MoveTo(all[i], free));

            Assert.That(replies.Count(reply => reply.Status == 200), Is.EqualTo(1));
            Assert.That(
                replies.Where(reply => reply.Status != 200).Select(reply => reply.Code),
                Is.All.EqualTo("slot_taken")
            );
            for (var i = 0; i < all.Length; i++)
                Assert.That(
                    (await _organizer.Get($"/consultations/{all[i].Consultation}"))["slot.id"].GetString(),
                    Is.EqualTo(replies[i].Status == 200 ? free : all[i].Slot)
                );
            foreach (var one in all)
                (await _organizer.Post($"/consultations/{one.Consultation}/cancel")).Expect(200);
            _session = await _host.Given.PublishedSession(seatCap: 20);
        }
    }

    [Test]
    public async Task Control_moves_that_look_first_and_write_later_put_two_companies_into_one_slot()
    {
        await _host.Tamper("DROP INDEX consultation_of_slot");
        var all = await Booked(2);
        var free = await _organizer.Slot(_host, _session, days: 20);
        var meet = new Rendezvous(2);

        await Race.Run(2, i => UnguardedConsultations.Move(_host, all[i].Consultation, free, meet));

        Assert.That(await StillBooked(free), Is.EqualTo(2));
    }

    [Test]
    public async Task Two_that_change_places_at_once_do_not_wait_for_each_other_for_ever()
    {
        var all = await Booked(2);
        var replies = await Race.Run(2, i => MoveTo(all[i], all[1 - i].Slot));

        Assert.That(replies.Select(reply => reply.Code), Is.All.EqualTo("slot_taken"), "neither is free");
    }

    [Test]
    public async Task A_move_and_a_cancellation_at_once_end_in_one_order_or_the_other()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var one = (await Booked(1))[0];
            var free = await _organizer.Slot(_host, _session, days: 20 + round);

            var replies = await Race.Run(
                2,
                i => i == 0 ? MoveTo(one, free) : _organizer.Post($"/consultations/{one.Consultation}/cancel")
            );

            Assert.That(replies[1].Status, Is.EqualTo(200));
            Assert.That(
                replies[0].Status == 200 || replies[0].Code == "wrong_consultation_status",
                replies[0].ToString()
            );
            Assert.That(await StillBooked(one.Slot) + await StillBooked(free), Is.Zero);
        }
    }

    Task<long> StillBooked(string slot) =>
        _host.Query<long>(
            "SELECT COUNT(*) FROM consultation WHERE slot_id = @slot AND status = 'booked'",
            new { slot }
        );

    [Test]
    public async Task Control_moved_as_it_was_seen_a_cancelled_consultation_has_a_slot()
    {
        var one = (await Booked(1))[0];
        var free = await _organizer.Slot(_host, _session, days: 20);

        var moved = await UnguardedConsultations.Move(
            _host,
            one.Consultation,
            free,
            new Rendezvous(1),
            async () => (await _organizer.Post($"/consultations/{one.Consultation}/cancel")).Expect(200)
        );

        Assert.That(moved, Is.True);
        Assert.That(await StillBooked(free), Is.EqualTo(1));
    }

    [Test]
    public async Task Drafts_written_at_once_are_versions_one_after_the_other()
    {
        const int Writers = 8;
        var one = (await Booked(1))[0];
        var drafts = await Race.Run(
            Writers,
            i => (i % 2 == 0 ? _organizer : _second.As(_organizer.Token!)).Draft(one.Consultation)
        );

        Assert.That(
            drafts.Select(draft => draft.Expect(201)["number"].GetInt64()).Order(),
            Is.EqualTo(Enumerable.Range(1, Writers))
        );
    }

    [Test]
    public async Task Control_drafts_that_look_for_the_newest_first_and_write_later_have_one_number()
    {
        var one = (await Booked(1))[0];
        await Unguarded.TakeConstraints(_host, "cooperation_draft");
        var meet = new Rendezvous(2);

        await Race.Run(2, _ => UnguardedConsultations.WriteDraft(_host, one.Consultation, meet));

        Assert.That(
            await _host.Query<long>(
                "SELECT COUNT(*) FROM cooperation_draft WHERE consultation_id = @Consultation AND number = 1",
                new { one.Consultation }
            ),
            Is.EqualTo(2)
        );
    }

    [Test]
    public async Task A_talk_ends_with_the_draft_that_was_last_and_never_with_one_that_the_law_blocks()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var one = (await Booked(1))[0];
            (await _organizer.Draft(one.Consultation)).Expect(201);

            var replies = await Race.Run(
                2,
                i =>
                    i == 0
                        ? _organizer.Post($"/consultations/{one.Consultation}/finish")
                        : _second.As(_organizer.Token!).Draft(one.Consultation, "joint_operation", forProfit: true)
            );

            // A draft after the talk refines what was agreed; it does not become what the talk ended with.
            var drafted = replies[1].Expect(201);
            Assert.That(drafted["blocked"].GetBoolean(), Is.True);
            if (replies[0].Status == 200)
                Assert.That(
                    replies[0]["drafts"].GetInt64(),
                    Is.EqualTo(1),
                    "it ended with the first, before the second"
                );
            else
                replies[0].Expect(409, "cooperation_model_blocked");
        }
    }

    [Test]
    public async Task Control_a_talk_that_looks_at_the_newest_draft_first_ends_with_one_that_the_law_blocks()
    {
        var one = (await Booked(1))[0];
        (await _organizer.Draft(one.Consultation)).Expect(201);

        var finished = await UnguardedConsultations.Finish(
            _host,
            one.Consultation,
            async () => (await _organizer.Draft(one.Consultation, "joint_operation", forProfit: true)).Expect(201)
        );

        Assert.That(finished, Is.True);
        Assert.That(await UnguardedConsultations.Blocked(_host.Query<long>, one.Consultation), Is.EqualTo(1));
    }
}
