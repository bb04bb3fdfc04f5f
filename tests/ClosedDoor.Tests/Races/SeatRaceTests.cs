using ClosedDoor.Domain;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Races;

/// <summary>
/// Two hundred companies go for eight seats at once. The negative control runs the same race with a claim that reads the
/// stock first and writes later, as booking systems that oversell do: it must oversell, or the race proves nothing.
/// </summary>
public class SeatRaceTests
{
    const int Companies = 200;
    const int Seats = 8;

    TestHost _host = null!;

    [OneTimeSetUp]
    public async Task Start() => _host = await TestHost.Create();

    [OneTimeTearDown]
    public async Task Stop()
    {
        await Books.AuditIsWhole(_host);
        await _host.DisposeAsync();
    }

    [Test]
    public async Task Exactly_eight_of_two_hundred_get_seats_one_to_eight()
    {
        var sessionId = await _host.Given.PublishedSession(Seats);
        var companies = await _host.Given.VettedCompanies(Companies);

        var replies = await Race.Run(Companies, i => companies[i].Api.Reserve(sessionId));

        Assert.That(replies.Count(reply => reply.Status == 201), Is.EqualTo(Seats));
        Assert.That(
            replies.Where(reply => reply.Status != 201).Select(reply => reply.Code),
            Is.All.EqualTo("session_full")
        );
        Assert.That(
            replies.Where(reply => reply.Status == 201).Select(reply => reply["seatNumber"].GetInt64()).Order(),
            Is.EqualTo(Enumerable.Range(1, Seats))
        );
        await Books.AreInOrder(_host, sessionId);
    }

    [Test]
    public async Task Exactly_eight_get_seats_when_they_come_through_four_instances()
    {
        // On PostgreSQL one instance lets its callers go one after the other: here the row's own lock is what counts.
        await using var second = _host.Another();
        await using var third = _host.Another();
        await using var fourth = _host.Another();
        TestHost[] instances = [_host, second, third, fourth];
        var sessionId = await _host.Given.PublishedSession(Seats);
        var companies = await _host.Given.VettedCompanies(Companies / 2);

        var replies = await Race.Run(
            companies.Length,
            i => instances[i % instances.Length].As(companies[i].Api.Token!).Reserve(sessionId)
        );

        Assert.That(
            replies.Where(reply => reply.Status == 201).Select(reply => reply["seatNumber"].GetInt64()).Order(),
            Is.EqualTo(Enumerable.Range(1, Seats))
        );
        Assert.That(
            replies.Where(reply => reply.Status != 201).Select(reply => reply.Code),
            Is.All.EqualTo("session_full")
        );
        await Books.AreInOrder(_host, sessionId);
    }

    [Test]
    public async Task Control_a_claim_that_reads_the_stock_before_it_writes_oversells()
    {
        await using var host = await Unguarded.Host();
        var sessionId = await host.Given.PublishedSession(Seats);
        var companies = await host.Given.VettedCompanies(Companies);

        var meet = new Rendezvous(Companies);

        var sold = await Race.Run(Companies, i => ClaimWithoutGuard(host, sessionId, companies[i].Id, meet));

        Assert.That(sold.Count(won => won), Is.GreaterThan(Seats));
        Assert.That(await Books.Faults(host, sessionId), Does.Contain("more seats are sold than there are"));
    }

    static async Task<bool> ClaimWithoutGuard(TestHost host, string sessionId, string companyId, Rendezvous meet)
    {
        var taken = await host.Query<long>(
            "SELECT COUNT(*) FROM reservation WHERE session_id = @sessionId AND status = 'held'",
            new { sessionId }
        );
        await meet.Arrive();
        if (taken >= Seats)
            return false;
        await host.Tamper(
            """
            INSERT INTO reservation (id, code, session_id, company_id, seat_number, status, hold_expires_at, price_amount, price_currency, created_at, version)
            VALUES (@id, @id, @sessionId, @companyId, @seat, 'held', @until, 1, 'CNY', 1, 1)
            """,
            new
            {
                id = TypeId.New("rsv", host.Time.Now),
                sessionId,
                companyId,
                seat = taken + 1,
                until = long.MaxValue,
            }
        );
        return true;
    }
}
