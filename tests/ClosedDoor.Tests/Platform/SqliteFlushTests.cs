using System.Collections.Concurrent;
using ClosedDoor.Platform.Data;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

public class SqliteFlushTests
{
    BlockingCollection<(int Item, Exception? Failure)> _answers = null!;
    string _folder = null!;
    SqliteFlush<int> _flush = null!;

    string Database => Path.Combine(_folder, "flush.db");

    [SetUp]
    public void Start()
    {
        _folder = Directory.CreateTempSubdirectory("closeddoor-flush-").FullName;
        _answers = [];
        _flush = new SqliteFlush<int>(Database, (item, failure) => _answers.Add((item, failure)));
    }

    [TearDown]
    public void Stop()
    {
        _flush.Dispose();
        _answers.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public void Everything_that_was_added_is_answered_in_its_order_before_the_end()
    {
        File.WriteAllBytes($"{Database}-wal", [1]);
        for (var group = 0; group < 50; group++)
            _flush.Add([2 * group, 2 * group + 1]);
        _flush.Dispose();

        Assert.That(_answers, Is.EqualTo(Enumerable.Range(0, 100).Select(item => (item, (Exception?)null))));
    }

    [Test]
    public void After_a_flush_that_failed_nothing_passes_for_durable_until_the_log_is_mended()
    {
        _flush.Add([1]); // There is no log to flush.
        Assert.That(Next(), Is.EqualTo((1, false)));
        Assert.That(_flush.Failed);

        File.WriteAllBytes($"{Database}-wal", [1]);
        _flush.Add([2]);
        Assert.That(Next(), Is.EqualTo((2, false)));

        _flush.Mended();
        _flush.Add([3]);
        Assert.That(Next(), Is.EqualTo((3, true)));
    }

    [Test]
    public void What_the_system_says_it_cannot_flush_does_not_pass_for_durable()
    {
        // It answers EINVAL here, and EROFS for a disk that it has given up: the framework keeps quiet about both.
        File.CreateSymbolicLink($"{Database}-wal", "/dev/null");
        _flush.Add([1]);

        Assert.That(Next(), Is.EqualTo((1, false)));
        Assert.That(_flush.Failed);
    }

    (int Item, bool Durable) Next() =>
        _answers.TryTake(out var answer, TimeSpan.FromMinutes(1))
            ? (answer.Item, answer.Failure is not DatabaseUnavailableException)
            : throw new TimeoutException("Nothing was answered.");
}
