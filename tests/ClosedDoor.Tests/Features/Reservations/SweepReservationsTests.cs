using ClosedDoor.Features.Reservations;
using ClosedDoor.Tests.Given;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Reservations;

public class SweepReservationsTests
{
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(200)]
    public async Task A_session_that_cannot_be_swept_keeps_no_other_from_it(int pageSize)
    {
        await using var host = await TestHost.Create();
        var companies = await host.Given.VettedCompanies(2);
        var broken = await host.Given.PublishedSession();
        foreach (var company in companies)
            await host.Given.Hold(company, broken);
        host.Time.Advance(Duration.FromMilliseconds(1));
        foreach (var _ in Enumerable.Range(0, 3))
            await host.Given.Hold(companies[0], await host.Given.PublishedSession());
        await host.Tamper("UPDATE seat SET reservation_id = NULL WHERE session_id = @broken", new { broken });
        host.Time.Advance(Duration.FromDays(1));

        var sweep = new SweepReservations(host.Data) { PageSize = pageSize };

        var failed = await Assert.ThrowsAsync<AggregateException>(() => sweep.RunOnce(host.Time.Now));
        Assert.That(
            failed!.InnerExceptions.Select(each => each.Message),
            Is.EqualTo([$"{broken} could not be swept."])
        );
        Assert.That(await host.Query<long>("SELECT COUNT(*) FROM reservation WHERE status = 'expired'"), Is.EqualTo(3));
        Assert.That(await host.Query<long>("SELECT COUNT(*) FROM reservation WHERE status = 'held'"), Is.EqualTo(2));
    }
}
