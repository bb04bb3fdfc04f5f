namespace ClosedDoor.Domain;

/// <summary>A refund as the fapiao of its payment sees it.</summary>
/// <param name="Id">The refund's.</param>
/// <param name="Amount">Fen.</param>
/// <param name="IsCovered">The fapiao's amount covers it: it was neither made before the issue nor of money beyond the price.</param>
/// <param name="HasLetter">A red letter is on record for it.</param>
/// <param name="HasLeft">Its money is on its way, or gone.</param>
/// <param name="IsWithdrawn">Nothing goes back under it.</param>
public sealed record InvoicedRefund(
    string Id,
    long Amount,
    bool IsCovered,
    bool HasLetter,
    bool HasLeft,
    bool IsWithdrawn
);

/// <summary>
/// Which refunds of an invoiced payment need a red-letter (红字) fapiao: those that leave less here than invoices say was
/// paid. Sums decide, and not what a refund was made for: one promise may hold money of the price and money that came later.
/// </summary>
public static class RedLetters
{
    /// <summary>
    /// Those that need one and have none. What came beyond the invoiced amount goes back without; so does what a red letter
    /// was issued for under a promise that was withdrawn since, and promised anew.
    /// </summary>
    /// <param name="here">What has come for the payment and no bank has taken back or contests, in fen, before any refund.</param>
    /// <param name="invoiced">What its fapiao was issued for, in fen.</param>
    /// <param name="refunds">All refunds of the payment.</param>
    public static IEnumerable<string> Due(long here, long invoiced, IReadOnlyList<InvoicedRefund> refunds)
    {
        var lettersToSpare = refunds.Where(refund => refund is { IsWithdrawn: true, HasLetter: true });
        var free = Math.Max(0, here - invoiced) + lettersToSpare.Sum(refund => refund.Amount);
        var without = refunds.Where(refund => refund is { IsWithdrawn: false, HasLetter: false }).ToList();
        var taken = without.Where(TakesWithout).Sum(refund => refund.Amount);
        return without
            .Where(refund => refund.IsCovered)
            .Where(refund => refund.Amount > Math.Max(0, free - (TakesWithout(refund) ? taken - refund.Amount : taken)))
            .Select(refund => refund.Id);
    }

    /// <summary>Whether it uses up what needs no letter, before any promise that still waits.</summary>
    static bool TakesWithout(InvoicedRefund refund) => refund.HasLeft || !refund.IsCovered;
}
