using ClosedDoor.Domain;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public class RegistrationCodeTests
{
    const string Valid = "MA0000001110108111A1001";

    [TestCase("40000062411010811A1001", "400000624")]
    [TestCase(" 400000624-110108-11-a100-1 ", "400000624")]
    public void A_code_is_read_as_people_write_it(string text, string organization)
    {
        var code = RegistrationCode.Parse(text).Value;

        Assert.That(code.Value, Is.EqualTo("40000062411010811A1001"));
        Assert.That(code.OrganizationCode, Is.EqualTo(organization));
    }

    [Test]
    public void Full_width_characters_are_the_same() =>
        Assert.That(
            RegistrationCode.Parse("40000062411010811A1001".FullWidth()).Value.Value,
            Is.EqualTo("40000062411010811A1001")
        );

    [TestCase("")]
    [TestCase(null)]
    [TestCase(Valid, Description = "23 characters")]
    [TestCase("40000062411010811A100", Description = "21 characters")]
    [TestCase("400000624X1010811A1001", Description = "a region is digits")]
    [TestCase("40000062411010811A100A", Description = "the last is a digit")]
    [TestCase("4000_062411010811A1001")]
    public void Anything_else_is_refused(string? text) =>
        Assert.That(RegistrationCode.Parse(text).Refusal?.Code, Is.EqualTo("registration_code_malformed"));

    [TestCase("_0000062411010811A1001", 1, '_')]
    [TestCase("400000624-X10108-11-A100-1", 10, 'X', Description = "Hyphens do not count.")]
    [TestCase("40000062411010811A100A", 22, 'A')]
    public void A_character_that_cannot_stand_is_named_with_its_place_counted_from_one(string text, int place, char it)
    {
        var detail = RegistrationCode.Parse(text).Refusal!.Detail!;

        Assert.That(detail.Zh, Does.Contain($"第{place}位“{it}”"));
        Assert.That(detail.En, Does.StartWith($"Character {place}, \"{it}\""));
    }

    [Test]
    public void Any_text_is_read_or_refused() => Properties.NeverThrows(RegistrationCode.Parse);
}
