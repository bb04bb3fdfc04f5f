using System.Numerics;

namespace ClosedDoor.Domain;

/// <summary>
/// Waits that follow from <see cref="SureMeetings"/>. Each person alone has a <see cref="LeastWait"/>; and where everybody
/// is to wait no longer than so much, the slots that are left to a meeting by one of the two are all that the other has,
/// until nothing changes any more (constraint propagation, Mackworth 1977) or nothing is left to somebody.
/// </summary>
sealed class SureWaits(Board board, ulong[] present, ulong[] settled, SureMeetings sure, SearchSteps steps)
{
    /// <summary>Sure meetings of one person beyond these are taken for ones that there may be: each doubles what is looked through.</summary>
    const int Most = 10;

    readonly List<int>[] _must = [.. present.Select(_ => new List<int>())];
    readonly List<int>[] _others = [.. present.Select(_ => new List<int>())];

    public (int Longest, int Total) Find()
    {
        for (var pair = 0; pair < sure.May.Length; pair++)
            if (sure.May[pair] != 0)
                foreach (var person in (ReadOnlySpan<int>)[pair / board.Guests, board.Companies + pair % board.Guests])
                    (sure.Must[pair] ? _must : _others)[person].Add(pair);
        foreach (var (pairs, others) in _must.Zip(_others))
        {
            pairs.Sort((one, other) => Slots(one).CompareTo(Slots(other)));
            others.AddRange(pairs.Skip(Most));
            if (pairs.Count > Most)
                pairs.RemoveRange(Most, pairs.Count - Most);
        }
        var (longest, total) = (0, 0);
        while (longest < board.Slots && !IsPossible(longest, [.. sure.May]))
            longest++;
        for (var person = 0; person < present.Length && Spend(person); person++)
            total += Of(person, sure.May).Total();
        return (longest, total);

        (int, int) Slots(int pair) => (BitOperations.PopCount(sure.May[pair]), pair);
    }

    /// <summary>Whether nothing speaks against everybody's waiting no longer. Takes from <paramref name="may"/> what cannot be.</summary>
    bool IsPossible(int longest, ulong[] may)
    {
        var ask = new Queue<int>(Enumerable.Range(0, present.Length));
        while (ask.TryDequeue(out var person) && Spend(person))
        {
            if (Of(person, may).Within(longest) is not { } left)
                return false;
            for (var i = 0; i < left.Length; i++)
            {
                var pair = _must[person][i];
                if (left[i] == may[pair])
                    continue;
                may[pair] = left[i];
                var (company, guest) = (pair / board.Guests, board.Companies + pair % board.Guests);
                var partner = person == company ? guest : company;
                if (!ask.Contains(partner))
                    ask.Enqueue(partner);
            }
        }
        return true;
    }

    LeastWait Of(int person, ulong[] may)
    {
        var filling = 0UL;
        foreach (var pair in _others[person])
            filling |= may[pair];
        return new(
            present[person],
            settled[person],
            [.. _must[person].Select(pair => may[pair])],
            filling,
            board.Slots
        );
    }

    bool Spend(int person) => steps.Spend(1 + (board.Slots << _must[person].Count >> 4));
}
