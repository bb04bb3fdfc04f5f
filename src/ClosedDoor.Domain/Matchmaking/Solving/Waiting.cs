using System.Numerics;

namespace ClosedDoor.Domain;

/// <summary>
/// Level 4: the waits between somebody's meetings, counted in slots in which that person is there. Moves meetings without
/// touching who meets whom: one meeting to another slot, or two slots swapped along an alternating path; worse moves are
/// taken with falling probability (Kirkpatrick, Gelatt and Vecchi 1983). First the longest wait is pressed down, then,
/// with it held, the sum.
/// </summary>
sealed class Waiting
{
    readonly Board _board;
    readonly SearchSteps _steps;
    readonly ulong[] _present;

    /// <summary>By person, companies first: slots with a meeting, fixed ones included.</summary>
    readonly ulong[] _busy;
    readonly int[] _path;
    readonly long[] _seen;
    long _round;
    Pcg _random;

    /// <summary>A wait above this costs extra.</summary>
    int _limit;

    public Waiting(Board board, TimetableProblem problem, SearchSteps steps, int seed)
    {
        (_board, _steps, _random) = (board, steps, new Pcg((ulong)seed + 11));
        _present =
        [
            .. problem.Companies.Select(company => company.Present.Bits),
            .. problem.Guests.Select(guest => guest.Present.Bits),
        ];
        _busy = new ulong[_present.Length];
        _path = new int[_present.Length + 1];
        _seen = new long[_present.Length];
        foreach (var (company, guest, slot, _) in problem.Fixed)
        {
            _busy[company] |= 1UL << slot;
            _busy[board.Companies + guest] |= 1UL << slot;
        }
    }

    /// <summary>The longest wait and the sum of all waits of one person.</summary>
    static (int Longest, int Total) Of(ulong busy, ulong present)
    {
        if (busy == 0)
            return default;
        var (longest, total) = (0, 0);
        var last = BitOperations.TrailingZeroCount(busy);
        for (var left = busy & busy - 1; left != 0; left &= left - 1)
        {
            var next = BitOperations.TrailingZeroCount(left);
            var wait = BitOperations.PopCount(present & (1UL << next) - 1 & ~((2UL << last) - 1));
            longest = Math.Max(longest, wait);
            total += wait;
            last = next;
        }
        return (longest, total);
    }

    /// <summary>
    /// What no timetable can avoid that does as well in the levels before: waits between fixed meetings that no further
    /// meeting can fill, and those of <see cref="WaitBound"/>.
    /// </summary>
    public (int Longest, int Total) Bound(Placement placement, long valueBound, SureMeetings sure)
    {
        var (longest, total) = (0, 0);
        for (var person = 0; person < _busy.Length; person++)
        {
            var most =
                person < _board.Companies
                    ? _board.MostOfCompany[person]
                    : _board.MostOfGuest[person - _board.Companies];
            var wait = Of(_busy[person], _present[person]);
            total += Math.Max(0, wait.Total - most);
            longest = Math.Max(longest, (wait.Longest - most + most) / (most + 1));
        }
        var pressed = new WaitBound(_board, _present, _busy, placement, valueBound, sure).Find();
        var waits = new SureWaits(_board, _present, _busy, sure, _steps).Find();
        longest = Math.Max(longest, Math.Max(pressed.Longest, waits.Longest));
        total = Math.Max(total, Math.Max(pressed.Total, waits.Total));
        return (longest, Math.Max(total, longest));
    }

    /// <summary>Improves the placement in place.</summary>
    /// <returns>The longest wait and the sum of all waits.</returns>
    public (int Longest, int Total) Improve(Placement placement, long steps)
    {
        var fixedOnly = (ulong[])_busy.Clone();
        for (var pair = 0; pair < placement.Slot.Length; pair++)
            if (placement.Slot[pair] is >= 0 and var slot)
                Toggle(pair, slot);
        var best = Now();
        var bestSlots = (int[])placement.Slot.Clone();
        var movable = new List<int>();
        for (var pair = 0; pair < placement.Slot.Length; pair++)
            if (placement.Slot[pair] >= 0 && placement.Slot[pair] != _board.Keep[pair])
                movable.Add(pair);

        var (start, cost) = (_steps.Taken, 0L);
        var pressing = true;
        if (movable.Count > 0 && best.Total > 0)
            Begin();
        while (movable.Count > 0 && best.Total > 0 && _steps.Taken - start < steps && _steps.Spend(1))
        {
            var share = (_steps.Taken - start) / (double)steps;
            if (pressing && (share > 0.5 || best.Longest <= 1))
            {
                pressing = false;
                SlotFitting.Restore(placement, bestSlots);
                Rebuild();
                Begin();
            }
            var phase =
                pressing ? share * 2
                : best.Longest <= 1 ? share
                : share * 2 - 1;
            var heat = 0.05 + 2.5 * (1 - phase) * (1 - phase);
            var after = Move(placement, movable[_random.Below(movable.Count)], cost, heat);
            if (after == cost)
                continue;
            cost = after;
            // The cost counts all waits, and more where one is too long; only then can the record fall.
            if (cost > (pressing ? long.MaxValue : best.Total))
                continue;
            var now = Now();
            if (now.CompareTo(best) >= 0)
                continue;
            var shorter = now.Longest < best.Longest;
            best = now;
            placement.Slot.CopyTo(bestSlots, 0);
            if (shorter)
                Begin();
        }
        SlotFitting.Restore(placement, bestSlots);
        fixedOnly.CopyTo(_busy, 0);
        return best;

        void Begin()
        {
            _limit = pressing ? best.Longest - 1 : best.Longest;
            cost = 0;
            for (var person = 0; person < _busy.Length; person++)
                cost += Cost(person);
        }

        void Rebuild()
        {
            fixedOnly.CopyTo(_busy, 0);
            for (var pair = 0; pair < placement.Slot.Length; pair++)
                if (placement.Slot[pair] is >= 0 and var slot)
                    Toggle(pair, slot);
        }
    }

    (int Longest, int Total) Now()
    {
        var (longest, total) = (0, 0);
        for (var person = 0; person < _busy.Length; person++)
        {
            var wait = Of(_busy[person], _present[person]);
            longest = Math.Max(longest, wait.Longest);
            total += wait.Total;
        }
        return (longest, total);
    }

    long Cost(int person)
    {
        var wait = Of(_busy[person], _present[person]);
        return wait.Total + (wait.Longest > _limit ? 8L * (wait.Longest - _limit) : 0);
    }

    void Toggle(int pair, int slot)
    {
        _busy[pair / _board.Guests] ^= 1UL << slot;
        _busy[_board.Companies + pair % _board.Guests] ^= 1UL << slot;
    }

    /// <summary>Tries one move; answers the cost after it, or as before where it is impossible or declined.</summary>
    long Move(Placement placement, int pair, long cost, double heat)
    {
        var one = placement.Slot[pair];
        var others = _board.Common[pair] & ~(1UL << one);
        if (others == 0)
            return cost;
        var two = Nth(others, _random.Below(BitOperations.PopCount(others)));
        var length = Path(placement, pair, one, two, out var balance);
        if (length == 0)
            return cost;
        // One slot may gain a meeting.
        if (
            balance > 0 ? placement.Load[two] >= _board.Cap[two] : balance < 0 && placement.Load[one] >= _board.Cap[one]
        )
            return cost;
        _steps.Spend(length >> 2);
        var change = -PathCost(length);
        Shift(placement, length, one, two);
        change += PathCost(length);
        if (change <= 0 || _random.Unit() < Math.Exp(-change / heat))
            return cost + change;
        Shift(placement, length, one, two);
        return cost;
    }

    static int Nth(ulong bits, int n)
    {
        for (; n > 0; n--)
            bits &= bits - 1;
        return BitOperations.TrailingZeroCount(bits);
    }

    /// <summary>Collects the pairs that alternate between two slots around this one; 0 when one of them cannot move.</summary>
    int Path(Placement placement, int pair, int one, int two, out int balance)
    {
        balance = 1;
        _path[0] = pair;
        var length = 1;
        foreach (var isGuest in stackalloc[] { false, true })
        {
            var (vertex, guestSide, slot) = (isGuest ? pair % _board.Guests : pair / _board.Guests, isGuest, two);
            for (; ; )
            {
                var next = (guestSide ? placement.CompanyAt : placement.GuestAt)[vertex * _board.Slots + slot];
                if (next < 0)
                    break;
                var met = guestSide ? next * _board.Guests + vertex : vertex * _board.Guests + next;
                if (met == pair)
                    // The path closes to a circle.
                    return length;
                var to = slot == one ? two : one;
                if ((_board.Common[met] >> to & 1) == 0 || _board.Keep[met] == slot)
                    return 0;
                _path[length++] = met;
                balance += slot == one ? 1 : -1;
                (vertex, guestSide, slot) = (next, !guestSide, to);
            }
        }
        return length;
    }

    /// <summary>Swaps the two slots along the path.</summary>
    void Shift(Placement placement, int length, int one, int two)
    {
        for (var i = 0; i < length; i++)
        {
            var slot = placement.Slot[_path[i]];
            Toggle(_path[i], slot);
            placement.Remove(_path[i]);
            // Remembered through the sign of the path's entry.
            _path[i] = slot == one ? _path[i] : ~_path[i];
        }
        for (var i = 0; i < length; i++)
        {
            var to = _path[i] >= 0 ? two : one;
            if (_path[i] < 0)
                _path[i] = ~_path[i];
            placement.Place(_path[i], to);
            Toggle(_path[i], to);
        }
    }

    /// <summary>What the people on the path wait: its companies and guests, each once.</summary>
    long PathCost(int length)
    {
        var sum = 0L;
        _round++;
        for (var i = 0; i < length; i++)
        {
            Add(_path[i] / _board.Guests);
            Add(_board.Companies + _path[i] % _board.Guests);
        }
        return sum;

        void Add(int person)
        {
            if (_seen[person] == _round)
                return;
            _seen[person] = _round;
            sum += Cost(person);
        }
    }
}
