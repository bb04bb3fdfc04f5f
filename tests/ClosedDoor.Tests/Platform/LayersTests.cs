using System.Text.RegularExpressions;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

/// <summary>The features stand on the platform, and not the other way round: it knows none of them.</summary>
public partial class LayersTests
{
    /// <summary>A backup counts once every invariant holds in it, and those are the features'.</summary>
    const string KnowsAFeature = "VerifyBackup.cs";

    [Test]
    public void The_platform_knows_no_feature_but_the_invariants_of_a_backup()
    {
        var platform = Path.Combine(Readme.Root, "src", "ClosedDoor", "Platform");
        var knowing = Directory
            .GetFiles(platform, "*.cs", SearchOption.AllDirectories)
            .Where(file => NamesAFeature().IsMatch(File.ReadAllText(file)));

        Assert.That(knowing.Select(Path.GetFileName), Is.EqualTo([KnowsAFeature]));
    }

    [TestCase("using ClosedDoor.Features.Payments.Ledger;", true)]
    [TestCase("_ = new Features.Invariants.CheckInvariants(db);", true)]
    [TestCase("http.Features.Get<IHttpMinResponseDataRateFeature>()", false)]
    public void Control_what_names_a_feature_is_found(string code, bool names) =>
        Assert.That(NamesAFeature().IsMatch(code), Is.EqualTo(names));

    [GeneratedRegex(@"(\bClosedDoor\.|(?<![\w.]))Features\.[A-Z]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NamesAFeature();
}
