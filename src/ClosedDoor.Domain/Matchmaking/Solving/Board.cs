using System.Numerics;

namespace ClosedDoor.Domain;

/// <summary>
/// What is left to decide once the fixed meetings are taken out: flat arrays for the inner loops.
/// A pair's index is company × guests + guest.
/// The aims 1, 2 and 2½ become one whole number: <see cref="Promise"/> for each meeting towards a guarantee,
/// <see cref="Point"/> for each point of weight, ±1 for changes. Each unit outweighs all that comes after it, so that the
/// greatest sum is the best in strict order, and 64 bits hold it.
/// </summary>
sealed class Board
{
    public readonly int Companies,
        Guests,
        Slots,
        Tables;

    /// <summary>Points per pair; −1 where there is nothing to decide.</summary>
    public readonly int[] Weight;

    /// <summary>The part of the pair's worth that does not depend on the slot.</summary>
    public readonly long[] Worth;

    /// <summary>Slots in which the pair could meet.</summary>
    public readonly ulong[] Common;

    /// <summary>The slot that the pair has in the published timetable, where it could stay; −1 otherwise.</summary>
    public readonly int[] Keep;

    public readonly ulong[] CompanyFree,
        GuestFree;

    /// <summary>Tables left per slot.</summary>
    public readonly int[] Cap;

    /// <summary>Fixed meetings per company.</summary>
    public readonly int[] Had;

    public readonly int[] Guarantee;

    /// <summary>The most meetings that a company, a guest, and all together could still get.</summary>
    public readonly int[] MostOfCompany,
        MostOfGuest;
    public readonly int Most;

    public readonly long Point = 1;
    public readonly long Promise;

    /// <summary>Everybody who may meet at all is there all the time, and nothing is fixed: pairs can be chosen without regard to slots.</summary>
    public readonly bool IsUniform;

    public Board(TimetableProblem problem)
    {
        if (problem.Flaw() is { } flaw)
            throw new ArgumentException(flaw, nameof(problem));
        (Companies, Guests, Slots) = (problem.Companies.Count, problem.Guests.Count, problem.Slots);
        Tables = problem.Tables;
        var (pairs, all) = (Companies * Guests, SlotSet.All(Slots).Bits);
        Weight = new int[pairs];
        Worth = new long[pairs];
        Common = new ulong[pairs];
        Keep = new int[pairs];
        CompanyFree = [.. problem.Companies.Select(company => company.Present.Bits & all)];
        GuestFree = [.. problem.Guests.Select(guest => guest.Present.Bits & all)];
        Cap = [.. Enumerable.Repeat(problem.Tables, Slots)];
        Had = new int[Companies];
        Guarantee = [.. problem.Companies.Select(company => company.Guarantee)];
        var settled = new bool[pairs];
        foreach (var (company, guest, slot, _) in problem.Fixed)
        {
            CompanyFree[company] &= ~(1UL << slot);
            GuestFree[guest] &= ~(1UL << slot);
            Cap[slot]--;
            Had[company]++;
            settled[company * Guests + guest] = true;
        }
        for (var slot = 0; slot < Slots; slot++)
            if (Cap[slot] == 0)
                all &= ~(1UL << slot);

        MostOfCompany = new int[Companies];
        MostOfGuest = new int[Guests];
        var guestSlots = new ulong[Guests];
        var slotCompanies = new int[Slots];
        IsUniform = problem.Published is null;
        for (var company = 0; company < Companies; company++)
        {
            var met = 0UL;
            for (var guest = 0; guest < Guests; guest++)
            {
                var pair = company * Guests + guest;
                var terms = problem.Pairs[company, guest];
                Keep[pair] = -1;
                Weight[pair] = -1;
                if (settled[pair] || terms.Bar != PairBar.None)
                    continue;
                Common[pair] = CompanyFree[company] & GuestFree[guest] & all;
                if (Common[pair] == 0)
                {
                    IsUniform &= Slots == 0;
                    continue;
                }
                IsUniform &= Common[pair] == SlotSet.All(Slots).Bits;
                Weight[pair] = terms.Weight;
                met |= Common[pair];
                guestSlots[guest] |= Common[pair];
            }
            MostOfCompany[company] = BitOperations.PopCount(met);
            for (var slot = 0; slot < Slots; slot++)
                slotCompanies[slot] += (int)(met >> slot & 1);
        }
        for (var slot = 0; slot < Slots; slot++)
        {
            IsUniform &= Cap[slot] == problem.Tables;
            var guests = 0;
            for (var guest = 0; guest < Guests; guest++)
                guests += (int)(guestSlots[guest] >> slot & 1);
            Most += Math.Min(Cap[slot], Math.Min(slotCompanies[slot], guests));
        }
        for (var guest = 0; guest < Guests; guest++)
            MostOfGuest[guest] = BitOperations.PopCount(guestSlots[guest]);

        if (problem.Published is not null)
            Point = 2L * Most + 1;
        var total = 0L;
        for (var pair = 0; pair < pairs; pair++)
        {
            Worth[pair] = Weight[pair] < 0 ? 0 : Point * Weight[pair];
            total += Worth[pair];
        }
        Promise = total + 2L * Most + 2;
        if (problem.Published is { } published)
            MarkPublished(published);
    }

    void MarkPublished(IReadOnlyList<Meeting> published)
    {
        var known = new bool[Weight.Length];
        foreach (var (company, guest, slot, _) in published)
        {
            if (company < 0 || company >= Companies || guest < 0 || guest >= Guests)
                continue;
            var pair = company * Guests + guest;
            known[pair] = true;
            if (slot >= 0 && slot < Slots && (Common[pair] >> slot & 1) != 0)
                Keep[pair] = slot;
        }
        for (var pair = 0; pair < Weight.Length; pair++)
            if (Weight[pair] >= 0 && !known[pair])
                Worth[pair]--;
    }

    /// <summary>What a pair is worth in that slot, guarantees aside.</summary>
    public long WorthIn(int pair, int slot) => Worth[pair] + (Keep[pair] == slot ? 1 : 0);

    /// <summary>The most that a pair can be worth.</summary>
    public long WorthAtMost(int pair) => Worth[pair] + (Keep[pair] >= 0 ? 1 : 0);

    /// <summary>What the company's guarantee is worth at that number of meetings, fixed ones included.</summary>
    public long PromiseKept(int company, int meetings) => Promise * Math.Min(meetings, Guarantee[company]);
}
