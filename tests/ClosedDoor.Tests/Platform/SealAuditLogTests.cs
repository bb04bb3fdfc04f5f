using ClosedDoor.Platform.Audit;
using ClosedDoor.Tests.Given;
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

    [TestCase(199, 1)]
    [TestCase(200, 1)]
    [TestCase(201, 2)]
    public async Task A_full_seal_is_followed_by_another_only_where_there_is_more(int chains, int seals)
    {
        await Seal();
        for (var i = 0; i < chains; i++)
            await Append($"cmp_{i:D4}", 1);

        Assert.That(await Seal(), Is.EqualTo(seals));
        Assert.That(await Seal(), Is.Zero);
    }

    [Test]
    public async Task Chains_that_go_on_moving_while_they_are_sealed_do_not_keep_the_sealer_from_its_end()
    {
        for (var i = 0; i < 250; i++)
            await Append($"cmp_{i:D4}", 1);
        // Every chain has moved on as soon as it is sealed, as under a rush.
        foreach (var sql in TestDatabase.IsPostgres ? MovesOnPostgres : MovesOnSqlite)
            await _host.Tamper(sql);

        Assert.That(await Seal(), Is.EqualTo(2));
    }

    static readonly string[] MovesOnSqlite =
    [
        """
            CREATE TRIGGER moves_on AFTER UPDATE OF sealed_seq ON audit_head
            BEGIN UPDATE audit_head SET seq = seq + 1, unsealed = 1 WHERE chain = NEW.chain; END;
            """,
    ];

    static readonly string[] MovesOnPostgres =
    [
        """
            CREATE FUNCTION moves_on() RETURNS trigger LANGUAGE plpgsql
            AS 'BEGIN NEW.seq := NEW.seq + 1; NEW.unsealed := 1; RETURN NEW; END'
            """,
        "CREATE TRIGGER moves_on BEFORE UPDATE OF sealed_seq ON audit_head FOR EACH ROW EXECUTE FUNCTION moves_on()",
    ];

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
