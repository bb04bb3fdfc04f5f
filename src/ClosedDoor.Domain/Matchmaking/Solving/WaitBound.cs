using System.Numerics;

namespace ClosedDoor.Domain;

/// <summary>
/// Waits that no timetable avoids which does as well in levels 1 to 3. Somebody who must have so many meetings that those
/// before a slot are not enough, and those after it neither, waits in that slot when idle in it. Of all who are pressed
/// like that in one slot, no more can be busy than tables and partners there allow (a greatest matching): the others wait.
/// </summary>
sealed class WaitBound
{
    readonly Board _board;
    readonly SureMeetings _sure;

    /// <summary>By person, companies first: slots of presence, of fixed meetings, and of all meetings that could be.</summary>
    readonly ulong[] _present,
        _fixed,
        _usable;

    /// <summary>By person: meetings that are the least there can be, fixed ones included.</summary>
    readonly int[] _least;

    /// <param name="board">What is to decide.</param>
    /// <param name="present">By person, companies first.</param>
    /// <param name="settled">Slots of fixed meetings, by person.</param>
    /// <param name="placement">The timetable, as good as which others are to be.</param>
    /// <param name="valueBound">What no timetable's value exceeds.</param>
    /// <param name="sure">What is known of all timetables that are as good.</param>
    public WaitBound(
        Board board,
        ulong[] present,
        ulong[] settled,
        Placement placement,
        long valueBound,
        SureMeetings sure
    )
    {
        (_board, _present, _fixed, _sure) = (board, present, settled, sure);
        _usable = [.. settled];
        for (var pair = 0; pair < board.Weight.Length; pair++)
        {
            if (board.Weight[pair] < 0)
                continue;
            _usable[pair / board.Guests] |= sure.May[pair];
            _usable[board.Companies + pair % board.Guests] |= sure.May[pair];
        }
        _least = Least(placement, valueBound);
    }

    public (int Longest, int Total) Find()
    {
        var (longest, total) = (0, 0);
        for (var slot = 0; slot < _board.Slots; slot++)
            total += Waiting(slot, companies: true) + Waiting(slot, companies: false);
        for (var person = 0; person < _present.Length; person++)
            longest = Math.Max(longest, LongestOf(person));
        return (Math.Max(longest, Math.Min(1, total)), total);
    }

    /// <summary>Idle in that slot, the person waits: there is a meeting before it and one after it in any case.</summary>
    bool IsPressed(int person, int slot)
    {
        var bit = 1UL << slot;
        if ((_present[person] & bit) == 0 || (_fixed[person] & bit) != 0)
            return false;
        var (below, above) = (bit - 1, ~(bit | bit - 1));
        return Between(below, above) && Between(above, below);

        bool Between(ulong here, ulong there) =>
            (_fixed[person] & here) != 0 || BitOperations.PopCount(_usable[person] & there) < _least[person];
    }

    /// <summary>How many of one side must wait in the slot.</summary>
    int Waiting(int slot, bool companies)
    {
        var (own, others) = companies ? (_board.Companies, _board.Guests) : (_board.Guests, _board.Companies);
        var partnerOf = new int[others];
        Array.Fill(partnerOf, -1);
        var (pressed, busy) = (0, 0);
        for (var one = 0; one < own; one++)
        {
            if (!IsPressed(companies ? one : _board.Companies + one, slot))
                continue;
            pressed++;
            busy += Match(one, new bool[others]) ? 1 : 0;
        }
        return pressed - Math.Min(busy, _board.Cap[slot]);

        bool Match(int one, bool[] tried)
        {
            for (var other = 0; other < others; other++)
            {
                var pair = companies ? one * _board.Guests + other : other * _board.Guests + one;
                if (tried[other] || _board.Weight[pair] < 0 || (_sure.May[pair] >> slot & 1) == 0)
                    continue;
                tried[other] = true;
                if (partnerOf[other] >= 0 && !Match(partnerOf[other], tried))
                    continue;
                partnerOf[other] = one;
                return true;
            }
            return false;
        }
    }

    /// <summary>The longest stretch in which a person is pressed and nobody is there to meet.</summary>
    int LongestOf(int person)
    {
        var (longest, run) = (0, 0);
        for (var left = _present[person]; left != 0; left &= left - 1)
        {
            var slot = BitOperations.TrailingZeroCount(left);
            run = (_usable[person] >> slot & 1) == 0 && IsPressed(person, slot) ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }
        return longest;
    }

    /// <summary>
    /// Whoever leaves out meetings loses what they are worth; no more can be lost than all meetings together are worth
    /// beyond those of the timetable. And no company has fewer than the worst-off one.
    /// </summary>
    int[] Least(Placement placement, long valueBound)
    {
        var least = new int[_present.Length];
        for (var pair = 0; pair < _board.Weight.Length; pair++)
            if (_sure.Must[pair])
            {
                least[pair / _board.Guests]++;
                least[_board.Companies + pair % _board.Guests]++;
            }
        for (var person = 0; person < least.Length; person++)
            least[person] += BitOperations.PopCount(_fixed[person]);
        // One that is worth more may be less fair, and still be the better.
        if (placement.Value() == valueBound)
            for (var company = 0; company < _board.Companies; company++)
                least[company] = Math.Max(least[company], placement.Range().Fewest);
        var (promised, worth, all) = (0L, 0L, 0L);
        for (var company = 0; company < _board.Companies; company++)
            promised += Math.Min(_board.Had[company] + placement.Degree[company], _board.Guarantee[company]);
        var worths = new List<long>[_present.Length];
        for (var person = 0; person < worths.Length; person++)
            worths[person] = [];
        for (var pair = 0; pair < _board.Weight.Length; pair++)
        {
            if (placement.Slot[pair] >= 0)
                worth += _board.WorthIn(pair, placement.Slot[pair]);
            if (_board.Weight[pair] < 0)
                continue;
            var most = Math.Max(0, _board.WorthAtMost(pair));
            all += most;
            worths[pair / _board.Guests].Add(most);
            worths[_board.Companies + pair % _board.Guests].Add(most);
        }
        // With more promises kept, less might be worth as much.
        if (valueBound >= _board.Promise * (promised + 1) - _board.Most)
            return least;
        for (var person = 0; person < least.Length; person++)
        {
            worths[person].Sort();
            var (lost, left) = (0L, worths[person].Count);
            foreach (var one in worths[person])
            {
                if (lost + one > all - worth)
                    break;
                lost += one;
                left--;
            }
            least[person] = Math.Max(least[person], left + BitOperations.PopCount(_fixed[person]));
        }
        return least;
    }
}
