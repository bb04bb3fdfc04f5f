using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

/// <summary>Statements that nobody waits for are done all the same, in their order, and with the transaction alone.</summary>
public class LaterTests
{
    TestHost _host = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        await _host.Data.Write(
            "test",
            tx => tx.Execute("CREATE TABLE later (id TEXT PRIMARY KEY, note TEXT, at BIGINT);")
        );
    }

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [SetUp]
    public Task Clear() => _host.Data.Write("test", tx => tx.Execute("DELETE FROM later;"));

    Database Data => _host.Data;

    static Caller Someone => Caller.Internal(Standing.Anonymous, TestHost.Start, "later");

    static Task Add(Tx tx, string id, string? note = null) =>
        tx.Later(
            "INSERT INTO later (id, note, at) VALUES (@id, @note, @at)",
            new
            {
                id,
                note,
                at = TestHost.Start,
            }
        );

    Task<List<Row>> Rows => Data.Read(read => read.All<Row>("SELECT id, note, at FROM later ORDER BY id"));

    [Test]
    public async Task They_are_done_before_the_next_statement_that_somebody_waits_for()
    {
        var seen = await Data.Write(
            "test",
            async tx =>
            {
                await Add(tx, "a", "first");
                await tx.Later("UPDATE later SET note = @note WHERE id = @id", new { id = "a", note = (string?)null });
                await Add(tx, "b", "@note 'a'; --");
                return await tx.All<Row>("SELECT id, note, at FROM later ORDER BY id");
            }
        );

        Row[] expected = [new() { Id = "a" }, new() { Id = "b", Note = "@note 'a'; --" }];
        Assert.That(seen, Is.EqualTo(expected));
        Assert.That(await Rows, Is.EqualTo(expected));
    }

    [Test]
    public async Task However_many_they_are_the_commit_has_them_all()
    {
        await Data.Write(
            "test",
            async tx =>
            {
                for (var i = 0; i < 1_000; i++)
                    await Add(tx, $"{i:0000}", i % 3 == 0 ? null : $"{i}");
                return true;
            }
        );

        Assert.That(
            (await Rows).Select(row => (row.Id, row.Note)),
            Is.EqualTo(Enumerable.Range(0, 1_000).Select(i => ($"{i:0000}", i % 3 == 0 ? null : $"{i}")))
        );
    }

    [Test]
    public async Task A_refusal_takes_them_back()
    {
        var outcome = await Data.Write<bool>(
            Someone,
            async tx =>
            {
                await Add(tx, "a");
                return Refusals.SessionFull;
            }
        );

        Assert.That(outcome.Refusal, Is.EqualTo(Refusals.SessionFull));
        Assert.That(await Rows, Is.Empty);
    }

    [Test]
    public async Task One_that_fails_fails_the_work_also_where_nothing_follows_it()
    {
        await Assert.CatchAsync(() =>
            Data.Write(
                "test",
                async tx =>
                {
                    await Add(tx, "a");
                    await Add(tx, "a");
                    return true;
                }
            )
        );

        Assert.That(await Rows, Is.Empty);
    }

    /// <summary>The second constraint is not looked at before the commit, which goes with them.</summary>
    [TestCase("")]
    [TestCase("DEFERRABLE INITIALLY DEFERRED")]
    [On(Engine.Postgres, "SQLite sends them one by one, and its one writer loses no race.")]
    public async Task A_race_that_the_last_of_them_lose_is_run_again_and_leaves_the_connection_as_it_was(string when)
    {
        await using var one = TestStores.Open($"{_host.Store.Location};Maximum Pool Size=1");
        await one.Write("test", tx => tx.Execute($"ALTER TABLE later ADD CONSTRAINT noted_once UNIQUE (note) {when}"));
        await one.Write(
            "test",
            async tx =>
            {
                await Add(tx, "first", "taken");
                return true;
            }
        );

        // So often that the server has prepared all of it in between.
        for (var i = 0; i < 12; i++)
        {
            var runs = 0;
            await one.Write(
                "test",
                async tx =>
                {
                    runs++;
                    await Add(tx, $"{i:00}", $"{i}, run {runs}");
                    await Add(tx, $"{i:00} too", runs < 3 ? "taken" : $"{i}");
                    return true;
                }
            );
            Assert.That(runs, Is.EqualTo(3));
        }

        await one.Write("test", tx => tx.Execute("ALTER TABLE later DROP CONSTRAINT noted_once"));
        Assert.That(
            (await Rows).Select(row => row.Note),
            Is.EqualTo(Enumerable.Range(0, 12).SelectMany(i => new[] { $"{i}, run 3", $"{i}" }).Append("taken"))
        );
    }

    [Test]
    [On(Engine.Postgres, "SQLite has no connection to lose.")]
    public async Task A_connection_that_is_lost_among_the_last_of_them_is_an_outage_and_nothing_is_done()
    {
        var runs = 0;

        Assert.That(
            () =>
                Data.Write(
                    "test",
                    async tx =>
                    {
                        runs++;
                        await Add(tx, "a");
                        await tx.Later("SELECT pg_terminate_backend(pg_backend_pid())", null);
                        return true;
                    }
                ),
            Throws.InstanceOf<DatabaseUnavailableException>()
        );

        Assert.That(await Rows, Is.Empty);
        Assert.That(runs, Is.EqualTo(1), "Whether it is committed nobody knows, where the commit was on its way.");
    }

    [Test]
    public async Task Their_arguments_are_found_in_whatever_case_and_one_that_is_missing_is_named()
    {
        await Data.Write(
            "test",
            async tx =>
            {
                await tx.Later("INSERT INTO later (id, at) VALUES (@ID, @At)", new { Id = "a", at = TestHost.Start });
                return true;
            }
        );

        Assert.That(await Rows, Is.EqualTo(new[] { new Row { Id = "a" } }));
        Assert.That(
            () =>
                Data.Write(
                    "test",
                    async tx =>
                    {
                        await tx.Later("DELETE FROM later WHERE note = @note", new { Id = "a" });
                        return true;
                    }
                ),
            Throws.InvalidOperationException.With.Message.EqualTo("Parameter @note has no argument.")
        );
    }

    sealed record Row
    {
        public string Id { get; init; } = "";
        public string? Note { get; init; }
        public Instant At { get; init; } = TestHost.Start;
    }
}
