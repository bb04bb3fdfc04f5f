using ClosedDoor.Platform.Data;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

public class MigratorTests : OwnDatabase
{
    static readonly Migrator.Migration First = new(
        "0001_first.sql",
        "CREATE TABLE first (id TEXT PRIMARY KEY);\nCREATE TABLE trace (number BIGINT NOT NULL);\nINSERT INTO trace (number) VALUES (1);"
    );
    static readonly Migrator.Migration Second = new(
        "0002_second.sql",
        "CREATE TABLE second (id TEXT REFERENCES first (id));\nINSERT INTO trace (number) VALUES (2);"
    );
    static readonly Migrator.Migration Third = new("0003_third.sql", "INSERT INTO trace (number) VALUES (3);");

    [Test]
    public async Task Migrations_are_applied_in_order_each_once()
    {
        Assert.That(await Apply(First, Second), Is.EqualTo(2));
        Assert.That(await Trace(), Is.EqualTo([1, 2]));

        Assert.That(await Apply(First, Second), Is.Zero);
        Assert.That(await Apply(First, Second, Third), Is.EqualTo(1));
        Assert.That(await Trace(), Is.EqualTo([1, 2, 3]));
    }

    [Test]
    public async Task A_start_on_a_database_that_is_up_to_date_applies_nothing()
    {
        var migrator = new Migrator(_database);
        Assert.That(await migrator.Apply(TestHost.Start), Is.EqualTo(Migrator.Known.Count));
        Assert.That(await migrator.IsUpToDate(), Is.True);

        await using var again = _store.Open();
        Assert.That(await new Migrator(again).Apply(TestHost.Start), Is.Zero);
    }

    [Test]
    public void The_release_numbers_its_migrations_without_a_gap() =>
        Assert.That(
            Migrator.Known.Select(migration => migration.Name[..5]),
            Is.EqualTo(Enumerable.Range(1, Migrator.Known.Count).Select(number => $"{number:D4}_"))
        );

    [Test]
    public async Task A_migration_that_was_edited_after_it_was_applied_stops_the_start()
    {
        await Apply(First, Second);

        var refused = await Refused(new(First.Name, First.Sql + "\n-- edited"), Second, Third);

        Assert.That(refused.Message, Does.Contain("0001_first.sql").And.Contains("edited"));
        Assert.That(await Trace(), Is.EqualTo([1, 2]));
    }

    [Test]
    public async Task The_release_before_starts_on_what_a_later_one_has_added()
    {
        await Apply(First, Second, Third);

        Assert.That(await Apply(First, Second), Is.Zero);
        Assert.That(await Trace(), Is.EqualTo([1, 2, 3]));
    }

    [Test]
    public async Task A_migration_of_another_line_of_releases_stops_the_start()
    {
        await Apply(First, Second);

        var refused = await Refused(First, new("0003_other.sql", "SELECT 1"));

        Assert.That(refused.Message, Does.Contain("0002_second.sql").And.Contains("does not know"));
    }

    [Test]
    public async Task A_new_migration_that_sorts_before_an_applied_one_stops_the_start()
    {
        await Apply(First, Third);

        var refused = await Refused(First, Second, Third);

        Assert.That(refused.Message, Does.Contain("0002_second.sql"));
        Assert.That(await Trace(), Is.EqualTo([1, 3]));
    }

    [Test]
    public async Task A_migration_that_fails_leaves_nothing_behind_and_can_be_put_right()
    {
        await Apply(First);
        var broken = new Migrator.Migration(Second.Name, Second.Sql + "\nINSERT INTO nowhere (number) VALUES (2);");

        Assert.That(async () => await Apply(First, broken, Third), Throws.Exception);

        Assert.That(await Trace(), Is.EqualTo([1]));
        Assert.That(await Apply(First, Second, Third), Is.EqualTo(2));
        Assert.That(await Trace(), Is.EqualTo([1, 2, 3]));
    }

    [Test]
    public async Task Instances_that_start_together_apply_each_migration_once()
    {
        var applied = await Races.Race.Run(
            4,
            async _ =>
            {
                await using var instance = _store.Open();
                return await new Migrator(instance).Apply(TestHost.Start, [First, Second, Third]);
            }
        );

        Assert.That(applied.Order(), Is.EqualTo([0, 0, 0, 3]));
        Assert.That(await Trace(), Is.EqualTo([1, 2, 3]));
    }

    Task<int> Apply(params Migrator.Migration[] known) => new Migrator(_database).Apply(TestHost.Start, known);

    async Task<MigrationException> Refused(params Migrator.Migration[] known) =>
        (await Assert.ThrowsAsync<MigrationException>(() => Apply(known)))!;

    Task<List<long>> Trace() => _database.Read(read => read.All<long>("SELECT number FROM trace ORDER BY number"));
}
