using System.Globalization;
using ClosedDoor.Domain;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

/// <summary>Checks a property on many generated values; a failure is shrunk and thrown, and so fails the test.</summary>
static class Properties
{
    /// <summary>Letters, digits, Chinese, full-width forms, controls and halves of surrogate pairs: what breaks parsers.</summary>
    public static Gen<string> AnyText { get; } =
        Gen.OneOf(
                Gen.Elements("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_@.·+ ".ToCharArray()),
                Gen.Elements(
                    "国械注准进许备号浙京中国峰会\uFF10\uFF21\uFF41\uFF20\uFF0D\u3000 \r\n\t\0\u202E\u200B\uD842\uDFB7ıſK".ToCharArray()
                ),
                Gen.Choose(0, char.MaxValue).Select(code => (char)code)
            )
            .ListOf()
            .Select(chars => string.Concat(chars));

    public static Gen<string> TextOf(string alphabet, int length) =>
        Gen.Elements(alphabet.ToCharArray()).ListOf(length).Select(chars => string.Concat(chars));

    /// <summary>
    /// The same one each time, so that a change is not found guilty by the luck of the draw; `make explore` draws others.
    /// </summary>
    public static readonly ulong Seed = ulong.Parse(Drawn ?? "1", CultureInfo.InvariantCulture);

    public const string SeedVariable = "CLOSEDDOOR_TEST_SEED";

    /// <summary>Whether this run has a seed of its own.</summary>
    public static bool IsDrawn => Drawn is not null;

    static string? Drawn => Environment.GetEnvironmentVariable(SeedVariable);

    public static void Hold<T>(Gen<T> values, Func<T, bool> property, int runs = 1000) =>
        Check.One(From(Seed).WithMaxTest(runs), Prop.ForAll(Arb.From(values), property));

    /// <summary>So many values of that size.</summary>
    public static IEnumerable<T> Some<T>(Gen<T> values, int size, int count) =>
        values.Sample(numberOfSamples: count, new Rnd(Seed, Gamma), size: size);

    /// <summary>
    /// As above for sequences: of one that fails, parts are left out for as long as it still fails. The same seed gives the
    /// same sequences.
    /// </summary>
    public static void HoldInOrder<T>(Gen<T[]> sequences, Func<T[], bool> property, int runs, ulong seed) =>
        Check.One(From(seed).WithMaxTest(runs), Prop.ForAll(Arb.From(sequences, WithoutAPart), property));

    static Config From(ulong seed) =>
        Config.QuickThrowOnFailure.WithReplay(
            FSharpOption<Replay>.Some(new(new Rnd(seed, Gamma), FSharpOption<int>.None))
        );

    /// <summary>Any odd number: FsCheck wants one beside each seed.</summary>
    const ulong Gamma = 0x9E3779B97F4A7C15;

    static IEnumerable<T[]> WithoutAPart<T>(T[] sequence)
    {
        for (var size = sequence.Length / 2; size > 0; size /= 2)
        {
            for (var at = 0; at + size <= sequence.Length; at += size)
                yield return [.. sequence[..at], .. sequence[(at + size)..]];
        }
    }

    /// <summary>A parser answers any text at all with a value or a refusal.</summary>
    public static void NeverThrows<T>(Func<string?, Outcome<T>> parse)
    {
        Assert.That(() => parse(null), Throws.Nothing);
        Hold(
            AnyText,
            text => parse(text).Refused(out var refusal) ? refusal.Code.Length > 0 : parse(text).Value is not null
        );
    }

    /// <summary>The text as a Chinese keyboard in full-width mode writes it.</summary>
    public static string FullWidth(this string text) =>
        string.Concat(text.Select(c => c == ' ' ? '\u3000' : (char)(c - '!' + '\uFF01')));

    public static string With(this string text, int at, char replacement) =>
        string.Concat(text.AsSpan(0, at), [replacement], text.AsSpan(at + 1));

    public static string Swapped(this string text, int one, int other) =>
        text.With(one, text[other]).With(other, text[one]);
}
