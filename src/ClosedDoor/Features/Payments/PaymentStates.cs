using ClosedDoor.Domain;

namespace ClosedDoor.Features.Payments;

/// <summary>
/// The domain's groups of a payment's states as SQL conditions. A partial index is used only where its own condition
/// stands in the query, word for word; so <see cref="Live"/> is that of payment_live, and a test compares it with the
/// migration.
/// </summary>
static class PaymentStates
{
    /// <summary>Stands in the way of another payment for the same reservation (index payment_live).</summary>
    public static readonly string Live = $"payment.status NOT IN {Words(status => !status.IsLive())}";

    /// <summary>A checkout that may still be paid, for which its seat is kept.</summary>
    public static readonly string KeepsSeat = In(status => status.KeepsSeat());

    /// <summary>Money is awaited by bank, all of it or the rest.</summary>
    public static readonly string AwaitsTransfer = In(status => status.AwaitsTransfer());

    /// <summary>The price is here, and nobody contests it.</summary>
    public static readonly string Settled = In(status => status.IsSettled());

    /// <summary>The price has come for a seat, whatever a bank has said since.</summary>
    public static readonly string WasPaid = In(status => status.WasPaid());

    static string In(Func<PaymentStatus, bool> belongs) => $"payment.status IN {Words(belongs)}";

    static string Words(Func<PaymentStatus, bool> belong) =>
        $"({string.Join(", ", Enum.GetValues<PaymentStatus>().Where(belong).Select(status => $"'{status.Word()}'"))})";
}
