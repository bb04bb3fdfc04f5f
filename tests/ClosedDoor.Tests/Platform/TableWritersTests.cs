using System.Text.RegularExpressions;
using ClosedDoor.Platform.Data;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

/// <summary>
/// Each table is written in one file: whoever looks for what may happen to a row has one place to read, and a guard that
/// is added there holds for all callers.
/// </summary>
public partial class TableWritersTests
{
    static readonly string[] Tables =
    [
        .. Migrator.Known.SelectMany(migration =>
            Created().Matches(migration.Sql).Select(match => match.Groups["table"].Value)
        ),
    ];

    [Test]
    public void Every_table_is_written_in_one_file()
    {
        var writers = Writers(
            Directory
                .GetFiles(Path.Combine(Readme.Root, "src"), "*.cs", SearchOption.AllDirectories)
                .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}"))
                .Select(file => (Path.GetFileName(file), File.ReadAllText(file)))
        );

        Assert.That(
            writers
                .Where(table => table.Value.Count > 1)
                .Select(table => $"{table.Key}: {string.Join(", ", table.Value)}"),
            Is.Empty
        );
        Assert.That(writers.Keys, Is.EquivalentTo(Tables), "A table that nothing writes is not needed.");
    }

    [Test]
    public void Control_a_second_file_that_writes_a_table_is_found()
    {
        var writers = Writers([
            ("One.cs", "INSERT INTO seat (session_id) VALUES (1) ON CONFLICT DO UPDATE SET number = 1"),
            ("Two.cs", "SELECT 1 FROM seat FOR UPDATE; update  seat SET number = 2"),
            ("Three.cs", "DELETE FROM\n    company"),
        ]);

        Assert.That(writers["seat"], Is.EqualTo(["One.cs", "Two.cs"]));
        Assert.That(writers["company"], Is.EqualTo(["Three.cs"]));
    }

    /// <summary>Who writes which table, of those that the migrations make.</summary>
    internal static Dictionary<string, List<string>> Writers(IEnumerable<(string Name, string Text)> files) =>
        files
            .SelectMany(file =>
                Written()
                    .Matches(file.Text)
                    .Select(match => match.Groups["table"].Value)
                    .Distinct()
                    .Where(table => Tables.Contains(table))
                    .Select(table => (table, file.Name))
            )
            .GroupBy(pair => pair.table)
            .ToDictionary(group => group.Key, group => group.Select(pair => pair.Name).ToList());

    [GeneratedRegex(@"CREATE TABLE (?<table>\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Created();

    [GeneratedRegex(
        @"\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+(?<table>\w+)",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase,
        1000
    )]
    private static partial Regex Written();
}
