using ClosedDoor.Domain;
using FsCheck.Fluent;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public sealed class MobileNumberTests
{
    [TestCase("13800138000")]
    [TestCase("+8613800138000")]
    [TestCase("008613800138000")]
    [TestCase(" +86 138-0013-8000 ")]
    [TestCase("0086 138 0013 8000")]
    public void What_a_person_types_becomes_E164(string text)
    {
        Assert.That(MobileNumber.Parse(text).Value.Value, Is.EqualTo("+8613800138000"));
        Assert.That(MobileNumber.Parse(text.FullWidth()).Value.ToString(), Is.EqualTo("+8613800138000"));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("+86")]
    [TestCase("12800138000")]
    [TestCase("23800138000")]
    [TestCase("1380013800")]
    [TestCase("138001380000")]
    [TestCase("1380013800x")]
    [TestCase("١٣٨٠٠١٣٨٠٠٠")]
    [TestCase("1380013800٠")]
    [TestCase("+8513800138000")]
    [TestCase("+86008613800138000")]
    [TestCase("010-12345678")]
    public void Anything_else_is_refused(string? text) =>
        Assert.That(MobileNumber.Parse(text).Refusal?.Code, Is.EqualTo("mobile_malformed"));

    [Test]
    public void Parsing_never_throws() => Properties.NeverThrows(MobileNumber.Parse);

    [Test]
    public void Every_mobile_number_reads_back_equal() =>
        Properties.Hold(
            from second in Gen.Elements("3456789".ToCharArray())
            from rest in Properties.TextOf("0123456789", 9)
            select $"1{second}{rest}",
            number =>
                MobileNumber.Parse(number).Value is { } read
                && read.Value == "+86" + number
                && MobileNumber.Parse(read.Value).Value == read
        );
}
