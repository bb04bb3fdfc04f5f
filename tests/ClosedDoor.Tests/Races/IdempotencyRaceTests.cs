using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Races;

/// <summary>
/// One idempotency key fifty times at once has one effect, on one instance and on two. Creating a session is the test's
/// request because nothing else than the key would keep fifty of them from being made.
/// </summary>
public class IdempotencyRaceTests : TwoInstances
{
    const int Times = 50;

    ApiClient _organizer = null!;

    [OneTimeSetUp]
    public async Task Start() => _organizer = await _host.Given.Owner();

    [TestCase(false)]
    [TestCase(true)]
    public async Task One_key_fifty_times_at_once_has_one_effect_and_one_answer(bool acrossTwo)
    {
        var elsewhere = (acrossTwo ? _second : _host).As(_organizer.Token!);
        for (var round = 0; round < 4; round++)
        {
            var body = _host.Given.SessionBody();
            var key = $"create-{acrossTwo}-{round}";
            var before = await Sessions();

            var replies = await Race.Run(
                Times,
                i => (i % 2 == 0 ? _organizer : elsewhere).Post("/sessions", body, key)
            );

            Assert.That(await Sessions() - before, Is.EqualTo(1));
            await OneAnswer(replies, 201, () => elsewhere.Post("/sessions", body, key));
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task One_key_fifty_times_at_once_takes_one_seat(bool acrossTwo)
    {
        var company = await _host.Given.VettedCompany();
        var elsewhere = (acrossTwo ? _second : _host).As(company.Api.Token!);
        var sessionId = await _host.Given.PublishedSession();

        var replies = await Race.Run(Times, i => (i % 2 == 0 ? company.Api : elsewhere).Reserve(sessionId, "seat"));

        Assert.That(
            await _host.Query<long>(
                "SELECT COUNT(*) FROM reservation WHERE session_id = @sessionId",
                new { sessionId }
            ),
            Is.EqualTo(1)
        );
        await OneAnswer(replies, 201, () => elsewhere.Reserve(sessionId, "seat"));
        await Books.AreInOrder(_host, sessionId);
    }

    [Test]
    public async Task A_refusal_is_one_answer_too_and_stays_it_when_the_reason_has_gone()
    {
        var sessionId = await _host.Given.PublishedSession(seatCap: 1);
        var companies = await _host.Given.VettedCompanies(2);
        var held = await _host.Given.Hold(companies[0], sessionId);

        var replies = await Race.Run(Times, _ => companies[1].Api.Reserve(sessionId, "refused"));
        (await companies[0].Api.Cancel(held)).Expect(200);

        Assert.That(
            replies.Select(reply => reply.Expect(409).Code).Distinct(),
            Is.SubsetOf(["session_full", "idempotency_in_progress"]).And.Contains("session_full")
        );
        var later = await companies[1].Api.Reserve(sessionId, "refused");
        Assert.That(later.Expect(409, "session_full").IsReplay, Is.True);
        (await companies[1].Api.Reserve(sessionId, "another")).Expect(201);
    }

    [Test]
    public async Task Control_a_key_that_is_looked_up_first_and_kept_later_has_many_effects()
    {
        var body = _host.Given.SessionBody();
        var before = await Sessions();
        var meet = new Rendezvous(Times);

        await Race.Run(
            Times,
            async _ =>
            {
                var known = await _host.Query<long>("SELECT COUNT(*) FROM idempotency WHERE key = 'control'");
                await meet.Arrive();
                if (known > 0)
                    return false;
                (await _organizer.Post("/sessions", body)).Expect(201);
                await _host.Tamper(
                    """
                    INSERT INTO idempotency (caller, key, fingerprint, answer, at) VALUES ('test', 'control', '', '', 1)
                    ON CONFLICT (caller, key) DO NOTHING
                    """
                );
                return true;
            }
        );

        Assert.That(await Sessions() - before, Is.EqualTo(Times));
    }

    /// <summary>All who were answered were told the same, the rest that it is still running; and so is who asks later.</summary>
    static async Task OneAnswer(Reply[] replies, int status, Func<Task<Reply>> again)
    {
        var answered = replies.Where(reply => reply.Status == status).ToArray();
        Assert.That(answered.Select(reply => reply.Text).Distinct().Count(), Is.EqualTo(1));
        Assert.That(answered.Count(reply => !reply.IsReplay), Is.EqualTo(1));
        Assert.That(
            replies.Except(answered).Select(reply => $"{reply.Status} {reply.Code}"),
            Is.All.EqualTo("409 idempotency_in_progress")
        );
        var later = await again();
        Assert.That(later.Expect(status).Text, Is.EqualTo(answered[0].Text));
        Assert.That(later.IsReplay, Is.True);
        Assert.That(later.Headers["Location"], Is.EqualTo(answered[0].Headers["Location"]));
    }

    Task<long> Sessions() => _host.Query<long>("SELECT COUNT(*) FROM session");
}
