using ClosedDoor.Platform.Data;
using Microsoft.Data.Sqlite;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

public class PreparedConnectionTests
{
    const string Up = "SELECT number FROM thing WHERE number > @above ORDER BY number";

    PreparedConnection _connection = null!;

    [SetUp]
    public void Open()
    {
        _connection = new PreparedConnection("Data Source=:memory:");
        _connection.Open();
        _connection.Run("CREATE TABLE thing (number BIGINT PRIMARY KEY, word TEXT, bytes BLOB)", null);
        for (long number = 1; number <= 3; number++)
            Add(number);
    }

    [TearDown]
    public void Close() => _connection.Dispose();

    [Test]
    public void A_statement_runs_with_the_arguments_of_each_call()
    {
        Assert.That(Numbers(above: 0), Is.EqualTo([1, 2, 3]));
        Assert.That(Numbers(above: 2), Is.EqualTo([3]));
        Assert.That(Numbers(above: 1), Is.EqualTo([2, 3]));
        Assert.That(_connection.All<long>(Up, new { Above = 2L, Unused = "" }), Is.EqualTo([3]));
    }

    [Test]
    public void A_statement_that_was_left_after_its_first_row_starts_over()
    {
        for (var i = 0; i < 3; i++)
            Assert.That(_connection.First<long>(Up, new { above = 1L }), Is.EqualTo(2));
        Assert.That(Numbers(above: 1), Is.EqualTo([2, 3]));
    }

    [Test]
    public void A_statement_that_failed_runs_again()
    {
        for (var i = 0; i < 3; i++)
            Assert.That(
                () => Add(1),
                Throws.InstanceOf<SqliteException>().With.Property("SqliteExtendedErrorCode").EqualTo(1555)
            );

        Add(4);
        Assert.That(Numbers(above: 0), Is.EqualTo([1, 2, 3, 4]));
    }

    [Test]
    public void A_statement_survives_a_change_of_the_table_that_it_reads()
    {
        const string all = "SELECT thing.*, 7 AS seven FROM thing WHERE number = 3";
        Assert.That(_connection.First<Row>(all, null), Is.EqualTo(new Row { Number = 3, Seven = 7 }));
        _connection.Run("ALTER TABLE thing ADD COLUMN more TEXT", null);
        _connection.Run("CREATE INDEX thing_number ON thing (number, more)", null);
        Assert.That(_connection.First<Row>(all, null), Is.EqualTo(new Row { Number = 3, Seven = 7 }));
        Assert.That(Numbers(above: 0), Is.EqualTo([1, 2, 3]));
    }

    [Test]
    public void How_many_rows_changed_is_told_and_none_is_none()
    {
        Assert.That(_connection.Run("UPDATE thing SET word = @word", new { word = "x" }), Is.EqualTo(3));
        Assert.That(_connection.Run("DELETE FROM thing WHERE number > @above", new { above = 9L }), Is.EqualTo(0));
    }

    [Test]
    public void Values_come_back_as_they_were_put()
    {
        var long_text = new string('闭', 3000);
        foreach (var text in new[] { null, "", "a", "闭门会", long_text })
            Assert.That(_connection.First<string?>("SELECT @text", new { text }), Is.EqualTo(text));
        foreach (var bytes in new byte[]?[] { null, [], [0, 1, 255] })
            Assert.That(_connection.First<byte[]?>("SELECT @bytes", new { bytes }), Is.EqualTo(bytes));
        foreach (var instant in new Instant?[] { null, Instant.FromUnixTimeMilliseconds(1_790_000_000_123) })
            Assert.That(_connection.First<Instant?>("SELECT @instant", new { instant }), Is.EqualTo(instant));
        var day = new LocalDate(2026, 2, 28);
        Assert.That(_connection.First<LocalDate>("SELECT @day", new { day }), Is.EqualTo(day));
        var time = new LocalTime(9, 30);
        Assert.That(_connection.First<LocalTime?>("SELECT @time", new { time }), Is.EqualTo(time));
        Assert.That(_connection.First<long?>("SELECT @none", new { none = (long?)null }), Is.Null);
        Assert.That(
            _connection.First<Pair>("SELECT 1 AS left_one, 'b' AS right_one", null),
            Is.EqualTo(new Pair(1, "b"))
        );
    }

    [Test]
    public void An_argument_that_is_missing_or_of_no_columns_type_is_told_loudly()
    {
        Assert.That(() => _connection.All<long>(Up, new { below = 1L }), Throws.InvalidOperationException);
        Assert.That(() => _connection.All<long>(Up, new { above = new object() }), Throws.Exception);
        Assert.That(() => _connection.Only<long>(Up, new { above = 3L }), Throws.InvalidOperationException);
    }

    [Test]
    public void What_cannot_be_set_up_is_closed()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, new string('x', 4096));

            Assert.That(
                () => PreparedConnection.Open($"Data Source={path};Pooling=false", "SELECT * FROM sqlite_schema;"),
                Throws.InstanceOf<SqliteException>()
            );

            Assert.That(
                Directory.GetFiles("/proc/self/fd").Select(one => new FileInfo(one).LinkTarget),
                Has.None.EqualTo(path)
            );
        }
        finally
        {
            File.Delete(path);
        }
    }

    sealed record Row
    {
        public long Number { get; init; }
        public long Seven { get; init; }
    }

    sealed record Pair(long LeftOne, string RightOne);

    void Add(long number) => _connection.Run("INSERT INTO thing (number) VALUES (@number)", new { number });

    List<long> Numbers(long above) => _connection.All<long>(Up, new { above });
}
