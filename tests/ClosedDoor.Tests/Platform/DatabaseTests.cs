using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

public class DatabaseTests : OwnDatabase
{
    [SetUp]
    public async Task Start()
    {
        await new Migrator(_database).Apply(TestHost.Start);
        await Write(tx => tx.Execute("CREATE TABLE thing (number BIGINT PRIMARY KEY)"));
    }

    [Test]
    public async Task A_column_that_the_next_release_adds_disturbs_no_statement_that_is_prepared()
    {
        await Write(tx => Add(tx, 7));
        async Task<List<long>> Take(Statements db) =>
            [.. (await db.All<Thing>("SELECT * FROM thing")).Select(thing => thing.Number)];
        async Task UseOften()
        {
            // At once, so that several connections have the statement; PostgreSQL's are prepared at the fifth use.
            var reads = Enumerable.Range(0, 80).Select(_ => Task.Run(() => _database.Read(Take)));
            var writes = Enumerable.Range(0, 80).Select(_ => Task.Run(() => Write(Take)));
            foreach (var taken in await Task.WhenAll(reads.Concat(writes)))
                Assert.That(taken, Is.EqualTo([7L]));
        }

        await UseOften();
        await using (var next = _store.Open())
            await next.Write("test", tx => tx.Execute("ALTER TABLE thing ADD COLUMN of_next_release TEXT"));
        await UseOften();
    }

    sealed record Thing
    {
        public long Number { get; init; }
    }

    [Test]
    public async Task Work_that_fails_among_others_rolls_back_alone()
    {
        // The first item keeps the writer busy while the others queue up behind it, to share one commit on SQLite.
        using var queued = new ManualResetEventSlim();
        var first = Task.Run(() =>
            Write(tx =>
            {
                queued.Wait(TimeSpan.FromMinutes(1));
                return Add(tx, 0);
            })
        );
        var others = Enumerable
            .Range(1, 40)
            .Select(number =>
                Write(async tx =>
                {
                    await Add(tx, number);
                    return number % 4 == 0 ? throw new InvalidOperationException($"{number}") : number;
                })
            )
            .ToArray();
        queued.Set();
        await first;

        for (var number = 1; number <= 40; number++)
        {
            if (number % 4 == 0)
                Assert.That(
                    async () => await others[number - 1],
                    Throws.InvalidOperationException.With.Message.EqualTo($"{number}")
                );
            else
                Assert.That(await others[number - 1], Is.EqualTo(number));
        }
        Assert.That(
            await Numbers(),
            Is.EqualTo(Enumerable.Range(0, 41).Where(number => number % 4 != 0 || number == 0))
        );
    }

    [Test]
    public async Task Those_who_find_nothing_and_write_the_same_key_find_what_the_first_wrote()
    {
        Task<bool> AddIfNone() =>
            Write(async tx =>
            {
                if ((await tx.All<long>("SELECT number FROM thing")).Count == 0)
                    await Add(tx, 7);
                return true;
            });

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(AddIfNone)));

        Assert.That(await Numbers(), Is.EqualTo([7L]));
    }

    [Test]
    public async Task A_statement_that_fails_takes_its_own_work_back_and_nobody_elses()
    {
        await Write(tx => Add(tx, 1));

        var writes = new[] { 2, 3, 4 }
            .Select(number =>
                Write(async tx =>
                {
                    await Add(tx, number);
                    return await Add(tx, number == 3 ? 1 : number + 10);
                })
            )
            .ToArray();

        Assert.That(async () => await writes[1], Throws.InstanceOf<System.Data.Common.DbException>());
        await writes[0];
        await writes[2];
        Assert.That(await Numbers(), Is.EqualTo([1, 2, 4, 12, 14]));
    }

    [Test]
    public async Task A_refusal_rolls_back_and_is_the_answer_of_its_key_from_then_on()
    {
        var runs = 0;
        Task<Outcome<long>> Try(Caller caller) =>
            _database.Write<long>(
                caller,
                async tx =>
                {
                    runs++;
                    await Add(tx, 1);
                    return Refusals.SessionFull;
                }
            );

        var first = Caller("key");
        Assert.That((await Try(first)).Refusal?.Code, Is.EqualTo("session_full"));
        Assert.That(first.Replayed, Is.False);
        Assert.That(await Numbers(), Is.Empty);

        var ran = runs;
        var again = Caller("key");
        Assert.That((await Try(again)).Refusal?.Code, Is.EqualTo("session_full"));
        Assert.That(again.Replayed, Is.True);
        Assert.That(runs, Is.EqualTo(ran));
    }

    [Test]
    public async Task A_refusal_among_others_takes_back_its_own_writes_and_nobody_elses()
    {
        var outcomes = await Task.WhenAll(
            Enumerable
                .Range(1, 40)
                .Select(number =>
                    _database.Write<long>(
                        Caller($"key-{number}"),
                        async tx =>
                        {
                            if (number % 4 != 1)
                                await Add(tx, number);
                            return number % 4 < 2 ? Refusals.SessionFull : number;
                        }
                    )
                )
        );

        Assert.That(outcomes.Count(outcome => outcome.Refusal is not null), Is.EqualTo(20));
        Assert.That(await Numbers(), Is.EqualTo(Enumerable.Range(1, 40).Where(number => number % 4 >= 2)));
    }

    [Test]
    public async Task A_key_whose_work_failed_is_not_spent()
    {
        Assert.That(
            async () => await _database.Write<long>(Caller("key"), _ => throw new InvalidOperationException()),
            Throws.InvalidOperationException
        );

        var caller = Caller("key");
        var outcome = await _database.Write<long>(caller, async tx => await Add(tx, 1));

        Assert.That((outcome.Value, caller.Replayed), Is.EqualTo((1, false)));
    }

    [Test]
    public async Task Work_that_awaits_something_else_is_refused_loudly_where_one_writer_serves_all()
    {
        var something = new TaskCompletionSource();
        var work = Write(async tx =>
        {
            await Add(tx, 1);
            await something.Task;
            return 1;
        });

        if (TestDatabase.IsPostgres)
        {
            something.SetResult();
            Assert.That(await work, Is.EqualTo(1));
        }
        else
        {
            Assert.That(async () => await work, Throws.InvalidOperationException.With.Message.Contains("awaited"));
            something.SetResult();
        }
        await Write(tx => Add(tx, 2));
        Assert.That(await Numbers(), Is.EqualTo(TestDatabase.IsPostgres ? new long[] { 1, 2 } : [2]));
    }

    [Test]
    public async Task A_reader_sees_what_is_committed_and_nothing_before()
    {
        using var written = new ManualResetEventSlim();
        using var looked = new ManualResetEventSlim();
        var write = Task.Run(() =>
            Write(async tx =>
            {
                await Add(tx, 1);
                written.Set();
                looked.Wait(TimeSpan.FromMinutes(1));
                return 1;
            })
        );
        written.Wait(TimeSpan.FromMinutes(1));

        Assert.That(await Numbers(), Is.Empty);
        looked.Set();
        await write;
        Assert.That(await Numbers(), Is.EqualTo([1]));
    }

    [Test]
    public async Task The_version_has_risen_before_a_writer_is_answered()
    {
        for (var number = 0; number < 20; number++)
        {
            var before = _database.Version;
            await Write(tx => Add(tx, number));
            if (TestDatabase.IsPostgres)
                Assert.That(_database.Version, Is.Null, "Other instances commit too.");
            else
                Assert.That(_database.Version, Is.GreaterThan(before!.Value));
        }
    }

    [Test]
    public async Task Work_that_fails_has_sent_nothing_and_wakes_nobody()
    {
        var woken = 0;
        _database.MessagesCommitted = _ => woken++;

        Assert.That(
            async () =>
                await Write<int>(async tx =>
                {
                    await tx.Send("thing.v1", new { id = 1 }, TestHost.Start);
                    throw new InvalidOperationException();
                }),
            Throws.InvalidOperationException
        );
        await _database.Write<long>(
            Caller("refused"),
            async tx =>
            {
                await tx.Send("thing.v1", new { id = 1 }, TestHost.Start);
                return Refusals.SessionFull;
            }
        );
        Assert.That(woken, Is.Zero);

        await Write(async tx =>
        {
            await tx.Send("thing.v1", new { id = 1 }, TestHost.Start);
            return true;
        });
        Assert.That(woken, Is.EqualTo(1));
        Assert.That(await _database.Read(read => read.Get<long>("SELECT COUNT(*) FROM outbox")), Is.EqualTo(1));
    }

    static Caller Caller(string key) =>
        ClosedDoor.Platform.Identity.Caller.Internal(
            new Standing(CallerKind.Company, "acc_test", null, Permission.None, null),
            TestHost.Start,
            key
        );

    static Task<int> Add(Tx tx, long number) =>
        tx.Execute("INSERT INTO thing (number) VALUES (@number)", new { number });

    Task<T> Write<T>(Func<Tx, Task<T>> work) => _database.Write("test", work);

    Task<List<long>> Numbers() => _database.Read(read => read.All<long>("SELECT number FROM thing ORDER BY number"));
}
