using System.Globalization;
using ClosedDoor.Tests.Domain;
using ClosedDoor.Tests.Given;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments;

/// <summary>A market in which anything may happen next, and which tells what is wrong with it.</summary>
interface IMarket
{
    /// <param name="move">Which move of the model's, by its place in the list.</param>
    /// <param name="who">Which company.</param>
    /// <param name="dice">Everything else that the move leaves to chance.</param>
    Task Make(int move, int who, int dice);

    Task<IReadOnlyList<string>> Faults();

    /// <summary>Everybody does what is left to do.</summary>
    Task Reconcile();

    Task<IReadOnlyList<string>> FaultsAtTheEnd();
}

/// <summary>
/// Plays a model's moves in random order, looks for faults after each, and settles everything at the end. A failure names
/// the moves that led to it, without those that do not matter.
/// </summary>
static class RandomPlay
{
    const int Shortest = 20;

    /// <summary>A model whose dice do not show something in so many times its runs never shows it.</summary>
    const int Patience = 8;

    /// <param name="moves">The names of the model's moves.</param>
    /// <param name="open">A market of its own for each sequence.</param>
    /// <param name="shown">What must have happened for this to prove anything, as the audit log calls it.</param>
    public static async Task Of(
        TestHost host,
        string[] moves,
        int longest,
        int runs,
        Func<Task<IMarket>> open,
        string[] shown
    )
    {
        var steps =
            from move in Gen.Choose(0, moves.Length - 1)
            from who in Gen.Choose(0, 2)
            from dice in Gen.Choose(0, 100_000)
            select (move, who, dice);
        var sequences =
            from length in Gen.Choose(Shortest, longest)
            from sequence in steps.ListOf(length)
            select sequence.ToArray();

        for (var round = 0; round < Patience; round++)
        {
            var game = new Game(moves, open);
            try
            {
                Properties.HoldInOrder(
                    sequences,
                    sequence => game.Play(sequence).GetAwaiter().GetResult(),
                    runs,
                    Properties.Seed + (ulong)round
                );
            }
            catch (Exception) when (game.Fault is not null)
            {
                // FsCheck's own account of it is hundreds of lines long, and the seed gives them again.
            }
            if (game.Fault is { } fault)
                Assert.Fail($"{fault}\n{Properties.SeedVariable}={Properties.Seed}");
            var seen = await host.Actions();
            TestContext.Out.WriteLine(string.Join(", ", seen));
            if (shown.All(seen.ContainsKey))
                return;
        }
        // Another seed's luck says nothing about the model.
        if (!Properties.IsDrawn)
            Assert.That((await host.Actions()).Keys, Is.SupersetOf(shown));
    }

    sealed class Game(string[] names, Func<Task<IMarket>> open)
    {
        /// <summary>How many moves may be spent on looking for a shorter sequence that fails.</summary>
        const int MostSpent = 1500;

        int _spent;

        /// <summary>What was wrong, after which moves, with the fewest that were found.</summary>
        public string? Fault { get; private set; }

        public async Task<bool> Play((int Move, int Who, int Dice)[] moves)
        {
            if (_spent > MostSpent)
                return true;
            if (Fault is not null)
                _spent += moves.Length;
            var made = 0;
            IReadOnlyList<string> faults;
            try
            {
                var market = await open();
                do
                {
                    var (move, who, dice) = moves[made++];
                    await market.Make(move, who, dice);
                    faults = await market.Faults();
                } while (faults.Count == 0 && made < moves.Length);
                if (faults.Count == 0)
                {
                    await market.Reconcile();
                    faults = await market.FaultsAtTheEnd();
                }
            }
            catch (Exception e)
            {
                faults = [$"{e.GetType().Name}: {e.Message}"];
            }
            if (faults.Count == 0)
                return true;
            var told = moves[..made].Select(one => $"{names[one.Move]} ({one.Who}, {one.Dice})");
            Fault = $"{string.Join("; ", faults)}\nafter {string.Join(", ", told)}";
            return false;
        }
    }
}
