using ClosedDoor.Domain;
using FsCheck.Fluent;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public sealed class EmailAddressTests
{
    static readonly string LongLocal = new('a', 64);
    static readonly string LongLabel = new('b', 63);

    [TestCase("name@example.com", "name@example.com")]
    [TestCase(" Name@Example.COM ", "name@example.com")]
    [TestCase("first.last+closed-door@mail.example.com.cn", "first.last+closed-door@mail.example.com.cn")]
    [TestCase("a@b.co", "a@b.co")]
    [TestCase("10001@example.com", "10001@example.com")]
    [TestCase("name@163.example", "name@163.example")]
    [TestCase("name@xn--fiqs8s.xn--fiqs8s", "name@xn--fiqs8s.xn--fiqs8s")]
    public void An_address_is_read_in_lower_case(string text, string expected)
    {
        Assert.That(EmailAddress.Parse(text).Value.ToString(), Is.EqualTo(expected));
        Assert.That(EmailAddress.Parse(text.FullWidth()).Value.Value, Is.EqualTo(expected));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("@")]
    [TestCase("name")]
    [TestCase("name@")]
    [TestCase("@example.com")]
    [TestCase("name@example")]
    [TestCase("name@@example.com")]
    [TestCase("name@example@example.com")]
    [TestCase("na me@example.com")]
    [TestCase("name@exam ple.com")]
    [TestCase(".name@example.com")]
    [TestCase("name.@example.com")]
    [TestCase("na..me@example.com")]
    [TestCase("name@.example.com")]
    [TestCase("name@example..com")]
    [TestCase("name@example.com.")]
    [TestCase("name@-example.com")]
    [TestCase("name@example-.com")]
    [TestCase("name@192.0.2.1")]
    [TestCase("name@[192.0.2.1]")]
    [TestCase("\"name\"@example.com")]
    [TestCase("Name <name@example.com>")]
    [TestCase("name@example.com,other@example.com")]
    [TestCase("name@example.com;other@example.com")]
    [TestCase("名@example.com")]
    [TestCase("name@示例.com")]
    public void Anything_else_is_refused(string? text) =>
        Assert.That(EmailAddress.Parse(text).Refusal?.Code, Is.EqualTo("email_malformed"));

    [TestCase("name@example.com\r\nBcc: other@example.com")]
    [TestCase("name@example.com\n")]
    [TestCase("\nname@example.com")]
    [TestCase("na\rme@example.com")]
    [TestCase("name\0@example.com")]
    [TestCase("name@exam\u2028ple.com")]
    public void No_address_can_smuggle_in_a_mail_header(string text) =>
        Assert.That(EmailAddress.Parse(text).Refused(out _), Is.True);

    [Test]
    public void Lengths_end_where_the_standard_ends_them()
    {
        var longest = $"{LongLocal}@{LongLabel}.{LongLabel}.{new string('c', 61)}";

        Assert.That(longest, Has.Length.EqualTo(254));
        Assert.That(EmailAddress.Parse(longest).Value.Value, Is.EqualTo(longest));
        Assert.That(EmailAddress.Parse(longest + "c").Refused(out _), Is.True);
        Assert.That(EmailAddress.Parse($"a{LongLocal}@example.com").Refused(out _), Is.True);
        Assert.That(EmailAddress.Parse($"a@b{LongLabel}.com").Refused(out _), Is.True);
    }

    [Test]
    public void Parsing_never_throws() => Properties.NeverThrows(EmailAddress.Parse);

    [Test]
    public void What_was_read_reads_back_equal_and_is_safe_in_a_header() =>
        Properties.Hold(
            from local in Gen.OneOf(Gen.Constant("name"), Properties.AnyText)
            from domain in Gen.OneOf(Gen.Constant("Example.com"), Properties.AnyText)
            select $"{local}@{domain}",
            text =>
                EmailAddress.Parse(text).Refused(out _)
                || EmailAddress.Parse(text).Value is var read
                    && EmailAddress.Parse(read.Value).Value == read
                    && read.Value.All(c => c is > ' ' and < '\x7F' and not (',' or ';' or ':' or '<' or '>' or '"'))
        );
}
