using System.Numerics;

namespace ClosedDoor.Domain;

/// <summary>
/// Seeks slots for chosen pairs when people are not always there: a list edge colouring with a cap per colour, which is
/// NP-complete (Even, Itai and Shamir 1976), so a search that can find and cannot refute. Hardest pair first; then
/// alternating paths of two slots as in <see cref="EdgeColouring"/>; then ejection of what stands in the way, with a memory
/// of who was ejected often.
/// </summary>
sealed class SlotFitting(Board board, SearchSteps steps, int seed)
{
    Pcg _random = new((ulong)seed);
    readonly int[] _ejections = new int[board.Weight.Length];
    readonly int[] _path = new int[2 * (board.Companies + board.Guests) + 2];

    /// <summary>Places the chosen pairs; those that are placed already may be moved. Tries for so many insertions.</summary>
    /// <returns>Whether all found a slot. If not, as many as at the best moment are placed.</returns>
    public bool Fit(Placement placement, bool[] chosen, int insertions)
    {
        var waiting = new List<int>();
        for (var pair = 0; pair < chosen.Length; pair++)
            if (chosen[pair] && placement.Slot[pair] < 0)
                waiting.Add(pair);
        waiting.Sort(
            (one, other) =>
                (BitOperations.PopCount(board.Common[other]), other).CompareTo(
                    (BitOperations.PopCount(board.Common[one]), one)
                )
        );
        Array.Clear(_ejections);
        var best = (Waiting: int.MaxValue, Slots: (int[]?)null);
        for (; waiting.Count > 0 && insertions > 0 && steps.Spend(2); insertions--)
        {
            var pair = waiting[^1];
            waiting.RemoveAt(waiting.Count - 1);
            if (Insert(placement, pair))
                continue;
            Eject(placement, pair, waiting);
            if (waiting.Count >= best.Waiting)
                continue;
            best = (waiting.Count, [.. placement.Slot]);
        }
        if (waiting.Count == 0)
            return true;
        if (best.Slots is { } slots && best.Waiting < waiting.Count)
            Restore(placement, slots);
        return false;
    }

    public static void Restore(Placement placement, int[] slots)
    {
        for (var pair = 0; pair < slots.Length; pair++)
            if (placement.Slot[pair] >= 0 && placement.Slot[pair] != slots[pair])
                placement.Remove(pair);
        for (var pair = 0; pair < slots.Length; pair++)
            if (slots[pair] >= 0 && placement.Slot[pair] < 0)
                placement.Place(pair, slots[pair]);
    }

    /// <summary>Places one pair, directly or after swapping two slots along one path.</summary>
    public bool Insert(Placement placement, int pair)
    {
        var possible = placement.Possible(pair);
        if (possible != 0)
        {
            var slot = board.Keep[pair];
            if (slot < 0 || (possible >> slot & 1) == 0)
                slot = Emptiest(placement, possible);
            placement.Place(pair, slot);
            return true;
        }
        var (company, guest) = (pair / board.Guests, pair % board.Guests);
        for (var left = board.Common[pair] & placement.CompanyIdle[company]; left != 0; left &= left - 1)
        {
            var one = BitOperations.TrailingZeroCount(left);
            for (
                var others = board.GuestFree[guest] & placement.GuestIdle[guest] & ~(1UL << one);
                others != 0;
                others &= others - 1
            )
            {
                steps.Spend(1);
                var two = BitOperations.TrailingZeroCount(others);
                if (!Swap(placement, guest, one, two))
                    continue;
                if ((placement.Possible(pair) >> one & 1) == 0)
                    continue;
                placement.Place(pair, one);
                return true;
            }
        }
        return false;
    }

    /// <summary>Swaps two slots along the path that starts with the guest's meeting in the first; false where somebody is not there.</summary>
    bool Swap(Placement placement, int guest, int one, int two)
    {
        var (length, vertex, isGuest, colour) = (0, guest, true, one);
        for (; ; )
        {
            var next = (isGuest ? placement.CompanyAt : placement.GuestAt)[vertex * board.Slots + colour];
            if (next < 0)
                break;
            var pair = isGuest ? next * board.Guests + vertex : vertex * board.Guests + next;
            colour = colour == one ? two : one;
            if ((board.Common[pair] >> colour & 1) == 0)
                return false;
            _path[length++] = pair;
            (vertex, isGuest) = (next, !isGuest);
        }
        if (length % 2 == 1 && placement.Load[two] >= board.Cap[two])
            return false;
        for (var i = 0; i < length; i++)
            placement.Remove(_path[i]);
        for (var i = 0; i < length; i++)
            placement.Place(_path[i], i % 2 == 0 ? two : one);
        return true;
    }

    int Emptiest(Placement placement, ulong possible)
    {
        var best = -1;
        for (; possible != 0; possible &= possible - 1)
        {
            var slot = BitOperations.TrailingZeroCount(possible);
            if (best < 0 || board.Cap[slot] - placement.Load[slot] > board.Cap[best] - placement.Load[best])
                best = slot;
        }
        return best;
    }

    /// <summary>Puts the pair where it ejects those that are ejected least often.</summary>
    void Eject(Placement placement, int pair, List<int> waiting)
    {
        var (company, guest) = (pair / board.Guests, pair % board.Guests);
        var (best, bestCost, ties, crowd) = (-1, int.MaxValue, 0, -1);
        for (var left = board.Common[pair]; left != 0; left &= left - 1)
        {
            var slot = BitOperations.TrailingZeroCount(left);
            var (cost, third) = (0, -1);
            var itsGuest = placement.GuestAt[company * board.Slots + slot];
            var itsCompany = placement.CompanyAt[guest * board.Slots + slot];
            if (itsGuest >= 0)
                cost += 1 + _ejections[company * board.Guests + itsGuest];
            if (itsCompany >= 0)
                cost += 1 + _ejections[itsCompany * board.Guests + guest];
            if (cost == 0)
            {
                // Both are free, so all tables are taken.
                third = LeastEjected(placement, slot);
                cost = 1 + _ejections[third];
            }
            if (cost > bestCost)
                continue;
            ties = cost < bestCost ? 1 : ties + 1;
            if (cost == bestCost && _random.Below(ties) != 0)
                continue;
            (best, bestCost, crowd) = (slot, cost, third);
        }
        Out(placement.GuestAt[company * board.Slots + best] is >= 0 and var g ? company * board.Guests + g : -1);
        Out(placement.CompanyAt[guest * board.Slots + best] is >= 0 and var c ? c * board.Guests + guest : -1);
        Out(crowd);
        placement.Place(pair, best);

        void Out(int ejected)
        {
            if (ejected < 0)
                return;
            placement.Remove(ejected);
            _ejections[ejected]++;
            waiting.Add(ejected);
        }
    }

    int LeastEjected(Placement placement, int slot)
    {
        var best = -1;
        for (var company = 0; company < board.Companies; company++)
        {
            var guest = placement.GuestAt[company * board.Slots + slot];
            if (guest < 0)
                continue;
            var pair = company * board.Guests + guest;
            if (best < 0 || _ejections[pair] < _ejections[best])
                best = pair;
        }
        return best;
    }
}
