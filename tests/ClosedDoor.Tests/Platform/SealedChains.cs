using ClosedDoor.Platform.Audit;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

/// <summary>A log of two chains, most of it sealed.</summary>
public abstract class SealedChains
{
    private protected const string Chain = "ses_a";

    private protected TestHost _host = null!;

    [SetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        foreach (var chain in new[] { Chain, "ses_b" })
        {
            for (var i = 1; i <= 5; i++)
                await Append(chain, i);
        }
        await Seal();
        for (var i = 6; i <= 8; i++)
            await Append(Chain, i);
        await Seal();
        await Append(Chain, 9); // The last row is not sealed yet.
    }

    [TearDown]
    public async Task Stop() => await _host.DisposeAsync();

    private protected Task<bool> Append(string chain, int number) =>
        _host.Data.Write(
            "acc_tester",
            async tx =>
            {
                await tx.Record(
                    _host.Time.Now,
                    new Change(
                        chain,
                        "seat.held",
                        $"rsv_{number}",
                        new { status = "free" },
                        new { status = "held", number }
                    )
                );
                return true;
            }
        );

    private protected Task<int> Seal() => new SealAuditLog(_host.Data).RunOnce(_host.Time.Now);

    private protected Task<AuditReport> Verify() => new VerifyAudit(_host.Data).Run();
}
