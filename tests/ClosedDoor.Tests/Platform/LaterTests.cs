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
