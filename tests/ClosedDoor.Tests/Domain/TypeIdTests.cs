using ClosedDoor.Domain;
using FsCheck.Fluent;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

/// <summary>Vectors: TypeID specification 0.3, valid and invalid examples.</summary>
public sealed class TypeIdTests
{
    static readonly Instant Now = Instant.FromUtc(2026, 3, 1, 8, 0);

    [TestCase("", "00000000000000000000000000")]
    [TestCase("", "00000000000000000000000001")]
    [TestCase("", "0000000000000000000000000a")]
    [TestCase("", "0000000000000000000000000g")]
    [TestCase("", "00000000000000000000000010")]
    [TestCase("", "7zzzzzzzzzzzzzzzzzzzzzzzzz")]
    [TestCase("prefix", "prefix_0123456789abcdefghjkmnpqrs")]
    [TestCase("prefix", "prefix_01h455vb4pex5vsknk084sn02q")]
    [TestCase("pre_fix", "pre_fix_00000000000000000000000000")]
    [TestCase("abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwxyz_00000000000000000000000000")]
    public void The_valid_examples_of_the_specification_are_valid(string prefix, string text)
    {
        Assert.That(TypeId.IsValid(prefix, text), Is.True);
        Assert.That(TypeId.IsValid(text), Is.True);
    }

    [TestCase("PREFIX", "PREFIX_00000000000000000000000000")]
    [TestCase("12345", "12345_00000000000000000000000000")]
    [TestCase("pre.fix", "pre.fix_00000000000000000000000000")]
    [TestCase("préfix", "préfix_00000000000000000000000000")]
    [TestCase("  prefix", "  prefix_00000000000000000000000000")]
    [TestCase(
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl",
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl_00000000000000000000000000"
    )]
    [TestCase("", "_00000000000000000000000000")]
    [TestCase("", "_")]
    [TestCase("", "")]
    [TestCase("pre`fix", "pre`fix_00000000000000000000000000")]
    [TestCase("prefix", "prefix_1234567890123456789012345")]
    [TestCase("prefix", "prefix_123456789012345678901234567")]
    [TestCase("prefix", "prefix_1234567890123456789012345 ")]
    [TestCase("prefix", "prefix_0123456789ABCDEFGHJKMNPQRS")]
    [TestCase("prefix", "prefix_123456789-123456789-123456")]
    [TestCase("prefix", "prefix_ooooooiiiiiiuuuuuuulllllll")]
    [TestCase("prefix", "prefix_i23456789ol23456789oi23456")]
    [TestCase("prefix", "prefix_123456789-0123456789-0123456")]
    [TestCase("prefix", "prefix_8zzzzzzzzzzzzzzzzzzzzzzzzz")]
    [TestCase("_prefix", "_prefix_00000000000000000000000000")]
    [TestCase("prefix_", "prefix__00000000000000000000000000")]
    public void The_invalid_examples_of_the_specification_are_invalid(string prefix, string text)
    {
        Assert.That(TypeId.IsValid(prefix, text), Is.False);
        Assert.That(TypeId.IsValid(text), Is.False);
    }

    [Test]
    public void An_identifier_of_another_kind_is_invalid()
    {
        var id = TypeId.New("ses", Now);

        Assert.That(TypeId.IsValid("ses", id), Is.True);
        Assert.That(TypeId.IsValid("cmp", id), Is.False);
        Assert.That(TypeId.IsValid("se", id), Is.False);
        Assert.That(TypeId.IsValid("", id), Is.False);
        Assert.That(TypeId.IsValid("ses", id.Replace('_', '-')), Is.False);
        Assert.That(TypeId.IsValid("ses", null), Is.False);
        Assert.That(TypeId.IsValid(null), Is.False);
        Assert.That(TypeId.IsValid("ses", ""), Is.False);
    }

    [Test]
    public void A_new_identifier_is_valid_for_its_prefix() =>
        Properties.Hold(
            from prefix in Gen.Elements("", "ses", "cmp", "aud", "rsv_x", new string('z', 63))
            from milliseconds in Gen.Choose(0, int.MaxValue).Select(n => n * 117_999L)
            select (prefix, milliseconds),
            at => TypeId.IsValid(at.prefix, TypeId.New(at.prefix, Instant.FromUnixTimeMilliseconds(at.milliseconds)))
        );

    [Test]
    public void A_new_identifier_holds_a_version_7_uuid_of_its_millisecond() =>
        Properties.Hold(
            Gen.Choose(0, int.MaxValue).Select(n => n * 117_999L),
            milliseconds =>
            {
                var uuid = Decode(TypeId.New("ses", Instant.FromUnixTimeMilliseconds(milliseconds))[4..]);
                return (long)(uuid >> 80) == milliseconds && (uuid >> 76 & 15) == 7 && (uuid >> 62 & 3) == 2;
            }
        );

    [Test]
    public void Identifiers_sort_by_the_millisecond_of_their_making()
    {
        var ids = Enumerable.Range(0, 2000).Select(i => TypeId.New("ses", Now + Duration.FromMilliseconds(i))).ToList();

        Assert.That(ids, Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal));
    }

    [Test]
    public void Identifiers_of_one_instant_differ() =>
        Assert.That(Enumerable.Range(0, 10_000).Select(_ => TypeId.New("ses", Now)), Is.Unique);

    [TestCase("Ses")]
    [TestCase("ses1")]
    [TestCase("_ses")]
    public void A_prefix_outside_the_specification_is_a_bug(string prefix) =>
        Assert.That(() => TypeId.New(prefix, Now), Throws.ArgumentException);

    [Test]
    public void A_time_before_1970_is_a_bug() =>
        Assert.That(
            () => TypeId.New("ses", Instant.FromUnixTimeMilliseconds(-1)),
            Throws.InstanceOf<ArgumentOutOfRangeException>()
        );

    static UInt128 Decode(string suffix) =>
        suffix.Aggregate(UInt128.Zero, (sum, c) => sum << 5 | (uint)"0123456789abcdefghjkmnpqrstvwxyz".IndexOf(c));
}
