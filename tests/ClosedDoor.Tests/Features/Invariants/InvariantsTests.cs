using ClosedDoor.Features.Invariants;
using ClosedDoor.Tests.Given;
using NUnit.Framework;
using All = ClosedDoor.Features.Invariants.Invariants;

namespace ClosedDoor.Tests.Features.Invariants;

/// <summary>
/// Each invariant holds on a market that the API has made, and is named when what it says is broken behind the
/// service's back, in a transaction that is rolled back.
/// </summary>
public class InvariantsTests
{
    TestHost _host = null!;
    Market _market = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _market = await Market.Fill(_host);
    }

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task All_hold_on_what_the_API_has_made() =>
        Assert.That(await new CheckInvariants(_host.Data).Run(_host.Time.Now), Is.Empty);

    [Test]
    public void Every_invariant_has_its_control_and_a_name_of_its_own()
    {
        Assert.That(Controls.All.Select(control => control.Name), Is.EquivalentTo(All.All.Select(one => one.Name)));
        Assert.That(All.All.Select(one => one.Name), Is.Unique);
        Assert.That(All.All.Select(one => one.Name), Is.All.Matches("^[a-z_]+$"));
    }

    [TestCaseSource(typeof(Controls), nameof(Controls.All))]
    public async Task Control_what_breaks_it_is_named((string Name, string[] Tampering) control)
    {
        IReadOnlyList<Violation> found = [];
        try
        {
            await _host.Data.Write<bool>(
                "test",
                async tx =>
                {
                    await tx.Execute(
                        TestDatabase.IsPostgres
                            ? "SET LOCAL session_replication_role = replica" // No foreign keys.
                            : "PRAGMA defer_foreign_keys = ON"
                    );
                    foreach (var sql in control.Tampering)
                        await tx.Execute(sql, _market);
                    found = await CheckInvariants.Look(tx, _host.Time.Now);
                    throw new RolledBackException();
                }
            );
        }
        catch (RolledBackException)
        {
            // As meant: the next control finds the market whole.
        }

        Assert.That(found.Select(violation => violation.Name), Does.Contain(control.Name));
        Assert.That(found.Single(violation => violation.Name == control.Name).Offenders, Is.Not.Empty);
    }

    sealed class RolledBackException : Exception;
}
