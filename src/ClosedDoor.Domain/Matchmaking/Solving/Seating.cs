using System.Numerics;

namespace ClosedDoor.Domain;

/// <summary>
/// Level 5: tables for meetings whose slots are settled, with few moves of companies between tables. Slot by slot each
/// company stays where it was; one that must move takes the table whose last company needs it again latest (Belady 1966).
/// Then pairs of companies swap tables from a slot on or in one slot, where that helps. With as many tables as companies
/// each has its own and nobody moves.
/// </summary>
sealed class Seating
{
    readonly Board _board;
    readonly SearchSteps _steps;

    /// <summary>By company × slots + slot: the table; −1 without a meeting.</summary>
    readonly int[] _table;

    /// <summary>Tables that stay: of fixed meetings, and of published ones that stand.</summary>
    readonly bool[] _stays;

    /// <summary>By slot × tables + table: the company, or −1.</summary>
    readonly int[] _company;

    public Seating(Board board, TimetableProblem problem, Placement placement, SearchSteps steps)
    {
        (_board, _steps) = (board, steps);
        _table = new int[board.Companies * board.Slots];
        _stays = new bool[_table.Length];
        _company = new int[board.Slots * board.Tables];
        Array.Fill(_table, -1);
        Array.Fill(_company, -1);
        foreach (var (company, _, slot, table) in problem.Fixed)
            Pin(company, slot, table);
        foreach (var (company, guest, slot, table) in problem.Published ?? [])
        {
            if (company < 0 || company >= board.Companies || guest < 0 || guest >= board.Guests)
                continue;
            var stands = placement.Slot[company * board.Guests + guest] == slot && slot >= 0;
            if (stands && table >= 0 && table < board.Tables && _company[slot * board.Tables + table] < 0)
                Pin(company, slot, table);
        }
        for (var slot = 0; slot < board.Slots; slot++)
            Seat(placement, slot);
    }

    public int TableOf(int company, int slot) => _table[company * _board.Slots + slot];

    void Pin(int company, int slot, int table)
    {
        Sit(company, slot, table);
        _stays[company * _board.Slots + slot] = true;
    }

    void Sit(int company, int slot, int table)
    {
        _table[company * _board.Slots + slot] = table;
        _company[slot * _board.Tables + table] = company;
    }

    void Seat(Placement placement, int slot)
    {
        Span<int> last = stackalloc int[_board.Companies];
        var waiting = new List<int>();
        for (var company = 0; company < _board.Companies; company++)
        {
            last[company] = Before(company, slot);
            var at = company * _board.Slots + slot;
            if (_table[at] >= 0 || placement.GuestAt[at] < 0)
                continue;
            var wish =
                last[company] >= 0 ? last[company]
                : _board.Tables >= _board.Companies ? company
                : -1;
            if (wish >= 0 && _company[slot * _board.Tables + wish] < 0)
                Sit(company, slot, wish);
            else
                waiting.Add(company);
        }
        foreach (var company in waiting)
        {
            var (best, bestNeed) = (-1, -1);
            for (var table = 0; table < _board.Tables; table++)
            {
                if (_company[slot * _board.Tables + table] >= 0)
                    continue;
                var need = int.MaxValue;
                for (var other = 0; other < _board.Companies; other++)
                    if (last[other] == table)
                        need = Math.Min(need, After(placement, other, slot));
                if (need > bestNeed)
                    (best, bestNeed) = (table, need);
            }
            Sit(company, slot, best);
        }
    }

    /// <summary>The table of the company's last meeting before the slot; −1 when there is none.</summary>
    int Before(int company, int slot)
    {
        while (--slot >= 0)
            if (_table[company * _board.Slots + slot] >= 0)
                return _table[company * _board.Slots + slot];
        return -1;
    }

    int After(Placement placement, int company, int slot)
    {
        while (++slot < _board.Slots)
            if (placement.GuestAt[company * _board.Slots + slot] >= 0)
                return slot;
        return _board.Slots;
    }

    /// <summary>The same of a list of meetings.</summary>
    public static int ChangesOf(IReadOnlyList<Meeting> meetings)
    {
        var changes = 0;
        var last = new Dictionary<int, int>();
        foreach (var meeting in meetings.OrderBy(meeting => meeting.Slot))
        {
            changes += last.TryGetValue(meeting.Company, out var table) && table != meeting.Table ? 1 : 0;
            last[meeting.Company] = meeting.Table;
        }
        return changes;
    }

    /// <summary>How often a company has its next meeting at another table.</summary>
    public int Changes()
    {
        var changes = 0;
        for (var company = 0; company < _board.Companies; company++)
            changes += ChangesOf(company);
        return changes;
    }

    int ChangesOf(int company)
    {
        var (changes, last) = (0, -1);
        for (var slot = 0; slot < _board.Slots; slot++)
        {
            var table = _table[company * _board.Slots + slot];
            if (table < 0)
                continue;
            changes += last >= 0 && table != last ? 1 : 0;
            last = table;
        }
        return changes;
    }

    /// <summary>Swaps two tables over a stretch of slots, as long as that does no harm.</summary>
    public void Improve(long steps, int seed)
    {
        var (random, start) = (new Pcg((ulong)seed + 23), _steps.Taken);
        var (changes, bound) = (Changes(), Bound());
        while (
            _board.Tables > 1
            && _board.Slots > 0
            && changes > bound
            && _steps.Taken - start < steps
            && _steps.Spend(2 + (_board.Companies >> 1))
        )
        {
            var (one, two) = (random.Below(_board.Tables), random.Below(_board.Tables));
            var from = random.Below(_board.Slots);
            var to = random.Below(2) == 0 ? _board.Slots : from + 1 + random.Below(_board.Slots - from);
            if (one == two || !Swap(one, two, from, to))
                continue;
            var now = Changes();
            if (now <= changes)
                changes = now;
            else
                Swap(one, two, from, to);
        }
    }

    bool Swap(int one, int two, int from, int to)
    {
        for (var slot = from; slot < to; slot++)
            foreach (var table in stackalloc[] { one, two })
                if (_company[slot * _board.Tables + table] is >= 0 and var sits && _stays[sits * _board.Slots + slot])
                    return false;
        for (var slot = from; slot < to; slot++)
        {
            var (first, second) = (_company[slot * _board.Tables + one], _company[slot * _board.Tables + two]);
            _company[slot * _board.Tables + one] = second;
            _company[slot * _board.Tables + two] = first;
            if (first >= 0)
                _table[first * _board.Slots + slot] = two;
            if (second >= 0)
                _table[second * _board.Slots + slot] = one;
        }
        return true;
    }

    /// <summary>
    /// The least number of changes for meetings in these slots. Companies of which any two share a slot within a stretch
    /// need as many tables, so all but <see cref="Board.Tables"/> of them move within it; stretches that touch at their ends
    /// add up. And never less than the tables that stay enforce.
    /// </summary>
    public int Bound()
    {
        if (_board.Companies > 64 || _board.Tables >= _board.Companies)
            return Enforced();
        var least = new int[_board.Slots + 1];
        for (var end = 1; end < _board.Slots; end++)
        {
            least[end] = least[end - 1];
            for (var start = 0; start < end; start++)
                least[end] = Math.Max(least[end], least[start] + Math.Max(0, Clique(start, end) - _board.Tables));
        }
        return Math.Max(Enforced(), least[Math.Max(0, _board.Slots - 1)]);
    }

    /// <summary>Companies that share a slot pairwise between two slots, both included: greedily, those with most partners first.</summary>
    int Clique(int start, int end)
    {
        Span<ulong> slots = stackalloc ulong[_board.Companies];
        for (var company = 0; company < _board.Companies; company++)
        for (var slot = start; slot <= end; slot++)
            if (_table[company * _board.Slots + slot] >= 0)
                slots[company] |= 1UL << slot;
        var taken = 0UL;
        for (; ; )
        {
            var (best, bestSlots) = (-1, 0);
            for (var company = 0; company < _board.Companies; company++)
            {
                if ((taken >> company & 1) != 0 || BitOperations.PopCount(slots[company]) <= bestSlots)
                    continue;
                var fits = true;
                for (var left = taken; left != 0 && fits; left &= left - 1)
                    fits = (slots[BitOperations.TrailingZeroCount(left)] & slots[company]) != 0;
                if (fits)
                    (best, bestSlots) = (company, BitOperations.PopCount(slots[company]));
            }
            if (best < 0)
                return BitOperations.PopCount(taken);
            taken |= 1UL << best;
        }
    }

    /// <summary>Consecutive meetings of one company whose tables both stay, and differ.</summary>
    int Enforced()
    {
        var changes = 0;
        for (var company = 0; company < _board.Companies; company++)
        {
            var last = -1;
            for (var slot = 0; slot < _board.Slots; slot++)
            {
                var at = company * _board.Slots + slot;
                if (_table[at] < 0)
                    continue;
                changes += _stays[at] && last >= 0 && _stays[last] && _table[last] != _table[at] ? 1 : 0;
                last = at;
            }
        }
        return changes;
    }
}
