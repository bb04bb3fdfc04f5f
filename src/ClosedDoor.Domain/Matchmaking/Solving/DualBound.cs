namespace ClosedDoor.Domain;

/// <summary>
/// The proofs. Weak duality in whole numbers: for any prices y on the rows, no feasible x is worth more than
/// Σ max over the box of (c − y·A)·x + Σ max over the box of y·r. The simplex method's prices, rounded to multiples of 2⁻²⁰,
/// are as good as any, so rounding errors can weaken this bound and never make it wrong.
/// </summary>
static class DualBound
{
    /// <summary>In all that is scaled, one unit of worth is two to this.</summary>
    public const int Shift = 20;

    /// <summary>The greatest whole value that the prices leave possible, within the bounds that the simplex holds now.</summary>
    public static long Of(LinearModel model, DualSimplex simplex, long[] prices) =>
        (long)(Scaled(model, simplex, prices) >> Shift);

    /// <summary>As <see cref="Of"/>, scaled; fills in the prices, scaled too.</summary>
    public static Int128 Scaled(LinearModel model, DualSimplex simplex, long[] prices)
    {
        for (var row = 0; row < model.Rows; row++)
            prices[row] = (long)Math.Round(simplex.Multiplier(row) * (1 << Shift));
        var sum = (Int128)model.Constant << Shift;
        for (var j = 0; j < model.Columns; j++)
        {
            var gain = Gain(model, prices, j);
            sum += gain * (long)(gain > 0 ? simplex.Upper(j) : simplex.Lower(j));
        }
        for (var row = 0; row < model.Rows; row++)
            sum +=
                (Int128)prices[row]
                * (long)(prices[row] > 0 ? simplex.Upper(model.Columns + row) : simplex.Lower(model.Columns + row));
        return sum;
    }

    /// <summary>What a variable is worth beyond its prices, scaled: where it is not at its better bound, the bound of all is too high by that.</summary>
    public static Int128 Gain(LinearModel model, long[] prices, int variable)
    {
        var gain = (Int128)model.Cost[variable] << Shift;
        for (var at = model.ColumnStart[variable]; at < model.ColumnStart[variable + 1]; at++)
            gain -= model.ColumnEntry[at] * (Int128)prices[model.ColumnRow[at]];
        return gain;
    }

    /// <summary>
    /// Farkas' lemma in whole numbers: multiples of the rows add up to an equation whose left side cannot become 0 within
    /// the bounds that the simplex holds now. The multiples are the row of the inverse at which it gave up, rounded.
    /// </summary>
    public static bool Refutes(LinearModel model, DualSimplex simplex, long[] multiples)
    {
        for (var row = 0; row < model.Rows; row++)
            multiples[row] = (long)Math.Round(simplex.Ray(row) * (1 << Shift));
        var (least, most) = ((Int128)0, (Int128)0);
        for (var j = 0; j < model.Columns; j++)
        {
            var entry = (Int128)0;
            for (var at = model.ColumnStart[j]; at < model.ColumnStart[j + 1]; at++)
                entry += model.ColumnEntry[at] * (Int128)multiples[model.ColumnRow[at]];
            Add(entry, j);
        }
        for (var row = 0; row < model.Rows; row++)
            Add(-(Int128)multiples[row], model.Columns + row);
        return least > 0 || most < 0;

        void Add(Int128 entry, int variable)
        {
            var (lower, upper) = ((long)simplex.Lower(variable), (long)simplex.Upper(variable));
            least += entry * (entry > 0 ? lower : upper);
            most += entry * (entry > 0 ? upper : lower);
        }
    }
}
