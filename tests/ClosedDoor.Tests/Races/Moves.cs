using ClosedDoor.Domain;
using ClosedDoor.Tests.Given;

namespace ClosedDoor.Tests.Races;

/// <summary>What the entrants of the races do, through the API.</summary>
static class Moves
{
    public const long Price = 3_880_000;

    static int s_serials;

    public static string NewSerial() => $"2026{Interlocked.Increment(ref s_serials):D9}";

    public static Task<Reply> Reserve(this ApiClient api, string sessionId, string? key = null) =>
        api.Post($"/sessions/{sessionId}/reservations", key: key);

    public static Task<Reply> Cancel(this ApiClient api, string reservationId) =>
        api.Post($"/reservations/{reservationId}/cancel", new { reason = "行程冲突" });

    public static Task<Reply> ChooseTransfer(this ApiClient api, string reservationId) =>
        api.Post($"/reservations/{reservationId}/payments", new { method = "bank_transfer" });

    public static Task<Reply> JoinWaitlist(this ApiClient api, string sessionId) =>
        api.Post($"/sessions/{sessionId}/waitlist");

    /// <summary>Finance records the full price, or another amount.</summary>
    public static Task<Reply> Receive(
        this ApiClient finance,
        TestHost host,
        string paymentId,
        long amount = Price,
        string? serial = null
    ) =>
        finance.Post(
            $"/payments/{paymentId}/receive",
            new
            {
                bankSerial = serial ?? NewSerial(),
                amount = new { amount, currency = "CNY" },
                payerName = "示例企业",
                receivedOn = Zones.Today(host.Time.Now),
            }
        );

    public static Task<Reply> NameDelegates(this ApiClient api, string reservationId, string name) =>
        api.Put($"/reservations/{reservationId}/delegates", new[] { Delegate(name + "甲"), Delegate(name + "乙") });

    public static async Task<string> StatusOf(this TestHost host, string reservationId) =>
        await host.Query<string>("SELECT status FROM reservation WHERE id = @reservationId", new { reservationId });

    public static async Task<string> PaymentStatusOf(this TestHost host, string paymentId) =>
        await host.Query<string>("SELECT status FROM payment WHERE id = @paymentId", new { paymentId });

    /// <summary>How many messages of a kind about one thing are in the outbox.</summary>
    public static Task<long> MessagesAbout(this TestHost host, string kind, string id) =>
        host.Query<long>(
            "SELECT COUNT(*) FROM outbox WHERE kind = @kind AND body LIKE @about",
            new { kind, about = $"%{id}%" }
        );

    static object Delegate(string name) =>
        new
        {
            name,
            jobTitle = "市场总监",
            phone = "13800000000",
            email = "delegate@example.com",
        };
}
