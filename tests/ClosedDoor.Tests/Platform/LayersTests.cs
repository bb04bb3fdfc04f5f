using System.Text.RegularExpressions;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

/// <summary>The features stand on the platform, and not the other way round: it knows none of them.</summary>
public partial class LayersTests
{
    /// <summary>A backup counts once every invariant holds in it, and those are the features'.</summary>
    const string KnowsAFeature = "VerifyBackup.cs";

    /// <summary>Who calls, in whose name an export is, what still needs a file, and how much there is in a backup.</summary>
    static readonly string[] ReadFeaturesTables = ["Export.cs", "FileTable.cs", "KnownTokens.cs", KnowsAFeature];

    [Test]
    public void The_platform_knows_no_feature_but_the_invariants_of_a_backup()
    {
        var platform = Path.Combine(Readme.Root, "src", "ClosedDoor", "Platform");
        var knowing = Directory
            .GetFiles(platform, "*.cs", SearchOption.AllDirectories)
            .Where(file => NamesAFeature().IsMatch(File.ReadAllText(file)));

        Assert.That(knowing.Select(Path.GetFileName), Is.EqualTo([KnowsAFeature]));
    }

    [Test]
    public void The_platform_reads_what_features_write_for_callers_files_and_backups_alone()
    {
        var source = Path.Combine(Readme.Root, "src", "ClosedDoor");
        var files = Directory
            .GetFiles(source, "*.cs", SearchOption.AllDirectories)
            .Select(file => (Path.GetRelativePath(source, file), File.ReadAllText(file)))
            .ToArray();

        Assert.That(ReadersOfFeatures(files).Order(StringComparer.Ordinal), Is.EqualTo(ReadFeaturesTables));
    }

    [Test]
    public void Control_a_file_of_the_platform_that_reads_a_table_of_a_feature_is_found() =>
        Assert.That(
            ReadersOfFeatures([
                ("Platform/Outbox/OutboxTable.cs", "UPDATE outbox SET attempts = 0"),
                ("Features/Guests/GuestTable.cs", "UPDATE guest SET name = ''"),
                ("Platform/Outbox/Own.cs", "SELECT id FROM outbox"),
                (
                    "Platform/Mail/Theirs.cs",
                    "SELECT outbox.id FROM outbox JOIN\n    guest ON guest.id = outbox.subject_id"
                ),
            ]),
            Is.EqualTo(["Theirs.cs"])
        );

    /// <summary>A table is whose that writes it.</summary>
    static IEnumerable<string> ReadersOfFeatures(IReadOnlyCollection<(string Path, string Text)> files)
    {
        var theirs = TableWritersTests
            .Writers(files)
            .Where(table => table.Value.Exists(writer => writer.StartsWith("Features", StringComparison.Ordinal)))
            .Select(table => table.Key)
            .ToHashSet();
        return files
            .Where(file => file.Path.StartsWith("Platform", StringComparison.Ordinal))
            .Where(file => Read().Matches(file.Text).Any(read => theirs.Contains(read.Groups["table"].Value)))
            .Select(file => Path.GetFileName(file.Path));
    }

    [TestCase("using ClosedDoor.Features.Payments.Ledger;", true)]
    [TestCase("_ = new Features.Invariants.CheckInvariants(db);", true)]
    [TestCase("http.Features.Get<IHttpMinResponseDataRateFeature>()", false)]
    public void Control_what_names_a_feature_is_found(string code, bool names) =>
        Assert.That(NamesAFeature().IsMatch(code), Is.EqualTo(names));

    [GeneratedRegex(@"\b(FROM|JOIN)\s+(?<table>\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Read();

    [GeneratedRegex(@"(\bClosedDoor\.|(?<![\w.]))Features\.[A-Z]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NamesAFeature();
}
