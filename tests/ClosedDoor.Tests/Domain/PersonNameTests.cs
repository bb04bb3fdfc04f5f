using ClosedDoor.Domain;
using FsCheck.Fluent;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public sealed class PersonNameTests
{
    const string Hanzi = "示例企业代表";

    [TestCase("示例", "示例")]
    [TestCase(" 示例 ", "示例")]
    [TestCase("示例·代表", "示例·代表")]
    [TestCase("示例•代表", "示例·代表")]
    [TestCase("示例・代表", "示例·代表")]
    [TestCase("Example  Person", "Example Person")]
    [TestCase("O'Example-Person Jr.", "O'Example-Person Jr.")]
    [TestCase("\U00020BB7\U00020BB7", "\U00020BB7\U00020BB7")]
    [TestCase("\uE000\uE001", "\uE000\uE001")]
    public void A_name_is_kept_as_its_bearer_writes_it(string text, string expected) =>
        Assert.That(PersonName.Parse(text).Value.ToString(), Is.EqualTo(expected));

    [TestCase(null)]
    [TestCase("")]
    [TestCase("  \u3000 ")]
    [TestCase("示")]
    [TestCase("\U00020BB7")]
    [TestCase("··")]
    [TestCase("12")]
    [TestCase("示例\n代表")]
    [TestCase("示例\r\nBcc: a@example.com")]
    [TestCase("示\0例")]
    [TestCase("示\t例")]
    [TestCase("示\u202E例")]
    [TestCase("示\u200B例")]
    [TestCase("示\u2028例")]
    [TestCase("示\u2029例")]
    [TestCase("示\uD842例")]
    public void What_no_name_has_is_refused(string? text) =>
        Assert.That(PersonName.Parse(text).Refusal?.Code, Is.EqualTo("name_malformed"));

    [Test]
    public void Fifty_characters_are_a_name_and_fifty_one_are_not()
    {
        var rare = string.Concat(Enumerable.Repeat("\U00020BB7", 50));

        Assert.That(PersonName.Parse(rare).Value.Value, Is.EqualTo(rare));
        Assert.That(PersonName.Parse(rare + "示").Refusal?.Code, Is.EqualTo("name_malformed"));
    }

    [Test]
    public void Parsing_never_throws() => Properties.NeverThrows(PersonName.Parse);

    [Test]
    public void What_was_read_reads_back_equal() =>
        Properties.Hold(
            Gen.Choose(2, 50)
                .SelectMany(length => Properties.TextOf(Hanzi + "·Aa", length))
                .Select(name => name + "示"),
            name =>
                PersonName.Parse(name).Refused(out _)
                    ? name.Length == 51
                    : PersonName.Parse(PersonName.Parse(name).Value.Value).Value.Value == name
        );
}
