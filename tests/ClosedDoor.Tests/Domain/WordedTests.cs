using ClosedDoor.Domain;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

/// <summary>Whatever is said to people is said in both languages, and agreed words stay what they were.</summary>
public class WordedTests
{
    [Test]
    public void Every_reason_for_which_a_bank_line_waits_has_words_of_its_own()
    {
        var said = Enum.GetValues<BankLineReason>().Select(reason => reason.Say()).ToArray();

        Assert.That(said.Select(text => text.Zh), Is.Unique.And.None.Empty);
        Assert.That(said.Select(text => text.En), Is.Unique.And.None.Empty);
    }

    /// <summary>Whoever changes a text gives it the next version, or what guests agreed to would not be what they read.</summary>
    [TestCase(
        ConsentKind.IntegrityPledge,
        "2026-1",
        "9456f3b649c0de4c5966cd74f7e9a5d09050bf26ab8d53e53c12e5b3a74dd19f"
    )]
    [TestCase(ConsentKind.Photo, "2026-1", "39ee9b438a0938ff815aea65889d2e2ad0a95bf8dbc69e5bd496e051d6c9ed56")]
    [TestCase(ConsentKind.Naming, "2026-1", "cd21c20c7511e9f5665710470316682462eff2a68c5f181f77557437196ba69d")]
    public void A_consents_text_stays_what_it_was_under_its_version(ConsentKind kind, string version, string sha256) =>
        Assert.That(
            ConsentText.Of(kind) is var text ? (text.Version, text.Sha256) : default,
            Is.EqualTo((version, sha256))
        );

    [Test]
    public void There_is_one_consent_text_of_each_kind() =>
        Assert.That(ConsentText.All.Select(text => text.Kind), Is.EquivalentTo(Enum.GetValues<ConsentKind>()));
}
