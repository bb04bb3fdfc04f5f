using System.Numerics;

namespace ClosedDoor.Domain;

/// <summary>
/// What one person waits at least who has certain meetings, wherever they are placed: all orders at once, by which of them
/// have been so far. Meetings that there may be besides fill what they can.
/// </summary>
/// <param name="present">Slots in which the person is there.</param>
/// <param name="settled">Slots of fixed meetings.</param>
/// <param name="must">By meeting that there is in any case, the slots in which it may be.</param>
/// <param name="filling">Slots in which there may be yet another meeting.</param>
/// <param name="slots">Of the day.</param>
sealed class LeastWait(ulong present, ulong settled, ulong[] must, ulong filling, int slots)
{
    const int Never = int.MaxValue / 2;

    readonly int _all = (1 << must.Length) - 1;

    /// <summary>The slot of the last fixed meeting; −1 without one.</summary>
    readonly int _last = 63 - BitOperations.LeadingZeroCount(settled);

    int WaitIn(int slot) => (int)(present >> slot & 1);

    /// <summary>The sum of all waits.</summary>
    public int Total()
    {
        var best = _all == 0 && settled == 0 ? 0 : Never;
        var (before, after) = (Nothing(), Nothing());
        for (var slot = 0; slot < slots; slot++)
        {
            Array.Fill(after, Never);
            for (var held = 0; held <= _all; held++)
            {
                var waited = before[held];
                if (waited == Never && !(held == 0 && MayBegin(slot)))
                    continue;
                // Before the first meeting nobody waits.
                var met = waited == Never ? 0 : waited;
                if ((settled >> slot & 1) != 0)
                    after[held] = Math.Min(after[held], met);
                else
                {
                    if (waited != Never)
                        after[held] = Math.Min(
                            after[held],
                            (filling >> slot & 1) != 0 ? waited : waited + WaitIn(slot)
                        );
                    for (var i = 0; i < must.Length; i++)
                        if ((held >> i & 1) == 0 && (must[i] >> slot & 1) != 0)
                            after[held | 1 << i] = Math.Min(after[held | 1 << i], met);
                }
            }
            (before, after) = (after, before);
            if (slot >= _last)
                best = Math.Min(best, before[_all]);
        }
        return best == Never ? 0 : best;
    }

    /// <summary>By meeting, the slots in which it may be when no wait is longer; null when one must be.</summary>
    public ulong[]? Within(int longest)
    {
        var end = Ends(longest);
        var (before, after, may) = (Nothing(), Nothing(), new ulong[must.Length]);
        var possible = _all == 0 && settled == 0;
        for (var slot = 0; slot < slots; slot++)
        {
            Array.Fill(after, Never);
            for (var held = 0; held <= _all; held++)
            {
                var waited = before[held];
                if (waited == Never && !(held == 0 && MayBegin(slot)))
                    continue;
                if ((settled >> slot & 1) != 0)
                    after[held] = 0;
                else
                {
                    if (waited != Never && (filling >> slot & 1) != 0)
                        after[held] = 0;
                    else if (waited + WaitIn(slot) <= longest)
                        after[held] = Math.Min(after[held], waited + WaitIn(slot));
                    for (var i = 0; i < must.Length; i++)
                        if ((held >> i & 1) == 0 && (must[i] >> slot & 1) != 0 && end[slot + 1][held | 1 << i] >= 0)
                        {
                            after[held | 1 << i] = 0;
                            may[i] |= 1UL << slot;
                        }
                }
            }
            (before, after) = (after, before);
            possible |= slot >= _last && before[_all] != Never;
        }
        return possible && Array.TrueForAll(may, one => one != 0) ? may : null;
    }

    /// <summary>By slot and by meetings held before it: the longest wait with which one may come to it; −1 when the day cannot end well.</summary>
    int[][] Ends(int longest)
    {
        var end = new int[slots + 1][];
        for (var slot = slots; slot >= 0; slot--)
        {
            end[slot] = new int[_all + 1];
            for (var held = 0; held <= _all; held++)
            {
                var most = held == _all && slot > _last ? longest : -1;
                if (slot < slots && most < longest)
                {
                    var idle = Math.Max(-1, end[slot + 1][held] - WaitIn(slot));
                    var isSettled = (settled >> slot & 1) != 0;
                    if (isSettled || (filling >> slot & 1) != 0)
                        idle = end[slot + 1][held] >= 0 ? longest : -1;
                    most = Math.Max(most, idle);
                    for (var i = 0; i < must.Length && !isSettled && most < longest; i++)
                        if ((held >> i & 1) == 0 && (must[i] >> slot & 1) != 0 && end[slot + 1][held | 1 << i] >= 0)
                            most = longest;
                }
                end[slot][held] = most;
            }
        }
        return end;
    }

    /// <summary>Whether the day can begin with that slot: no fixed meeting lies before it.</summary>
    bool MayBegin(int slot) => (settled & (1UL << slot) - 1) == 0;

    int[] Nothing()
    {
        var nothing = new int[_all + 1];
        Array.Fill(nothing, Never);
        return nothing;
    }
}
