using ClosedDoor.Domain;

namespace ClosedDoor.Features.Payments.Refunds;

/// <summary>
/// The domain's groups of a refund's states as SQL conditions on <c>status</c>. A partial index is used only where its own
/// condition stands in the query, word for word; so <see cref="Open"/> is that of refund_open, and a test compares it with
/// the migration.
/// </summary>
static class RefundStates
{
    /// <summary>What still has to leave (index refund_open).</summary>
    public static readonly string Open = $"status IN {Words(status => status.IsOpen())}";

    /// <summary>What counts against the money received.</summary>
    public static readonly string Live = $"status NOT IN {Words(status => !status.IsLive())}";

    /// <summary>What has gone back.</summary>
    public static readonly string GoneBack = $"status IN {Words(status => status.HasGoneBack())}";

    static string Words(Func<RefundStatus, bool> belong) =>
        $"({string.Join(", ", Enum.GetValues<RefundStatus>().Where(belong).Select(status => $"'{status.Word()}'"))})";
}
