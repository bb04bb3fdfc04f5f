using ClosedDoor.Domain;
using ClosedDoor.Features.Invariants;
using ClosedDoor.Tests.Given;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Invariants;

/// <summary>When the invariants are looked at, what is said of one that does not hold, and that the audit log is one.</summary>
public class CheckInvariantsTests
{
    [Test]
    public async Task The_nightly_check_runs_once_a_night_and_logs_what_it_finds()
    {
        await using var host = await TestHost.Create();
        var sessionId = await host.Given.PublishedSession();
        await host.Tamper("UPDATE session SET status = 'draft', seat_cap = 7 WHERE id = @sessionId", new { sessionId });
        var nightly = host.Get<CheckInvariantsNightly>();
        var midnight = Zones.Shanghai.AtStartOfDay(new LocalDate(2026, 3, 3)).ToInstant();
        async Task<bool[]> At(params double[] hours)
        {
            var ran = new List<bool>();
            foreach (var hour in hours)
                ran.Add(await nightly.RunOnce(midnight + Duration.FromHours(hour)));
            return [.. ran];
        }

        Assert.That(await At(-5, 0.5, 2.9), Is.EqualTo([false, false, false]), "by day and before three");
        Assert.That(host.Log.Text, Does.Not.Contain("does not hold"));
        Assert.That(await At(3, 3.2, 20, 26.9), Is.EqualTo([true, false, false, false]));
        Assert.That(await At(27), Is.EqualTo([true]));
        Assert.That(
            host.Log.Text,
            Does.Contain("The invariant a_session_has_the_seats_that_its_cap_says does not hold").And.Contain(sessionId)
        );
    }

    [Test]
    public async Task A_night_on_which_the_database_could_not_be_asked_is_made_up_for()
    {
        await using var host = await TestHost.Create();
        var nightly = host.Get<CheckInvariantsNightly>();
        var night = Zones.Shanghai.AtStartOfDay(new LocalDate(2026, 3, 3)).ToInstant() + Duration.FromHours(3);
        await nightly.RunOnce(night - Duration.FromHours(1));

        await host.Tamper("ALTER TABLE waitlist_entry RENAME TO gone");
        Assert.That(async () => await nightly.RunOnce(night), Throws.Exception);
        await host.Tamper("ALTER TABLE gone RENAME TO waitlist_entry");

        Assert.That(await nightly.RunOnce(night + Duration.FromMinutes(10)), Is.True);
        Assert.That(await nightly.RunOnce(night + Duration.FromMinutes(20)), Is.False);
    }

    [Test]
    public async Task A_broken_audit_log_is_a_violation_too()
    {
        await using var host = await TestHost.Create();
        await host.Given.PublishedSession();
        await host.Tamper("UPDATE audit SET action = 'session.forged' WHERE action = 'session.published'");

        var violation = (await new CheckInvariants(host.Data).Run(host.Time.Now)).Single();

        Assert.That(violation.Name, Is.EqualTo(CheckInvariants.AuditIsWhole));
        Assert.That(violation.Offenders.Single(), Does.Contain("row 2"));
    }
}
