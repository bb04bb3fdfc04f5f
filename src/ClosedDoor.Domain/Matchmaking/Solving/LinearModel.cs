using System.Numerics;

namespace ClosedDoor.Domain;

/// <summary>
/// The timetable as a linear programme indexed by time: a variable per pair and slot, between 0 and 1; rows for each pair
/// (meets once), each person and slot (one meeting), each slot (tables), each company (its meetings). A company's row is
/// written in two parts, the meetings towards its guarantee and those beyond, so that bounds on its meetings are bounds
/// on these. Its fractional optimum bounds every timetable from above, and mostly is one.
/// </summary>
sealed class LinearModel
{
    /// <summary>Columns: the placements, then per company the meetings towards its guarantee.</summary>
    public readonly int Placements,
        Columns,
        Rows;

    public readonly int[] Pair,
        Slot;

    public readonly int[] ColumnStart,
        ColumnRow,
        RowStart,
        RowColumn;
    public readonly sbyte[] ColumnEntry,
        RowEntry;

    /// <summary>What each column is worth.</summary>
    public readonly long[] Cost;

    /// <summary>The most of each row other than the companies', which come first.</summary>
    public readonly int[] RowMost;

    /// <summary>By pair its row; −1 for one that has a single slot and needs none.</summary>
    public readonly int[] PairRow;

    readonly Board _board;

    /// <summary>The rows of the pairs that could meet in several slots.</summary>
    public static int RowsAtLeast(Board board)
    {
        var rows = board.Companies;
        foreach (var common in board.Common)
            rows += (common & common - 1) != 0 ? 1 : 0;
        return rows;
    }

    public LinearModel(Board board)
    {
        _board = board;
        var (pairs, slots) = (new List<int>(), new List<int>());
        for (var pair = 0; pair < board.Common.Length; pair++)
        for (var left = board.Common[pair]; left != 0; left &= left - 1)
        {
            pairs.Add(pair);
            slots.Add(BitOperations.TrailingZeroCount(left));
        }
        (Pair, Slot) = ([.. pairs], [.. slots]);
        Placements = Pair.Length;
        Columns = Placements + board.Companies;

        // Rows that cannot be broken are left out.
        var most = new List<int>(Enumerable.Repeat(0, board.Companies));
        int[] Numbered(int count, Func<int, int> kind, Func<int, int> cap)
        {
            var sizes = new int[count];
            for (var j = 0; j < Placements; j++)
                sizes[kind(j)]++;
            var numbers = new int[count];
            for (var i = 0; i < count; i++)
            {
                numbers[i] = sizes[i] > cap(i) ? most.Count : -1;
                if (numbers[i] >= 0)
                    most.Add(cap(i));
            }
            return numbers;
        }
        int PairOf(int j) => Pair[j];
        int CompanySlot(int j) => Pair[j] / board.Guests * board.Slots + Slot[j];
        int GuestSlot(int j) => Pair[j] % board.Guests * board.Slots + Slot[j];
        PairRow = Numbered(board.Common.Length, PairOf, _ => 1);
        var companyRow = Numbered(board.Companies * board.Slots, CompanySlot, _ => 1);
        var guestRow = Numbered(board.Guests * board.Slots, GuestSlot, _ => 1);
        var slotRow = Numbered(board.Slots, j => Slot[j], slot => board.Cap[slot]);
        RowMost = [.. most];
        Rows = RowMost.Length;

        ColumnStart = new int[Columns + 1];
        var (rows, entries) = (new List<int>(), new List<sbyte>());
        Cost = new long[Columns];
        for (var j = 0; j < Columns; j++)
        {
            if (j < Placements)
            {
                Cost[j] = board.WorthIn(Pair[j], Slot[j]);
                Add(Pair[j] / board.Guests, 1);
                Add(PairRow[PairOf(j)], 1);
                Add(companyRow[CompanySlot(j)], 1);
                Add(guestRow[GuestSlot(j)], 1);
                Add(slotRow[Slot[j]], 1);
            }
            else
            {
                Cost[j] = board.Promise;
                Add(j - Placements, -1);
            }
            ColumnStart[j + 1] = rows.Count;
        }
        (ColumnRow, ColumnEntry) = ([.. rows], [.. entries]);

        RowStart = new int[Rows + 1];
        foreach (var row in ColumnRow)
            RowStart[row + 1]++;
        for (var row = 0; row < Rows; row++)
            RowStart[row + 1] += RowStart[row];
        var next = RowStart[..Rows];
        (RowColumn, RowEntry) = (new int[ColumnRow.Length], new sbyte[ColumnRow.Length]);
        for (var j = 0; j < Columns; j++)
        for (var at = ColumnStart[j]; at < ColumnStart[j + 1]; at++)
        {
            var to = next[ColumnRow[at]]++;
            (RowColumn[to], RowEntry[to]) = (j, ColumnEntry[at]);
        }

        void Add(int row, sbyte entry)
        {
            if (row < 0)
                return;
            rows.Add(row);
            entries.Add(entry);
        }
    }

    /// <summary>
    /// The simplex method at its start, for companies of any number of meetings. Worths are disturbed by less than half a unit
    /// in all, which breaks the ties between slots that would otherwise make vertices fractional.
    /// </summary>
    public DualSimplex Relaxed(int seed)
    {
        var random = new Pcg((ulong)seed + 77);
        var cost = new double[Columns];
        for (var j = 0; j < Columns; j++)
            cost[j] = Cost[j] + (j < Placements ? 0.4 * random.Unit() / (_board.Most + 1) : 0);
        var simplex = new DualSimplex(this, cost);
        for (var j = 0; j < Placements; j++)
            simplex.Bound(j, 0, 1);
        for (var row = _board.Companies; row < Rows; row++)
            simplex.Bound(Columns + row, 0, RowMost[row]);
        return simplex;
    }

    /// <summary>Holds each company to a range of meetings; false when one cannot have them.</summary>
    public bool Restrict(DualSimplex simplex, int fewest, int most)
    {
        for (var company = 0; company < _board.Companies; company++)
        {
            if (Parts(company, fewest, most) is not { } parts)
                return false;
            simplex.Bound(Placements + company, parts.PromisedLow, parts.PromisedHigh);
            simplex.Bound(Columns + company, parts.BeyondLow, parts.BeyondHigh);
        }
        return true;
    }

    /// <summary>Worth that no choice changes: promises kept by fixed meetings.</summary>
    public long Constant
    {
        get
        {
            var sum = 0L;
            for (var company = 0; company < _board.Companies; company++)
                sum += _board.PromiseKept(company, _board.Had[company]);
            return sum;
        }
    }

    /// <summary>
    /// Bounds of a company's two parts, when it shall have from <paramref name="fewest"/> to <paramref name="most"/>
    /// meetings, fixed ones included; null when it cannot.
    /// </summary>
    (int PromisedLow, int PromisedHigh, int BeyondLow, int BeyondHigh)? Parts(int company, int fewest, int most)
    {
        var had = _board.Had[company];
        var low = Math.Max(0, fewest - had);
        var high = Math.Min(_board.MostOfCompany[company], most - had);
        if (low > high)
            return null;
        var promised = Math.Max(0, _board.Guarantee[company] - had);
        return (
            Math.Min(low, promised),
            Math.Min(high, promised),
            Math.Max(0, low - promised),
            Math.Max(0, high - promised)
        );
    }
}
