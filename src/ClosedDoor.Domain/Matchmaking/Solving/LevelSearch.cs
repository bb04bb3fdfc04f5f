namespace ClosedDoor.Domain;

/// <summary>
/// Levels 1 to 3, with proof. First the relaxation that only counts slots, in strict order through all levels
/// (<see cref="PairFlow"/>); if its choice of pairs fits into the slots, it is best. If not, each level by
/// <see cref="BranchAndBound"/>: a level-3 question 'can every company have from a to b meetings at no loss in the levels
/// before?' is one more search with bounds, which succeeds when it attains the same value and is refuted when it cannot.
/// </summary>
sealed class LevelSearch(Board board, SearchSteps steps, int seed, Action<SearchStage> report)
{
    /// <summary>Beyond this many rows an explicit inverse of the basis costs more than it proves.</summary>
    public const int MostRows = 1_500;

    readonly PairFlow _flow = new(board);

    public Placement Best { get; private set; } = new(board);
    public long Value { get; private set; } = long.MinValue;
    public long ValueBound { get; private set; }
    public int FewestBound { get; private set; }
    public int SpreadBound { get; private set; }

    /// <summary>The steps allowed for <see cref="Run"/> ended before the proof.</summary>
    public bool UsedUp { get; private set; }

    int MostPossible => board.Slots;

    public void Run()
    {
        Search();
        UsedUp = steps.UsedUp && !IsProved;
    }

    void Search()
    {
        _flow.Best(0, MostPossible, steps);
        ValueBound = _flow.Bound;
        var chosen = (bool[])_flow.Chosen.Clone();
        var (fewest, most) = FlowRange(ValueBound);
        (FewestBound, SpreadBound) = (fewest, most - fewest);
        if (_flow.Best(fewest, most, steps) is not null)
            chosen = _flow.Chosen;
        var placement = new Placement(board);
        if (board.IsUniform)
            EdgeColouring.Place(placement, chosen, board, steps);
        else
            Fit(placement, chosen);
        Consider(placement);
        report(SearchStage.Found);
        if (IsProved)
            return;
        if (steps.MustStop)
        {
            Weaken();
            return;
        }

        // Asked before it is made: the model of a large day would fill the memory to be thrown away.
        if (
            LinearModel.RowsAtLeast(board) <= MostRows
            && new LinearModel(board) is { Rows: <= MostRows } model
            && Exact(model)
        )
            return;
        new PairExchange(board, steps, seed).Improve(Best, ValueBound);
        Consider(Best);
        Weaken();
    }

    /// <summary>After <see cref="Run"/>: holds another placement against the bounds, which are weaker where it is worth less.</summary>
    public void Judge(Placement placement)
    {
        (Best, Value) = (placement, placement.Value());
        Weaken();
    }

    public bool IsProved
    {
        get
        {
            var range = Best.Range();
            return Value == ValueBound && range.Fewest == FewestBound && range.Most - range.Fewest == SpreadBound;
        }
    }

    /// <summary>The share by which the value may be below the best.</summary>
    public double Gap => Value >= ValueBound ? 0 : (double)(ValueBound - Value) / Math.Max(1, Math.Abs(ValueBound));

    void Fit(Placement placement, bool[] chosen)
    {
        for (var pair = 0; pair < board.Keep.Length; pair++)
            if (chosen[pair] && board.Keep[pair] >= 0 && (placement.Possible(pair) >> board.Keep[pair] & 1) != 0)
                placement.Place(pair, board.Keep[pair]);
        var fitting = new SlotFitting(board, steps, seed);
        var pairs = 0;
        foreach (var one in chosen)
            pairs += one ? 1 : 0;
        if (!fitting.Fit(placement, chosen, 20 * pairs))
            PairExchange.Fill(board, steps, fitting, placement);
    }

    /// <summary>Keeps the placement if it is the best so far in the order of the levels.</summary>
    void Consider(Placement placement)
    {
        var value = placement.Value();
        if (value < Value)
            return;
        var (now, was) = (placement.Range(), Best.Range());
        if (value == Value && (now.Fewest < was.Fewest || now.Fewest == was.Fewest && now.Most > was.Most))
            return;
        (Best, Value) = (placement, value);
    }

    /// <summary>The best range of meetings at that value, as far as the flow can tell.</summary>
    (int Fewest, int Most) FlowRange(long value)
    {
        var (low, high) = (0, MostPossible);
        for (var company = 0; company < board.Companies; company++)
            high = Math.Min(high, board.Had[company] + board.MostOfCompany[company]);
        if (board.Companies == 0)
            return (0, 0);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            var best = _flow.Best(middle, MostPossible, steps);
            if (!_flow.IsWhole)
                return (high, high); // As far as it was told: not more, and perhaps even.
            if (best >= value)
                low = middle;
            else
                high = middle - 1;
        }
        return (low, FlowMost(low, value));
    }

    int FlowMost(int fewest, long value)
    {
        var (low, high) = (fewest, MostPossible);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var best = _flow.Best(fewest, middle, steps);
            if (!_flow.IsWhole)
                break;
            if (best >= value)
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }

    /// <summary>While the value is open: bounds that hold for every timetable worth at least what was found.</summary>
    void Weaken()
    {
        if (Value < ValueBound)
            FewestBound = FlowRange(Value).Fewest;
        var range = Best.Range();
        if (range.Fewest < FewestBound || Value < ValueBound)
            SpreadBound = 0;
    }

    /// <returns>Whether levels 1 to 3 are proved.</returns>
    bool Exact(LinearModel model)
    {
        var search = new BranchAndBound(board, model, steps, seed);
        var result = search.Maximise(0, MostPossible, Value, ValueBound);
        if (result.Better is { } better)
            Consider(better);
        if (!result.Complete)
        {
            ValueBound = result.Bound;
            Weaken();
            return Value == ValueBound && IsProved;
        }
        report(SearchStage.Better);
        if (ValueBound != Value)
            FewestBound = FlowRange(Value).Fewest;
        ValueBound = Value;

        // The most that the worst-off company can have.
        while (Best.Range().Fewest is var fewest && fewest < FewestBound)
        {
            var asked = FewestBound - fewest > 2 ? (fewest + FewestBound + 1) / 2 : FewestBound;
            result = search.Maximise(asked, MostPossible, Value - 1, Value);
            if (result.Better is { } fairer)
                Consider(fairer);
            else if (result.Complete)
                FewestBound = asked - 1;
            else
                break;
        }
        if (Best.Range().Fewest < FewestBound)
        {
            SpreadBound = 0;
            return false;
        }

        // The least that the best-off company must have.
        SpreadBound = FlowMost(FewestBound, Value) - FewestBound;
        while (Best.Range().Most is var most && most > FewestBound + SpreadBound)
        {
            var asked =
                most - FewestBound - SpreadBound > 2
                    ? (most + FewestBound + SpreadBound) / 2
                    : FewestBound + SpreadBound;
            result = search.Maximise(FewestBound, asked, Value - 1, Value);
            if (result.Better is { } evener)
                Consider(evener);
            else if (result.Complete)
                SpreadBound = asked + 1 - FewestBound;
            else
                return false;
        }
        return true;
    }
}
