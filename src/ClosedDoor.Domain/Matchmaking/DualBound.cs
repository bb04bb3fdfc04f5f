namespace ClosedDoor.Domain;

/// <summary>
/// Weak duality in whole numbers: for any prices y on the rows, no feasible x is worth more than
/// Σ max over the box of (c − y·A)·x + Σ max over the box of y·r. The simplex method's prices, rounded to multiples of 2⁻²⁰,
/// are as good as any, so rounding errors can weaken this bound and never make it wrong.
/// </summary>
static class DualBound
{
    const int Shift = 20;

    /// <summary>The greatest whole value that the prices leave possible, within the bounds that the simplex holds now.</summary>
    public static long Of(LinearModel model, DualSimplex simplex, long[] prices)
    {
        for (var row = 0; row < model.Rows; row++)
            prices[row] = (long)Math.Round(simplex.Price(row) * (1 << Shift));
        var sum = (Int128)model.Constant << Shift;
        for (var j = 0; j < model.Columns; j++)
        {
            var gain = (Int128)model.Cost[j] << Shift;
            for (var at = model.ColumnStart[j]; at < model.ColumnStart[j + 1]; at++)
                gain -= model.ColumnEntry[at] * (Int128)prices[model.ColumnRow[at]];
            sum += gain * (long)(gain > 0 ? simplex.Upper(j) : simplex.Lower(j));
        }
        for (var row = 0; row < model.Rows; row++)
            sum +=
                (Int128)prices[row]
                * (long)(prices[row] > 0 ? simplex.Upper(model.Columns + row) : simplex.Lower(model.Columns + row));
        return (long)(sum >> Shift);
    }
}
