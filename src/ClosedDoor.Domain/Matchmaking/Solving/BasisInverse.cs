namespace ClosedDoor.Domain;

/// <summary>
/// The explicit inverse of a basis, row by row, with the square of each row's length. At first the basis is −1 on the
/// diagonal. Entries that are rounding errors of nothing are kept at nothing, for most of them are.
/// </summary>
sealed class BasisInverse
{
    readonly int _rows;
    readonly double[] _entries,
        _norms;
    readonly int[] _touched;

    public BasisInverse(int rows)
    {
        _rows = rows;
        _entries = new double[(long)rows * rows];
        _norms = new double[rows];
        _touched = new int[rows];
        for (var row = 0; row < rows; row++)
        {
            _entries[row * rows + row] = -1;
            _norms[row] = 1;
        }
    }

    public ReadOnlySpan<double> Row(int row) => _entries.AsSpan(row * _rows, _rows);

    public double Norm(int row) => _norms[row];

    /// <summary>Adds a multiple of a column.</summary>
    public void AddColumn(int column, double times, double[] to)
    {
        for (int row = 0, at = column; row < _rows; row++, at += _rows)
            to[row] += _entries[at] * times;
    }

    /// <summary>Takes a multiple of a column off, each row from where <paramref name="at"/> says.</summary>
    public void TakeColumn(int column, double times, double[] from, int[] at)
    {
        for (int row = 0, entry = column; row < _rows; row++, entry += _rows)
            if (_entries[entry] != 0)
                from[at[row]] -= _entries[entry] * times;
    }

    /// <summary>The inverse after a variable has left the basis in that row: one Gauss-Jordan step, over what is not zero.</summary>
    /// <param name="leaving">The row.</param>
    /// <param name="column">The inverse times the column that enters.</param>
    public void Replace(int leaving, double[] column)
    {
        var (pivot, start, count, norm) = (column[leaving], leaving * _rows, 0, 0.0);
        for (var k = 0; k < _rows; k++)
        {
            var entry = _entries[start + k];
            if (entry == 0)
                continue;
            entry /= pivot;
            if (Math.Abs(entry) < 1e-12)
                entry = 0;
            else
                _touched[count++] = k;
            _entries[start + k] = entry;
            norm += entry * entry;
        }
        _norms[leaving] = Math.Max(norm, 1e-12);
        for (var row = 0; row < _rows; row++)
        {
            var times = column[row];
            if (row == leaving || Math.Abs(times) < 1e-12)
                continue;
            var at = row * _rows;
            for (var i = 0; i < count; i++)
            {
                var k = _touched[i];
                var (was, now) = (_entries[at + k], _entries[at + k] - times * _entries[start + k]);
                if (Math.Abs(now) < 1e-11)
                    now = 0;
                _entries[at + k] = now;
                _norms[row] += now * now - was * was;
            }
            _norms[row] = Math.Max(_norms[row], 1e-6);
        }
    }
}
