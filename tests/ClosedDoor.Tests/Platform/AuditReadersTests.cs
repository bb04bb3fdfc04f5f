using System.Text.RegularExpressions;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

/// <summary>
/// The audit log tells people what happened; what a decision goes by is a column or a table of its own. Else what the log
/// says, and how it says it, could no longer change without changing what is decided.
/// </summary>
public partial class AuditReadersTests
{
    /// <summary>The one holds the log against itself; the other counts what a guest tried within a day.</summary>
    static readonly string[] Readers = ["PlatformInvariants.cs", "CorrectMyData.cs"];

    [Test]
    public void No_other_feature_reads_the_audit_log()
    {
        var sources = Path.Combine(Readme.Root, "src", "ClosedDoor");
        var readers = Directory
            .GetFiles(sources, "*.cs", SearchOption.AllDirectories)
            .Select(file => (Name: Path.GetRelativePath(sources, file), Text: File.ReadAllText(file)))
            .Where(file => IsRead().IsMatch(file.Text))
            .Select(file => file.Name)
            .ToList();

        Assert.That(readers.Where(name => !IsOfThePlatform(name)).Select(Path.GetFileName), Is.EquivalentTo(Readers));
    }

    [TestCase("SELECT COUNT(*) FROM audit WHERE chain = @id", true)]
    [TestCase("SELECT 1 FROM refund\n    JOIN  audit AS a ON true", true)]
    [TestCase("SELECT seq FROM audit_head", true)]
    [TestCase("INSERT INTO audit (chain) VALUES (@chain)", false)]
    [TestCase("SELECT audited FROM audition", false)]
    public void Control_what_reads_it_is_found(string sql, bool isRead) =>
        Assert.That(IsRead().IsMatch(sql), Is.EqualTo(isRead));

    static bool IsOfThePlatform(string name) =>
        name.Split(Path.DirectorySeparatorChar) is ["Platform", "Audit" or "Backup", ..];

    [GeneratedRegex(
        @"\b(FROM|JOIN)\s+audit(_head|_seal)?\b",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase,
        1000
    )]
    private static partial Regex IsRead();
}
