using ClosedDoor.Platform.Audit;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

public class SealAuditLogTests : SealedChains
{
    [Test]
    public async Task Only_what_has_moved_is_sealed_and_only_once()
    {
        Assert.That(await Seal(), Is.EqualTo(1));
        Assert.That(await Seal(), Is.Zero);

        var seal = await _host.Query<AuditSeal>($"{AuditSeal.Select} WHERE number = 3");
        Assert.That(seal.Heads, Does.Contain("\"chain\":\"ses_a\",\"seq\":9").And.Not.Contain("ses_b"));
    }

    [Test]
    public async Task Many_chains_are_sealed_in_several_seals()
    {
        for (var i = 0; i < 450; i++)
            await Append($"cmp_{i:D4}", 1);

        Assert.That(await Seal(), Is.EqualTo(3));
        Assert.That((await Verify()).Broken, Is.Null);
    }

    [Test]
    public async Task Instances_that_seal_at_once_while_rows_are_appended_leave_a_whole_log()
    {
        await using var another = _host.Another();
        using var done = new CancellationTokenSource();
        var appending = Task.Run(async () =>
        {
            for (var i = 10; i < 200; i++)
                await Append(i % 2 == 0 ? Chain : "ses_b", i);
            await done.CancelAsync();
        });
        var sealing = new[] { _host.Data, another.Data }.Select(data =>
            Task.Run(async () =>
            {
                while (!done.IsCancellationRequested)
                    await new SealAuditLog(data).RunOnce(_host.Time.Now);
            })
        );
        var verifying = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
                Assert.That((await Verify()).Broken, Is.Null);
        });
        await Task.WhenAll([appending, verifying, .. sealing]);
        await Seal();

        Assert.That((await Verify()).Broken, Is.Null);
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM audit_head WHERE sealed_seq < seq"), Is.Zero);
    }
}
