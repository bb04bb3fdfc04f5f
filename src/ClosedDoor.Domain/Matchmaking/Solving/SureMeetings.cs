using System.Numerics;

namespace ClosedDoor.Domain;

/// <summary>
/// What all timetables have in common that are worth at least as much as a given one: pairs that meet in each of them, and
/// slots in which a pair meets in none. The prices of the relaxation bound every timetable, and each variable that is not at
/// its better bound lowers that bound by its gain; where too little would be left, it is at its better bound (fixing by
/// reduced costs: Dantzig, Fulkerson and Johnson 1954). Pairs that this leaves open are tried both ways. In whole numbers, as
/// in <see cref="DualBound"/>.
/// </summary>
sealed class SureMeetings
{
    /// <summary>By pair: the slots in which it may meet.</summary>
    public readonly ulong[] May;

    /// <summary>By pair: it meets, in one of them.</summary>
    public readonly bool[] Must;

    /// <summary>Nothing is known but the problem itself.</summary>
    public SureMeetings(Board board) => (May, Must) = ([.. board.Common], new bool[board.Common.Length]);

    /// <param name="board">What is to decide.</param>
    /// <param name="worth">The value that the timetables have at least.</param>
    /// <param name="fewest">Meetings that each company has at least in them.</param>
    /// <param name="steps">When they end too early, less is known, and still true.</param>
    /// <param name="seed">For the disturbance that breaks ties.</param>
    public static SureMeetings Of(Board board, long worth, int fewest, SearchSteps steps, int seed)
    {
        var sure = new SureMeetings(board);
        var model = new LinearModel(board);
        if (model.Rows > LevelSearch.MostRows)
            return sure;
        var simplex = model.Relaxed(seed);
        if (model.Restrict(simplex, fewest, board.Slots))
        {
            simplex.Solve(steps);
            sure.Learn(model, simplex, worth);
            sure.Probe(model, simplex, worth, steps);
            sure.Part(board);
        }
        return sure;
    }

    void Learn(LinearModel model, DualSimplex simplex, long worth)
    {
        var prices = new long[model.Rows];
        var spare = DualBound.Scaled(model, simplex, prices) - ((Int128)worth << DualBound.Shift);
        if (spare < 0)
            return;
        // What the bound loses when the pair does not meet at all.
        var without = new Int128[Must.Length];
        for (var pair = 0; pair < without.Length; pair++)
            if (model.PairRow[pair] is >= 0 and var row && prices[row] > 0)
                without[pair] = prices[row];
        for (var j = 0; j < model.Placements; j++)
        {
            var (pair, gain) = (model.Pair[j], DualBound.Gain(model, prices, j));
            if (gain > 0)
                without[pair] += gain;
            if (-gain > spare)
                May[pair] &= ~(1UL << model.Slot[j]);
        }
        for (var pair = 0; pair < without.Length; pair++)
            Must[pair] = without[pair] > spare;
    }

    /// <summary>Asks of each pair that is open yet whether the value can be had without it, or with it.</summary>
    void Probe(LinearModel model, DualSimplex simplex, long worth, SearchSteps steps)
    {
        var prices = new long[model.Rows];
        var columns = new List<int>[May.Length];
        for (var j = 0; j < model.Placements; j++)
            (columns[model.Pair[j]] ??= []).Add(j);
        for (var pair = 0; pair < May.Length; pair++)
        {
            if (Must[pair] || May[pair] == 0 || steps.MustStop)
                continue;
            foreach (var j in columns[pair])
                simplex.Bound(j, 0, 0);
            Must[pair] = !IsPossible();
            foreach (var j in columns[pair])
                simplex.Bound(j, 0, 1);
            if (Must[pair])
                continue;
            var whole = model.PairRow[pair] is >= 0 and var row ? model.Columns + row : columns[pair][0];
            simplex.Bound(whole, 1, 1);
            if (!IsPossible())
                May[pair] = 0;
            simplex.Bound(whole, 0, 1);
        }

        bool IsPossible() =>
            simplex.Solve(steps) switch
            {
                LinearEnd.Optimal => DualBound.Of(model, simplex, prices) >= worth,
                LinearEnd.Infeasible => !DualBound.Refutes(model, simplex, prices),
                _ => true,
            };
    }

    /// <summary>Takes slots from meetings in which one of the two could not have all that is sure.</summary>
    void Part(Board board)
    {
        for (var changed = true; changed; )
        {
            changed = false;
            for (var person = 0; person < board.Companies + board.Guests; person++)
            {
                var own = new List<int>();
                for (var pair = 0; pair < May.Length; pair++)
                    if (
                        May[pair] != 0
                        && (pair / board.Guests == person || board.Companies + pair % board.Guests == person)
                    )
                        own.Add(pair);
                foreach (var pair in own)
                    for (var left = May[pair]; left != 0; left &= left - 1)
                    {
                        var bit = left & (~left + 1);
                        if (Fit(own, pair, bit))
                            continue;
                        May[pair] &= ~bit;
                        changed = true;
                    }
            }
        }
    }

    /// <summary>Whether all sure ones of these find slots of their own when one of them is in that slot.</summary>
    bool Fit(List<int> pairs, int placed, ulong bit)
    {
        Span<int> takenBy = stackalloc int[SlotSet.Most];
        takenBy.Fill(-1);
        foreach (var pair in pairs)
        {
            var tried = bit;
            if (Must[pair] && pair != placed && !Seat(pair, ref tried, takenBy))
                return false;
        }
        return true;
    }

    bool Seat(int pair, ref ulong tried, Span<int> takenBy)
    {
        for (var left = May[pair] & ~tried; left != 0; left &= left - 1)
        {
            var slot = BitOperations.TrailingZeroCount(left);
            if ((tried >> slot & 1) != 0)
                continue;
            tried |= 1UL << slot;
            if (takenBy[slot] >= 0 && !Seat(takenBy[slot], ref tried, takenBy))
                continue;
            takenBy[slot] = pair;
            return true;
        }
        return false;
    }
}
