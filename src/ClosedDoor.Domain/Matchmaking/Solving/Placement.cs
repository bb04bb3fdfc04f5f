namespace ClosedDoor.Domain;

/// <summary>Which pair meets in which slot, beyond the fixed meetings. Keeps who is where, so that each question takes constant time.</summary>
sealed class Placement
{
    readonly Board _board;

    /// <summary>By pair; −1 when it does not meet.</summary>
    public readonly int[] Slot;

    /// <summary>By company × slots + slot: the guest, or −1.</summary>
    public readonly int[] GuestAt;

    /// <summary>By guest × slots + slot: the company, or −1.</summary>
    public readonly int[] CompanyAt;

    /// <summary>Meetings per slot.</summary>
    public readonly int[] Load;

    /// <summary>Slots in which somebody is there and free.</summary>
    public readonly ulong[] CompanyIdle,
        GuestIdle;

    /// <summary>Slots with a free table.</summary>
    public ulong Open;

    /// <summary>Meetings per company, beyond the fixed ones.</summary>
    public readonly int[] Degree;

    public Placement(Board board)
    {
        _board = board;
        Slot = new int[board.Weight.Length];
        GuestAt = new int[board.Companies * board.Slots];
        CompanyAt = new int[board.Guests * board.Slots];
        Load = new int[board.Slots];
        Degree = new int[board.Companies];
        Array.Fill(Slot, -1);
        Array.Fill(GuestAt, -1);
        Array.Fill(CompanyAt, -1);
        CompanyIdle = [.. board.CompanyFree];
        GuestIdle = [.. board.GuestFree];
        for (var slot = 0; slot < board.Slots; slot++)
            if (board.Cap[slot] > 0)
                Open |= 1UL << slot;
    }

    /// <summary>The slots in which the pair could meet right now.</summary>
    public ulong Possible(int pair) =>
        _board.Common[pair] & CompanyIdle[pair / _board.Guests] & GuestIdle[pair % _board.Guests] & Open;

    public void Place(int pair, int slot)
    {
        var (company, guest, bit) = (pair / _board.Guests, pair % _board.Guests, 1UL << slot);
        Slot[pair] = slot;
        GuestAt[company * _board.Slots + slot] = guest;
        CompanyAt[guest * _board.Slots + slot] = company;
        CompanyIdle[company] &= ~bit;
        GuestIdle[guest] &= ~bit;
        Degree[company]++;
        if (++Load[slot] == _board.Cap[slot])
            Open &= ~bit;
    }

    public void Remove(int pair)
    {
        var slot = Slot[pair];
        var (company, guest, bit) = (pair / _board.Guests, pair % _board.Guests, 1UL << slot);
        Slot[pair] = -1;
        GuestAt[company * _board.Slots + slot] = -1;
        CompanyAt[guest * _board.Slots + slot] = -1;
        CompanyIdle[company] |= bit;
        GuestIdle[guest] |= bit;
        Degree[company]--;
        Load[slot]--;
        Open |= bit;
    }

    /// <summary>Aims 1, 2 and 2½ as one number; see <see cref="Board"/>.</summary>
    public long Value()
    {
        var value = 0L;
        for (var company = 0; company < _board.Companies; company++)
            value += _board.PromiseKept(company, _board.Had[company] + Degree[company]);
        for (var pair = 0; pair < Slot.Length; pair++)
            if (Slot[pair] >= 0)
                value += _board.WorthIn(pair, Slot[pair]);
        return value;
    }

    /// <summary>Meetings of the company with fewest and of the one with most, fixed ones included.</summary>
    public (int Fewest, int Most) Range()
    {
        var (fewest, most) = (int.MaxValue, 0);
        for (var company = 0; company < _board.Companies; company++)
        {
            var meetings = _board.Had[company] + Degree[company];
            fewest = Math.Min(fewest, meetings);
            most = Math.Max(most, meetings);
        }
        return (fewest == int.MaxValue ? 0 : fewest, most);
    }

    public Placement Copy()
    {
        var copy = new Placement(_board);
        for (var pair = 0; pair < Slot.Length; pair++)
            if (Slot[pair] >= 0)
                copy.Place(pair, Slot[pair]);
        return copy;
    }
}
