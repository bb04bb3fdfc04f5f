using ClosedDoor.Domain;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public sealed class MoneyTests
{
    static readonly Gen<long> Amounts = Gen.OneOf(
        ArbMap.Default.GeneratorFor<long>(),
        Gen.Choose(-1_000_000, 1_000_000).Select(n => (long)n),
        Gen.Elements(long.MinValue, long.MaxValue, 0L)
    );

    [TestCase(3_880_000, "¥38,800.00")]
    [TestCase(0, "¥0.00")]
    [TestCase(5, "¥0.05")]
    [TestCase(99_999, "¥999.99")]
    [TestCase(100_000, "¥1,000.00")]
    [TestCase(-105, "-¥1.05")]
    [TestCase(long.MaxValue, "¥92,233,720,368,547,758.07")]
    [TestCase(long.MinValue, "-¥92,233,720,368,547,758.08")]
    public void Renminbi_are_shown_in_yuan(long fen, string expected) =>
        Assert.That(Money.Cny(fen).ToString(), Is.EqualTo(expected));

    [Test]
    public void Other_currencies_are_shown_without_guessing_their_decimals() =>
        Assert.That(new Money(500, "JPY").ToString(), Is.EqualTo("JPY 500 (minor units)"));

    [Test]
    public void Currencies_compare_whatever_their_case() => Assert.That(new Money(1, "cny"), Is.EqualTo(Money.Cny(1)));

    [Test]
    public void The_digits_shown_are_the_digits_of_the_amount() =>
        Properties.Hold(
            Amounts,
            fen =>
                Int128.Parse(string.Concat(Money.Cny(fen).ToString().Where(c => c is '-' or (>= '0' and <= '9'))))
                == fen
        );

    [TestCase(3_880_000L, "38800.00")]
    [TestCase(5L, "0.05")]
    [TestCase(0L, "0.00")]
    [TestCase(-199L, "-1.99")]
    [TestCase(long.MaxValue, "92233720368547758.07")]
    [TestCase(long.MinValue, "-92233720368547758.08")]
    public void A_spreadsheet_takes_it_without_sign_and_groups(long fen, string shown) =>
        Assert.That(Money.Plain(fen), Is.EqualTo(shown));
}
