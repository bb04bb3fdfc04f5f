using ClosedDoor.Domain;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public sealed class SocialCreditCodeTests
{
    const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    static readonly Gen<string> ValidCodes =
        from start in Gen.Elements("91", "92", "93", "11", "12", "52")
        from region in Properties.TextOf("0123456789", 6)
        from organization in Properties.TextOf(Alphabet, 9)
        select SocialCreditCode.Compose(start + region + organization).Value;

    [TestCase("9144030071526726XG", SocialCreditCodeKind.Enterprise, true)]
    [TestCase("91440300708461136T", SocialCreditCodeKind.Enterprise, true)]
    [TestCase("914403001922038216", SocialCreditCodeKind.Enterprise, true)]
    [TestCase("91330100799655058B", SocialCreditCodeKind.Enterprise, true)]
    [TestCase("9152000071430580XT", SocialCreditCodeKind.Enterprise, true)]
    [TestCase("914403007084678371", SocialCreditCodeKind.Enterprise, true)]
    [TestCase("12100000400000624D", SocialCreditCodeKind.PublicInstitution, false)]
    [TestCase("12100000400009127B", SocialCreditCodeKind.PublicInstitution, false)]
    [TestCase("12330000470051726F", SocialCreditCodeKind.PublicInstitution, false)]
    public void A_genuine_code_is_read(string text, SocialCreditCodeKind kind, bool mayTakeSeat)
    {
        var code = SocialCreditCode.Parse(text).Value;

        Assert.That(code.Value, Is.EqualTo(text));
        Assert.That(code.ToString(), Is.EqualTo(text));
        Assert.That(code.Kind, Is.EqualTo(kind));
        Assert.That(code.MayTakeSeat, Is.EqualTo(mayTakeSeat));
        Assert.That(code.OrganizationCodeWarning, Is.Null);
    }

    [TestCase("11", SocialCreditCodeKind.GovernmentBody, false)]
    [TestCase("51", SocialCreditCodeKind.SocialOrganization, false)]
    [TestCase("52", SocialCreditCodeKind.PrivateNonEnterprise, false)]
    [TestCase("53", SocialCreditCodeKind.Foundation, false)]
    [TestCase("92", SocialCreditCodeKind.SoleTrader, true)]
    [TestCase("93", SocialCreditCodeKind.Cooperative, true)]
    [TestCase("Y1", SocialCreditCodeKind.Other, false)]
    public void The_first_two_characters_say_who_may_take_a_seat(
        string start,
        SocialCreditCodeKind kind,
        bool mayTakeSeat
    )
    {
        var code = SocialCreditCode.Compose(start + "440300715267260");

        Assert.That(code.Kind, Is.EqualTo(kind));
        Assert.That(code.MayTakeSeat, Is.EqualTo(mayTakeSeat));
    }

    [TestCase("11", true)]
    [TestCase("12", true)]
    [TestCase("52", true)]
    [TestCase("91", true)]
    [TestCase("51", false)]
    [TestCase("53", false)]
    [TestCase("92", false)]
    [TestCase("93", false)]
    [TestCase("Y1", false)]
    public void The_first_two_characters_say_who_may_be_a_hospital(string start, bool mayBeHospital) =>
        Assert.That(SocialCreditCode.Compose(start + "440300715267260").MayBeHospital(), Is.EqualTo(mayBeHospital));

    [TestCase(" 9144030071526726xg ")]
    [TestCase("9144 0300 7152 6726 XG")]
    [TestCase("\t9144030071526726XG\r\n")]
    public void What_a_person_types_is_tidied(string text) =>
        Assert.That(SocialCreditCode.Parse(text).Value.Value, Is.EqualTo("9144030071526726XG"));

    [Test]
    public void A_code_in_full_width_characters_is_read() =>
        Assert.That(
            SocialCreditCode.Parse(" 9144030071526726xg ".FullWidth()).Value.Value,
            Is.EqualTo("9144030071526726XG")
        );

    [TestCase(null)]
    [TestCase("")]
    [TestCase("9144030071526726X")]
    [TestCase("9144030071526726XGG")]
    [TestCase("91350100M000100Y4Z")]
    [TestCase("9144O30071526726XG")]
    [TestCase("91A4030071526726XG")]
    [TestCase("统一社会信用代码统一社会信用代码统一")]
    public void A_malformed_code_is_refused(string? text) =>
        Assert.That(SocialCreditCode.Parse(text).Refusal?.Code, Is.EqualTo("uscc_malformed"));

    [TestCase("91310115MA1H8R7C6D", '7')]
    [TestCase("91110108717809965C", 'J')]
    public void A_wrong_check_character_is_refused_and_the_right_one_named(string text, char expected)
    {
        var refusal = SocialCreditCode.Parse(text).Refusal;

        Assert.That(refusal?.Code, Is.EqualTo("uscc_check_character"));
        Assert.That(refusal?.Detail?.Zh, Does.Contain($"“{expected}”"));
        Assert.That(refusal?.Detail?.En, Does.Contain($"\"{expected}\""));
    }

    [TestCase("91310115MA1H8R7C67", '4')]
    [TestCase("914403007152672600", 'X')]
    [TestCase("914403007084611300", '6')]
    [TestCase("914403000000000010", '0')]
    public void A_wrong_organization_code_is_only_warned_of(string withoutCheck, char expected)
    {
        var warning = SocialCreditCode.Compose(withoutCheck[..17]).OrganizationCodeWarning;

        Assert.That(warning?.Zh, Does.Contain($"“{expected}”"));
    }

    // The example of GB 11714 itself.
    [Test]
    public void An_organization_code_with_a_letter_is_checked() =>
        Assert.That(SocialCreditCode.Compose("91440300D2143569X").OrganizationCodeWarning, Is.Null);

    [TestCase("9144030071526726")]
    [TestCase("9144030071526726XG")]
    [TestCase("9144030071526726I")]
    public void Composing_from_what_begins_no_code_is_a_bug(string first17) =>
        Assert.That(() => SocialCreditCode.Compose(first17), Throws.ArgumentException);

    [TestCase("I144030071526726XG", 1, 'I')]
    [TestCase("91440300 7I526726XG", 10, 'I', Description = "Spaces do not count.")]
    [TestCase("91350100M000100Y4Z", 18, 'Z')]
    public void A_character_that_cannot_stand_is_named_with_its_place_counted_from_one(string text, int place, char it)
    {
        var detail = SocialCreditCode.Parse(text).Refusal!.Detail!;

        Assert.That(detail.Zh, Does.StartWith($"第{place}位“{it}”"));
        Assert.That(detail.En, Does.StartWith($"Character {place}, \"{it}\""));
    }

    [Test]
    public void Parsing_never_throws() => Properties.NeverThrows(SocialCreditCode.Parse);

    [Test]
    public void Every_composed_code_reads_back_equal() =>
        Properties.Hold(
            ValidCodes,
            code => SocialCreditCode.Parse(code.ToLowerInvariant()).Value == SocialCreditCode.Compose(code[..17])
        );

    [Test]
    public void One_wrong_character_is_always_refused() =>
        Properties.Hold(
            from code in ValidCodes
            from at in Gen.Choose(0, 17)
            from wrong in Gen.Elements(Alphabet.ToCharArray())
            where wrong != code[at]
            select code.With(at, wrong),
            typo => SocialCreditCode.Parse(typo).Refused(out _)
        );

    [Test]
    public void Two_neighbours_that_changed_places_are_always_refused() =>
        Properties.Hold(
            from code in ValidCodes
            from at in Gen.Choose(0, 16)
            where code[at] != code[at + 1]
            select code.Swapped(at, at + 1),
            typo => SocialCreditCode.Parse(typo).Refused(out _)
        );
}
