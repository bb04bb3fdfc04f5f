namespace ClosedDoor.Domain;

/// <summary>
/// Maximises c·x subject to A·x = r with bounds on both sides of every x and every row r: the dual simplex method for
/// boxed variables, with <see cref="BasisInverse"/>, exact dual steepest edge (Forrest and Goldfarb 1992: the row
/// norms come for free with an explicit inverse), and the bound-flipping ratio test (Maros 2003). All variables being
/// boxed, any basis is dual feasible once its nonbasic variables sit at the right bound: no first phase, and a start from
/// the last basis after any change of bounds. Numbers are floating point, so nothing here proves anything by itself:
/// <see cref="DualBound"/> does, in whole numbers, from the prices found here.
/// </summary>
sealed class DualSimplex
{
    const double Feasible = 1e-7;
    const double Pivotal = 1e-8;

    readonly int _rows,
        _columns;

    /// <summary>Columns of A by variable; variables from <see cref="_columns"/> on are the rows' values, with −1 in their own row.</summary>
    readonly int[] _columnStart,
        _columnRow,
        _rowStart,
        _rowColumn;
    readonly sbyte[] _columnEntry,
        _rowEntry;

    readonly double[] _lower,
        _upper,
        _value,
        _reduced;

    /// <summary>By variable its row in the basis, −1 when nonbasic; by row its variable.</summary>
    readonly int[] _position,
        _basis;

    readonly BasisInverse _inverse;
    readonly double[] _alpha,
        _column,
        _flip,
        _ratios;
    readonly int[] _candidates;
    int _refuted;

    public DualSimplex(LinearModel model, double[] cost)
    {
        (_rows, _columns) = (model.Rows, model.Columns);
        (_columnStart, _columnRow, _columnEntry) = (model.ColumnStart, model.ColumnRow, model.ColumnEntry);
        (_rowStart, _rowColumn, _rowEntry) = (model.RowStart, model.RowColumn, model.RowEntry);
        var all = _rows + _columns;
        _lower = new double[all];
        _upper = new double[all];
        _value = new double[all];
        _reduced = new double[all];
        _position = new int[all];
        _basis = new int[_rows];
        _inverse = new BasisInverse(_rows);
        _alpha = new double[all];
        _column = new double[_rows];
        _flip = new double[_rows];
        _candidates = new int[all];
        _ratios = new double[all];
        cost.CopyTo(_reduced, 0);
        Array.Fill(_position, -1);
        for (var row = 0; row < _rows; row++)
        {
            _basis[row] = _columns + row;
            _position[_columns + row] = row;
        }
    }

    public double Value(int variable) => _value[variable];

    /// <summary>The price of a row.</summary>
    public double Multiplier(int row) => _reduced[_columns + row];

    /// <summary>After Infeasible: how often each row goes into the equation that cannot hold.</summary>
    public double Ray(int row) => _inverse.Row(_refuted)[row];

    public double Lower(int variable) => _lower[variable];

    public double Upper(int variable) => _upper[variable];

    /// <summary>Changes bounds; the basis stays and stays dual feasible.</summary>
    public void Bound(int variable, double lower, double upper)
    {
        (_lower[variable], _upper[variable]) = (lower, upper);
        if (_position[variable] < 0)
            Move(variable, _reduced[variable] > 0 ? upper : lower);
    }

    void Move(int variable, double to)
    {
        var by = to - _value[variable];
        if (by == 0)
            return;
        _value[variable] = to;
        if (variable >= _columns)
        {
            Shift(variable - _columns, -by);
            return;
        }
        for (var at = _columnStart[variable]; at < _columnStart[variable + 1]; at++)
            Shift(_columnRow[at], _columnEntry[at] * by);
    }

    /// <summary>Adds to one row of A·x − r; the basic variables make up for it.</summary>
    void Shift(int row, double by) => _inverse.TakeColumn(row, by, _value, _basis);

    /// <summary>Goes on from the present basis.</summary>
    public LinearEnd Solve(SearchSteps steps)
    {
        for (; ; )
        {
            var leaving = Leaving();
            if (leaving < 0)
                return LinearEnd.Optimal;
            var entering = Entering(leaving);
            if (entering < 0)
            {
                _refuted = leaving;
                return LinearEnd.Infeasible;
            }
            Pivot(leaving, entering);
            if (!steps.Spend(1 + (_rows * _rows >> 11)))
                return LinearEnd.Stopped;
        }
    }

    int Leaving()
    {
        var (best, bestGain) = (-1, 0.0);
        for (var row = 0; row < _rows; row++)
        {
            var variable = _basis[row];
            var over = Math.Max(_value[variable] - _upper[variable], _lower[variable] - _value[variable]);
            if (over <= Feasible || over * over <= bestGain * _inverse.Norm(row))
                continue;
            (best, bestGain) = (row, over * over / _inverse.Norm(row));
        }
        return best;
    }

    /// <summary>The variable that enters, after those whose bounds are passed on the way have been flipped; −1 when none can.</summary>
    int Entering(int leaving)
    {
        var variable = _basis[leaving];
        var above = _value[variable] > _upper[variable];
        var slope = above ? _value[variable] - _upper[variable] : _lower[variable] - _value[variable];
        Array.Clear(_alpha);
        var inverse = _inverse.Row(leaving);
        for (var row = 0; row < _rows; row++)
        {
            var entry = inverse[row];
            if (entry == 0)
                continue;
            for (var at = _rowStart[row]; at < _rowStart[row + 1]; at++)
                _alpha[_rowColumn[at]] += entry * _rowEntry[at];
            _alpha[_columns + row] = -entry;
        }

        var count = 0;
        for (var j = 0; j < _alpha.Length; j++)
        {
            var alpha = above ? _alpha[j] : -_alpha[j];
            if (_position[j] >= 0 || Math.Abs(alpha) < Pivotal || _upper[j] - _lower[j] < Feasible)
                continue;
            if (alpha > 0 == (_value[j] - _lower[j] > Feasible))
                continue;
            _candidates[count] = j;
            _ratios[count++] = Math.Abs(_reduced[j] / alpha);
        }
        Array.Sort(_ratios, _candidates, 0, count);

        for (var first = 0; first < count; )
        {
            // Those of about the same ratio together, the greatest pivot among them.
            var (last, entering, drop) = (first, -1, 0.0);
            for (; last < count && _ratios[last] <= _ratios[first] + 1e-9; last++)
            {
                var j = _candidates[last];
                drop += Math.Abs(_alpha[j]) * (_upper[j] - _lower[j]);
                if (entering < 0 || Math.Abs(_alpha[j]) > Math.Abs(_alpha[entering]))
                    entering = j;
            }
            slope -= drop;
            if (slope < Feasible)
            {
                Flip(first);
                return entering;
            }
            first = last;
        }
        return -1;
    }

    void Flip(int count)
    {
        if (count == 0)
            return;
        Array.Clear(_flip);
        for (var i = 0; i < count; i++)
        {
            var j = _candidates[i];
            var to = _value[j] - _lower[j] > Feasible ? _lower[j] : _upper[j];
            var by = to - _value[j];
            _value[j] = to;
            if (j >= _columns)
                _flip[j - _columns] -= by;
            else
                for (var at = _columnStart[j]; at < _columnStart[j + 1]; at++)
                    _flip[_columnRow[at]] += _columnEntry[at] * by;
        }
        for (var row = 0; row < _rows; row++)
            if (_flip[row] != 0)
                Shift(row, _flip[row]);
    }

    void Pivot(int leaving, int entering)
    {
        var variable = _basis[leaving];
        Array.Clear(_column);
        if (entering >= _columns)
            _inverse.AddColumn(entering - _columns, -1, _column);
        else
            for (var at = _columnStart[entering]; at < _columnStart[entering + 1]; at++)
                _inverse.AddColumn(_columnRow[at], _columnEntry[at], _column);

        var pivot = _column[leaving];
        var step = _reduced[entering] / pivot;
        for (var j = 0; j < _alpha.Length; j++)
            if (_alpha[j] != 0 && _position[j] < 0)
                _reduced[j] -= step * _alpha[j];
        _reduced[entering] = 0;
        _reduced[variable] = -step;

        var bound = _value[variable] > _upper[variable] ? _upper[variable] : _lower[variable];
        var by = (_value[variable] - bound) / pivot;
        for (var row = 0; row < _rows; row++)
            if (_column[row] != 0)
                _value[_basis[row]] -= by * _column[row];
        _value[variable] = bound;
        _value[entering] += by;
        _basis[leaving] = entering;
        _position[entering] = leaving;
        _position[variable] = -1;
        _inverse.Replace(leaving, _column);
    }
}
