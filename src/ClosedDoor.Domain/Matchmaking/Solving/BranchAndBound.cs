namespace ClosedDoor.Domain;

/// <summary>What a search for a better timetable came to.</summary>
/// <param name="Better">Null when none better than asked for was found.</param>
/// <param name="Bound">No timetable within the asked range of meetings is worth more.</param>
/// <param name="Complete">The search was not stopped: without a better one there is none.</param>
readonly record struct BranchResult(Placement? Better, long Bound, bool Complete);

/// <summary>
/// The best timetable within given ranges of meetings, proved: depth-first branch and bound on <see cref="LinearModel"/>
/// (Land and Doig 1960; Dakin 1965). The relaxation is rarely fractional and hardly ever above the optimum, so most
/// searches end at the root or dive straight down. Prices come from disturbed worths (<see cref="LinearModel.Relaxed"/>);
/// bounds are computed with the true ones.
/// </summary>
sealed class BranchAndBound
{
    readonly Board _board;
    readonly SearchSteps _steps;
    readonly SlotFitting _fitting;
    readonly LinearModel _model;
    readonly int _seed;
    readonly long[] _prices;
    DualSimplex _simplex;

    Placement? _better;
    long _best,
        _enough;
    bool _stopped,
        _doubtful;

    public BranchAndBound(Board board, LinearModel model, SearchSteps steps, int seed)
    {
        (_board, _steps) = (board, steps);
        _fitting = new SlotFitting(board, steps, seed);
        _model = model;
        _prices = new long[_model.Rows];
        _seed = seed;
        _simplex = model.Relaxed(seed);
    }

    /// <summary>
    /// Seeks a timetable worth more than <paramref name="known"/> in which each company has from
    /// <paramref name="fewest"/> to <paramref name="most"/> meetings, and the best such, or one worth <paramref name="enough"/>.
    /// </summary>
    public BranchResult Maximise(int fewest, int most, long known, long enough)
    {
        var result = Attempt(fewest, most, known, enough);
        if (!_doubtful)
            return result;
        // Rounding errors have piled up in the inverse: once more from a clean one.
        _simplex = _model.Relaxed(_seed);
        return Attempt(fewest, most, known, enough);
    }

    BranchResult Attempt(int fewest, int most, long known, long enough)
    {
        if (!_model.Restrict(_simplex, fewest, most))
            return new(null, known, true);
        (_better, _best, _enough, _stopped, _doubtful) = (null, known, enough, false, false);
        var bound = enough;
        var end = _simplex.Solve(_steps);
        if (end == LinearEnd.Infeasible)
            return Refuted() ? new(null, known, true) : new(null, bound, false);
        bound = Math.Min(bound, DualBound.Of(_model, _simplex, _prices));
        _enough = Math.Min(_enough, bound);
        if (end == LinearEnd.Stopped)
            return new(null, bound, false);
        if (bound > _best)
            Explore(fewest, most, bound, 0);
        return _stopped ? new(_better, Math.Max(bound, _best), false) : new(_better, _best, true);
    }

    /// <summary>The subtree below the present bounds, whose relaxation is solved. Ends early once enough is found.</summary>
    void Explore(int fewest, int most, long bound, int depth)
    {
        var branch = Fractional();
        if (branch < 0)
        {
            Consider(Whole(0.5), fewest, most);
            // A whole optimum is worth its bound; anything else is an error of rounding, and proves nothing.
            if (_best < bound)
                Doubt();
            return;
        }
        if (depth % 4 == 0)
            Consider(Rounded(), fewest, most);

        foreach (var to in stackalloc double[] { 1, 0 })
        {
            if (_best >= _enough || _stopped)
                break;
            _simplex.Bound(branch, to, to);
            switch (_simplex.Solve(_steps))
            {
                case LinearEnd.Stopped:
                    _stopped = true;
                    break;
                case LinearEnd.Optimal:
                    var below = DualBound.Of(_model, _simplex, _prices);
                    if (below > _best)
                        Explore(fewest, most, below, depth + 1);
                    break;
                case LinearEnd.Infeasible:
                    Refuted();
                    break;
            }
        }
        _simplex.Bound(branch, 0, 1);
    }

    bool Refuted()
    {
        if (!DualBound.Refutes(_model, _simplex, _prices))
            Doubt();
        return !_doubtful;
    }

    void Doubt() => (_stopped, _doubtful) = (true, true);

    int Fractional()
    {
        var (best, bestValue) = (-1, 0.0);
        for (var j = 0; j < _model.Placements; j++)
            if (_simplex.Value(j) is > 1e-6 and < 1 - 1e-6 and var value && value > bestValue)
                (best, bestValue) = (j, value);
        return best;
    }

    Placement Whole(double from)
    {
        var placement = new Placement(_board);
        for (var j = 0; j < _model.Placements; j++)
            if (
                _simplex.Value(j) > from
                && placement.Slot[_model.Pair[j]] < 0
                && (placement.Possible(_model.Pair[j]) >> _model.Slot[j] & 1) != 0
            )
                placement.Place(_model.Pair[j], _model.Slot[j]);
        return placement;
    }

    /// <summary>What is nearly whole stays; the other pairs that mostly meet are fitted in.</summary>
    Placement Rounded()
    {
        var placement = Whole(1 - 1e-6);
        var share = new double[_board.Common.Length];
        for (var j = 0; j < _model.Placements; j++)
            share[_model.Pair[j]] += _simplex.Value(j);
        var chosen = new bool[share.Length];
        for (var pair = 0; pair < chosen.Length; pair++)
            chosen[pair] = share[pair] > 0.5;
        _fitting.Fit(placement, chosen, 200);
        return placement;
    }

    void Consider(Placement placement, int fewest, int most)
    {
        var range = placement.Range();
        if (range.Fewest < fewest || range.Most > most || placement.Value() is var value && value <= _best)
            return;
        (_better, _best) = (placement, placement.Value());
    }
}
