namespace ClosedDoor.Domain;

/// <summary>
/// The best choice of pairs when slots are counted and not told apart: a bipartite b-matching with bounds on degrees and
/// on its size, as a flow of greatest worth from companies to guests. Successive augmenting paths of greatest gain
/// keep each intermediate flow best for its size (Jewell, Iri, Busacker and Gowen), and what the size gains is concave, so
/// the first path without gain ends it. The promise to a company is concave in its meetings and sits on the arc from the
/// source. What it finds is a bound for every timetable; where all are always there it is the optimum itself,
/// by <see cref="EdgeColouring"/>.
/// </summary>
sealed class PairFlow(Board board)
{
    const long Nowhere = long.MinValue / 2;

    readonly int[] _companyDegree = new int[board.Companies];
    readonly int[] _guestDegree = new int[board.Guests];
    readonly long[] _companyGain = new long[board.Companies];
    readonly long[] _guestGain = new long[board.Guests];
    readonly int[] _companyFrom = new int[board.Companies];
    readonly int[] _guestFrom = new int[board.Guests];
    readonly int[] _queue = new int[board.Companies + 1];
    readonly bool[] _queued = new bool[board.Companies];

    /// <summary>Outweighs everything else together: a meeting that the lower bound asks for.</summary>
    readonly long _must = board.Promise * (board.Most + 2);

    /// <summary>The pairs of the last choice.</summary>
    public readonly bool[] Chosen = new bool[board.Weight.Length];

    /// <summary>False when the last choice was stopped on its way: it is one, and not the best.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>After a choice without a least number of meetings, stopped or not: none is worth more.</summary>
    public long Bound { get; private set; }

    /// <summary>
    /// The greatest value of <see cref="Placement.Value"/> when every company has at least <paramref name="fewest"/> and at
    /// most <paramref name="most"/> meetings, fixed ones included; null when there is no such choice, or when the search
    /// was stopped before it was found.
    /// </summary>
    public long? Best(int fewest, int most, SearchSteps steps)
    {
        (IsWhole, Bound) = (true, long.MaxValue);
        Array.Clear(Chosen);
        Array.Clear(_companyDegree);
        Array.Clear(_guestDegree);
        for (var size = 0; size < board.Most; size++)
        {
            var end = Path(fewest, most);
            steps.Spend(1 + (board.Weight.Length >> 4));
            if (end < 0 || _guestGain[end] <= 0)
                break;
            var gain = _guestGain[end];
            _guestDegree[end]++;
            for (var guest = end; ; )
            {
                var company = _guestFrom[guest];
                Chosen[company * board.Guests + guest] = true;
                guest = _companyFrom[company];
                if (guest < 0)
                {
                    _companyDegree[company]++;
                    break;
                }
                Chosen[company * board.Guests + guest] = false;
            }
            if (!steps.IsStruck)
                continue;
            // What is still to come gains no more a path than this one did.
            (IsWhole, Bound) = (false, (board.Most - size - 1) * gain);
            break;
        }

        var value = 0L;
        for (var company = 0; company < board.Companies; company++)
        {
            var meetings = board.Had[company] + _companyDegree[company];
            if (IsWhole && (meetings < fewest || meetings > most))
                return null;
            value += board.PromiseKept(company, meetings);
        }
        for (var pair = 0; pair < Chosen.Length; pair++)
            if (Chosen[pair])
                value += board.WorthAtMost(pair);
        Bound = IsWhole ? value : value + Bound;
        return IsWhole ? value : null;
    }

    /// <summary>Finds the guest at whom the path of greatest gain ends; −1 when there is none.</summary>
    int Path(int fewest, int most)
    {
        Array.Fill(_guestGain, Nowhere);
        var (head, tail) = (0, 0);
        for (var company = 0; company < board.Companies; company++)
        {
            _companyFrom[company] = -1;
            _companyGain[company] = OneMore(company, fewest, most);
            _queued[company] = _companyGain[company] > Nowhere;
            if (_queued[company])
                _queue[tail++] = company;
        }
        while (head != tail)
        {
            var company = _queue[head];
            head = head == board.Companies ? 0 : head + 1;
            _queued[company] = false;
            var row = company * board.Guests;
            for (var guest = 0; guest < board.Guests; guest++)
            {
                if (board.Weight[row + guest] < 0 || Chosen[row + guest])
                    continue;
                var gain = _companyGain[company] + board.WorthAtMost(row + guest);
                if (gain <= _guestGain[guest])
                    continue;
                (_guestGain[guest], _guestFrom[guest]) = (gain, company);
                if (_guestDegree[guest] < board.MostOfGuest[guest])
                    continue;
                for (var other = 0; other < board.Companies; other++)
                {
                    var pair = other * board.Guests + guest;
                    if (!Chosen[pair] || gain - board.WorthAtMost(pair) <= _companyGain[other])
                        continue;
                    (_companyGain[other], _companyFrom[other]) = (gain - board.WorthAtMost(pair), guest);
                    if (_queued[other])
                        continue;
                    _queued[other] = true;
                    _queue[tail] = other;
                    tail = tail == board.Companies ? 0 : tail + 1;
                }
            }
        }

        var end = -1;
        for (var guest = 0; guest < board.Guests; guest++)
            if (
                _guestDegree[guest] < board.MostOfGuest[guest]
                && _guestGain[guest] > Nowhere
                && (end < 0 || _guestGain[guest] > _guestGain[end])
            )
                end = guest;
        return end;
    }

    long OneMore(int company, int fewest, int most)
    {
        var meetings = board.Had[company] + _companyDegree[company];
        if (meetings >= most || _companyDegree[company] >= board.MostOfCompany[company])
            return Nowhere;
        return (meetings < fewest ? _must : 0) + (meetings < board.Guarantee[company] ? board.Promise : 0);
    }
}
