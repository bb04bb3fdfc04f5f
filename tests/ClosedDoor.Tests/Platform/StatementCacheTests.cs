using ClosedDoor.Platform.Data;
using Dapper;
using Microsoft.Data.Sqlite;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

public class StatementCacheTests
{
    const string Up = "SELECT number FROM thing WHERE number > @above ORDER BY number";

    StatementCache _connection = null!;

    [SetUp]
    public void Open()
    {
        _connection = new StatementCache("Data Source=:memory:");
        _connection.Open();
        _connection.Execute("CREATE TABLE thing (number BIGINT PRIMARY KEY)");
        for (var number = 1; number <= 3; number++)
            Run("INSERT INTO thing (number) VALUES (@number)", new { number });
    }

    [TearDown]
    public void Close() => _connection.Dispose();

    [Test]
    public void A_statement_is_compiled_once_and_runs_with_the_arguments_of_each_call()
    {
        _connection.Next(Up);
        var first = _connection.CreateCommand();
        first.Dispose();
        _connection.Next(Up);
        using var second = _connection.CreateCommand();
        Assert.That(second, Is.SameAs(first));
        second.Dispose();

        Assert.That(Numbers(above: 0), Is.EqualTo([1, 2, 3]));
        Assert.That(Numbers(above: 2), Is.EqualTo([3]));
        Assert.That(Numbers(above: 1), Is.EqualTo([2, 3]));
    }

    [Test]
    public void A_statement_begun_again_while_its_rows_are_read_does_not_disturb_them()
    {
        var seen = new List<string>();
        _connection.Next(Up);
        foreach (var outer in _connection.Query<long>(Up, new { above = 0 }, buffered: false))
        {
            _connection.Next(Up);
            foreach (var inner in _connection.Query<long>(Up, new { above = outer }, buffered: false))
                seen.Add($"{outer}{inner}");
        }
        Assert.That(seen, Is.EqualTo(["12", "13", "23"]));
        Assert.That(Numbers(above: 0), Is.EqualTo([1, 2, 3]));
    }

    [Test]
    public void A_statement_that_failed_runs_again()
    {
        const string Insert = "INSERT INTO thing (number) VALUES (@number)";
        for (var i = 0; i < 3; i++)
            Assert.That(() => Run(Insert, new { number = 1 }), Throws.InstanceOf<SqliteException>());

        Run(Insert, new { number = 4 });
        Assert.That(Numbers(above: 0), Is.EqualTo([1, 2, 3, 4]));
    }

    [Test]
    public void A_statement_survives_a_change_of_the_table_that_it_reads()
    {
        Assert.That(Numbers(above: 0), Is.EqualTo([1, 2, 3]));
        _connection.Execute("ALTER TABLE thing ADD COLUMN more TEXT");
        _connection.Execute("CREATE INDEX thing_number ON thing (number, more)");
        Assert.That(Numbers(above: 0), Is.EqualTo([1, 2, 3]));
    }

    [Test]
    public void SQL_that_was_not_announced_is_not_mistaken_for_what_was()
    {
        _connection.Next(Up);
        Assert.That(_connection.Query<long>(Up, new { above = 2 }), Is.EqualTo([3]));
        Assert.That(_connection.Query<long>("SELECT COUNT(*) FROM thing"), Is.EqualTo([3]));
    }

    void Run(string sql, object args)
    {
        _connection.Next(sql);
        _connection.Execute(sql, args);
    }

    List<long> Numbers(long above)
    {
        _connection.Next(Up);
        return _connection.Query<long>(Up, new { above }).AsList();
    }
}
