using System.Text.RegularExpressions;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

/// <summary>Chinese sentences take full-width punctuation (GB/T 15834-2011); half-width marks slip in from the keyboard.</summary>
public sealed partial class ChinesePunctuationTests
{
    [Test]
    public void No_Chinese_message_has_half_width_punctuation_beside_a_Chinese_character()
    {
        var faults =
            from file in Directory.EnumerateFiles(Path.Combine(Readme.Root, "src"), "*.cs", SearchOption.AllDirectories)
            where !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}")
            from line in File.ReadLines(file)
            where !line.TrimStart().StartsWith("//")
            from Match literal in Literal().Matches(Interpolated().Replace(line, "0"))
            where literal.Value.Contains('。') && HalfWidth().IsMatch(literal.Value)
            select $"{Path.GetFileName(file)}: {literal.Value}";

        Assert.That(faults, Is.Empty);
    }

    [TestCase("\"应为18位,现为0位。\"", true)]
    [TestCase("\"不符:末位应为“0”。\"", true)]
    [TestCase("\"“国”(注册证)。\"", true)]
    [TestCase("\"应为18位，现为0位（例如 a, b）。\"", false)]
    public void The_search_finds_what_it_is_for(string literal, bool found) =>
        Assert.That(HalfWidth().IsMatch(literal), Is.EqualTo(found));

    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Literal();

    [GeneratedRegex(@"\{[^{}]*\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Interpolated();

    /// <summary>Han, or a Chinese quotation mark or full stop, on either side.</summary>
    [GeneratedRegex(
        @"[\u4E00-\u9FFF“”。][,:;()]|[,:;()][\u4E00-\u9FFF“”。]",
        RegexOptions.None,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex HalfWidth();
}
