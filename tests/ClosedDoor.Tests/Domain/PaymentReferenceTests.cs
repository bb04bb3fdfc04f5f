using ClosedDoor.Domain;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public sealed class PaymentReferenceTests
{
    const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    // Positions of the six symbols in CD-7K3MQ-4.
    static readonly int[] Symbols = [3, 4, 5, 6, 7, 9];

    /// <summary>As <see cref="PaymentReference.New"/> makes them, but drawn by the properties' seed.</summary>
    internal static readonly Gen<string> References = Properties.TextOf(Alphabet, 5).Select(Completed);

    [TestCase("CD-7K3MQ-4")]
    [TestCase("cd-7k3mq-4")]
    [TestCase("CD7K3MQ4")]
    [TestCase("7K3MQ4")]
    [TestCase("7k3mq-4")]
    [TestCase("  C D 7 K 3 M Q 4\t")]
    [TestCase("CD—7K3MQ–4")]
    [TestCase("CD_7K3MQ−4")]
    [TestCase("CD\u20107K3MQ\u20154")]
    public void What_a_person_types_is_tidied(string text) =>
        Assert.That(PaymentReference.Parse(text).Value.ToString(), Is.EqualTo("CD-7K3MQ-4"));

    [Test]
    public void A_reference_in_full_width_characters_is_read()
    {
        Assert.That(PaymentReference.Parse("cd-7k3mq-4".FullWidth()).Value.Value, Is.EqualTo("CD-7K3MQ-4"));
        Assert.That(
            PaymentReference.FindIn("货款" + "CD-7K3MQ-4 ".FullWidth() + "示例企业").Single().Value,
            Is.EqualTo("CD-7K3MQ-4")
        );
    }

    [Test]
    public void Letters_that_look_like_digits_are_read_as_digits()
    {
        var reference = PaymentReference.Parse(Completed("01100"));

        Assert.That(PaymentReference.Parse("CD-OiL0o-" + reference.Value.Value[^1]), Is.EqualTo(reference));
    }

    [Test]
    public void A_reference_that_itself_begins_with_CD_needs_no_prefix_to_be_read()
    {
        var reference = Completed("CD7K3");

        Assert.That(PaymentReference.Parse(reference[3..]).Value.Value, Is.EqualTo(reference));
        Assert.That(PaymentReference.Parse(reference).Value.Value, Is.EqualTo(reference));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("CD-7K3MQ-5")]
    [TestCase("CD-7K3MQ")]
    [TestCase("CD-7K3MQ-44")]
    [TestCase("XX-7K3MQ-4")]
    [TestCase("CD-7K3UQ-4")]
    [TestCase("CD-7K3M*-4")]
    public void A_text_that_is_no_reference_is_refused(string? text) =>
        Assert.That(PaymentReference.Parse(text).Refusal?.Code, Is.EqualTo("payment_reference_malformed"));

    [TestCase("货款CD-7K3MQ-4 示例企业", "CD-7K3MQ-4")]
    [TestCase("CD-7K3MQ-4", "CD-7K3MQ-4")]
    [TestCase("货款cd7k3mq4示例企业一", "CD-7K3MQ-4")]
    [TestCase("闭门会席位CD 7K3MQ 4,示例企业二", "CD-7K3MQ-4")]
    [TestCase("货款CD-7K3MQ4 示例企业", "CD-7K3MQ-4")]
    [TestCase("货款CD - 7K3MQ - 4 示例企业", "CD-7K3MQ-4")]
    [TestCase("货款CD-7K3MQ-4/2026", "CD-7K3MQ-4")]
    [TestCase("CD-CD-7K3MQ-4", "CD-7K3MQ-4")]
    [TestCase("CD-7K3MQ-4 CD7K3MQ4", "CD-7K3MQ-4")]
    [TestCase("CD-7K3MQ-4 CD-7K3MQ-5", "CD-7K3MQ-4")]
    [TestCase("货款7K3MQ-4", "")]
    [TestCase("ABCD-7K3MQ-4", "")]
    [TestCase("2CD-7K3MQ-4", "")]
    [TestCase("CD-7K3MQ-45", "")]
    [TestCase("货款CD7K3MQ4 2026年", "CD-7K3MQ-4")]
    [TestCase("货款CD7K3MQ4", "CD-7K3MQ-4")]
    [TestCase("货款CD7K3MQ4-示例企业", "CD-7K3MQ-4")]
    [TestCase("CD7K3MQ4-2026", "")]
    [TestCase("CD-7K3MQ4 5", "")]
    [TestCase("CD7K3MQ4-5", "")]
    [TestCase("CD7K3MQ 4", "")]
    [TestCase("CD-7K3MQ 4", "")]
    [TestCase("CD-7K3MQ-", "")]
    [TestCase("CD-7K3MQ", "")]
    [TestCase("CD------", "")]
    [TestCase("CD-7K3", "")]
    [TestCase("CD", "")]
    [TestCase("", "")]
    public void References_are_found_inside_a_bank_remark(string remark, string expected) =>
        Assert.That(string.Join(' ', PaymentReference.FindIn(remark)), Is.EqualTo(expected));

    [Test]
    public void Two_references_in_one_remark_are_both_found() =>
        Properties.Hold(
            Gen.Two(References).Where(two => two.Item1 != two.Item2),
            two =>
                PaymentReference
                    .FindIn($"货款{two.Item1}、{two.Item2}示例企业")
                    .Select(found => found.Value)
                    .SequenceEqual([two.Item1, two.Item2])
        );

    [Test]
    public void Parsing_never_throws() => Properties.NeverThrows(PaymentReference.Parse);

    [Test]
    public void Searching_never_throws() =>
        Properties.Hold(
            from before in Properties.AnyText
            from cut in Gen.Choose(0, 10)
            from after in Properties.AnyText
            select before + "CD-7K3MQ-4"[..cut] + after,
            remark => PaymentReference.FindIn(remark).All(found => PaymentReference.Parse(found.Value).Value == found)
        );

    [Test]
    public void Every_new_reference_reads_back_equal() =>
        Properties.Hold(
            References,
            text =>
                PaymentReference.Parse(text).Value.Value == text
                && PaymentReference.FindIn(text).Single().Value == text
                && text.Length == 10
        );

    [Test]
    public void One_wrong_symbol_is_always_refused()
    {
        foreach (var reference in Enumerable.Range(0, 50).Select(_ => PaymentReference.New().Value))
        foreach (var at in Symbols)
        foreach (var wrong in Alphabet.Where(symbol => symbol != reference[at]))
            Assert.That(PaymentReference.Parse(reference.With(at, wrong)).Refused(out _), reference);
    }

    [Test]
    public void Any_two_symbols_that_changed_places_are_always_refused()
    {
        foreach (var reference in Enumerable.Range(0, 1000).Select(_ => PaymentReference.New().Value))
        foreach (var one in Symbols)
        foreach (var other in Symbols.Where(other => reference[one] != reference[other]))
            Assert.That(PaymentReference.Parse(reference.Swapped(one, other)).Refused(out _), reference);
    }

    [Test]
    public void One_typing_error_in_a_remark_never_finds_another_reference()
    {
        var written = new Func<string, string>[] { r => r, r => r.Replace("-", ""), r => r.Replace('-', ' ') };
        Properties.Hold(
            from reference in References
            from text in Gen.Elements(written).Select(way => way(reference))
            from at in Gen.Choose(0, text.Length - 1)
            from symbol in Gen.Elements((Alphabet + "- ").ToCharArray())
            // CD7K3MQ4 with a space for the 7 reads CD K3MQ4, and a symbol after it looks like the check symbol: these
            // two ways of writing cannot be told apart, and the amount and the payer have to decide.
            where symbol != ' ' || text.Contains('-') || text.Contains(' ')
            from typo in Gen.Elements(
                text.With(at, symbol),
                text.Remove(at, 1),
                text.Insert(at, symbol.ToString()),
                at + 1 < text.Length ? text.Swapped(at, at + 1) : text
            )
            from before in Gen.Elements("", "货款", "2 ")
            from after in Gen.Elements("", " 示例企业", "示例企业", " A", " 3月")
            select (reference, remark: before + typo + after),
            typed => PaymentReference.FindIn(typed.remark).All(found => found.Value == typed.reference),
            runs: 10_000
        );
    }

    // The one reference with these five data symbols.
    static string Completed(string data) =>
        Alphabet
            .Select(check => PaymentReference.Parse(data + check))
            .Single(outcome => outcome.Refusal is null)
            .Value.Value;
}
