using ClosedDoor.Platform.Data;

namespace ClosedDoor.Features.Fapiao;

/// <summary>For what a fapiao was issued, and which refunds that leaves out.</summary>
/// <param name="Amount">Fen.</param>
/// <param name="Without">Refunds since the request that the amount leaves out, by id.</param>
/// <param name="HoldsRefunds">Whether it holds others.</param>
sealed record FapiaoAmount(long Amount, IReadOnlyList<string> Without, bool HoldsRefunds)
{
    /// <summary>
    /// Between the export and the tax platform's answer some of it may have been refunded: the amount is what stands now, or
    /// stood before the latest refunds, or what was asked for less the first of them. Null when it is none of these.
    /// </summary>
    /// <param name="told">As the platform's list says; null where it does not, which stands for the amount as it is now.</param>
    public static async Task<FapiaoAmount?> Explain(Statements read, FapiaoRow fapiao, long? told)
    {
        var since = await FapiaoRow.CoveredRefunds(read, fapiao.PaymentId);
        // All was refunded, and issued all the same: then for what had been asked.
        var amount = told ?? (fapiao.Stands > 0 ? fapiao.Stands : fapiao.Amount);
        if (amount <= 0)
            return null;
        var here = fapiao.Here;
        for (var without = since.Count; without >= 0; without--)
        {
            if (amount == fapiao.WouldStand(here))
                return LeavingOut(without);
            if (without > 0)
                here += since[without - 1].Amount;
        }
        // Money may have come, or a bank taken some, since it was exported.
        var left = fapiao.Amount;
        for (var without = 0; without <= since.Count; without++)
        {
            if (amount == left)
                return LeavingOut(without);
            if (without < since.Count)
                left -= since[without].Amount;
        }
        return null;

        FapiaoAmount LeavingOut(int without) =>
            new(amount, [.. since.Take(without).Select(refund => refund.Id)], without < since.Count);
    }
}
