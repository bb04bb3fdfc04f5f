namespace ClosedDoor.Domain;

/// <summary>
/// The money of one payment, for a seat that is kept or gone: what has happened to it, in fen, and what follows from that.
/// It knows sums and no dates, so that the order in which things happened cannot matter.
/// </summary>
/// <param name="Price">Of the seat.</param>
/// <param name="Received">All that has come in.</param>
/// <param name="Lost">What buyers' banks have taken back for good.</param>
/// <param name="Contested">What they may take back yet.</param>
/// <param name="Returned">What has gone back, or is promised: refunds of every kind that are not withdrawn.</param>
/// <param name="OutOfPrice">What of that was given while the seat stood: percents are of the rest of the price.</param>
/// <param name="Given">What of that was given once the seat was gone, out of what its end left with us.</param>
/// <param name="WrittenOff">Debt that was given up.</param>
/// <param name="Terms">By which the seat was given up; null while it stands.</param>
public sealed record SeatMoney(
    long Price,
    long Received,
    long Lost,
    long Contested,
    long Returned,
    long OutOfPrice,
    long Given,
    long WrittenOff,
    RefundTerms? Terms
)
{
    /// <summary>The price, less what was given of it while the seat stood.</summary>
    public long Paid => Math.Max(0, Price - OutOfPrice);

    /// <summary>What is to stay here: all that was paid for a seat that stands, or what its end leaves, less gifts.</summary>
    public long Retained => Terms is null ? Paid : Math.Max(0, Paid - Terms.Of(Paid) - Given);

    /// <summary>What is here and promised to nobody. Money that is contested still counts.</summary>
    public long Here => Received - Lost - Returned;

    /// <summary>What the company is to get back and nothing promises yet. What is contested waits.</summary>
    public long ToGoBack => Math.Max(0, Here - Contested - Retained);

    /// <summary>
    /// What is retained and not here. A bank has taken it, or more went back than was due: at the provider's dashboard, while
    /// our own refund was on its way. Money that comes is set off against either before any goes back.
    /// </summary>
    public long Short => Math.Max(0, Retained - Here);

    /// <summary>
    /// How much of that is because these refunds were made: it has left twice, or more of it than was due. What a bank took is
    /// none of it, whether the company has paid that again or not, which the sums do not say.
    /// </summary>
    /// <param name="returned">What of <see cref="Returned"/> is theirs; likewise the others.</param>
    /// <param name="outOfPrice">Of <see cref="OutOfPrice"/>.</param>
    /// <param name="given">Of <see cref="Given"/>.</param>
    public long ShortBy(long returned, long outOfPrice, long given)
    {
        var without = this with
        {
            Returned = Returned - returned,
            OutOfPrice = OutOfPrice - outOfPrice,
            Given = Given - given,
        };
        return Short - without.Short;
    }

    /// <summary>Of what is short, what the company is still asked for: what its bank took. What we sent twice it is not asked for.</summary>
    public long Owed => Math.Max(0, Debt - WrittenOff);

    /// <summary>Of what was written off, how much is owed no more: it has been paid after all, or the seat has ended for less.</summary>
    public long Recovered => Math.Max(0, WrittenOff - Debt);

    /// <summary>What the receivable stands at, once <paramref name="promised"/> fen more are promised; below zero while money is contested.</summary>
    public long Receivable(long promised) => Here - promised > Retained ? Retained - (Here - promised) : Owed;

    long Debt => Math.Min(Short, Lost);
}
