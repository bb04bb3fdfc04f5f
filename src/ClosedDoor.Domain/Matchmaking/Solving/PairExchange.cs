namespace ClosedDoor.Domain;

/// <summary>
/// Improves a timetable that is too large to be searched exactly: takes a lighter pair out where a heavier one can then be
/// inserted, as long as steps are left.
/// </summary>
sealed class PairExchange(Board board, SearchSteps steps, int seed)
{
    /// <summary>
    /// Inserts whatever can still be inserted, heaviest first; once stopped from outside, only what finds its slot at once.
    /// </summary>
    public static void Fill(Board board, SearchSteps steps, SlotFitting fitting, Placement placement)
    {
        var order = new int[board.Common.Length];
        var count = 0;
        for (var pair = 0; pair < order.Length; pair++)
            if (board.Common[pair] != 0 && placement.Slot[pair] < 0)
                order[count++] = pair;
        Array.Sort(
            order,
            0,
            count,
            Comparer<int>.Create(
                (one, other) =>
                    board.Worth[one] == board.Worth[other]
                        ? one.CompareTo(other)
                        : board.Worth[other].CompareTo(board.Worth[one])
            )
        );
        for (var i = 0; i < count; i++)
        {
            var company = order[i] / board.Guests;
            var gain =
                board.WorthAtMost(order[i])
                + (board.Had[company] + placement.Degree[company] < board.Guarantee[company] ? board.Promise : 0);
            var fits = placement.Possible(order[i]) != 0;
            if (!fits)
                steps.Spend(1);
            if (gain > 0 && (fits || !steps.IsStruck))
                fitting.Insert(placement, order[i]);
        }
    }

    public void Improve(Placement placement, long enough)
    {
        var fitting = new SlotFitting(board, steps, seed);
        var random = new Pcg((ulong)seed + 5);
        var (value, idle) = (placement.Value(), 0);
        while (value < enough && idle < 4 * board.Common.Length && steps.Spend(8))
        {
            idle++;
            var pair = random.Below(board.Common.Length);
            if (board.Common[pair] == 0 || placement.Slot[pair] >= 0)
                continue;
            var before = (int[])placement.Slot.Clone();
            Exchange(placement, fitting, pair);
            var now = placement.Value();
            if (now < value)
                SlotFitting.Restore(placement, before);
            else if (now > value)
                (value, idle) = (now, 0);
        }
    }

    /// <summary>Puts the pair into its cheapest slot and finds other places for those who sat there.</summary>
    void Exchange(Placement placement, SlotFitting fitting, int pair)
    {
        if (fitting.Insert(placement, pair))
            return;
        var wanted = new bool[board.Common.Length];
        for (var other = 0; other < wanted.Length; other++)
            wanted[other] = other == pair || placement.Slot[other] >= 0;
        fitting.Fit(placement, wanted, 12);
    }
}
