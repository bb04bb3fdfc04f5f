using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

/// <summary>Work of several commits under one key, which no two instances may do at the same time.</summary>
[On(Engine.Postgres, "No two instances share a SQLite database.")]
public class OnceAnywhereTests : OwnDatabase
{
    private protected override Task<TestDatabase> Make() => TestDatabase.CreateMigrated();

    [Test]
    public async Task Who_asks_another_instance_again_while_it_is_under_way_is_put_off_and_once_it_is_answered_gets_that_answer()
    {
        await using var elsewhere = _store.Open();
        var (first, again) = (Caller("key"), Caller("key"));
        Outcome<long> during = 0L;
        Outcome<long> after = 0L;

        await elsewhere.OnceAnywhere<long>(
            first,
            async () =>
            {
                during = await Ask(Caller("key"));
                var answer = await elsewhere.Write<long>(first, _ => Task.FromResult<Outcome<long>>(1L));
                // Its name is not free yet, as when the server has not noticed that its connection was lost.
                after = await Ask(again);
                return answer;
            }
        );

        Assert.That(during.Refusal, Is.EqualTo(Refusals.IdempotencyInProgress));
        Assert.That((after.Value, again.Replayed), Is.EqualTo((1, true)));

        Task<Outcome<long>> Ask(Caller caller) =>
            _database.OnceAnywhere<long>(caller, () => throw new InvalidOperationException("It is done twice."));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Once_it_is_over_or_has_failed_nothing_of_it_is_locked(bool fails)
    {
        for (var i = 0; i < 10; i++)
        {
            async Task<Outcome<long>> Run() =>
                await _database.OnceAnywhere<long>(
                    Caller($"key-{i}"),
                    () =>
                        fails
                            ? throw new InvalidOperationException()
                            : Task.FromResult<Outcome<long>>(Refusals.Forbidden)
                );
            if (fails)
                Assert.That(async () => await Run(), Throws.InvalidOperationException);
            else
                Assert.That((await Run()).Refusal, Is.EqualTo(Refusals.Forbidden));

            Assert.That(
                await _database.Read(read =>
                    read.Get<long>(
                        """
                        SELECT COUNT(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
                        WHERE datname = current_database() AND locktype = 'advisory'
                        """
                    )
                ),
                Is.Zero
            );
        }
    }

    static Caller Caller(string key) =>
        ClosedDoor.Platform.Identity.Caller.Internal(
            new Standing(CallerKind.Company, "acc_test", null, Permission.None, null),
            TestHost.Start,
            key
        );
}
