using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ClosedDoor.StripeSandbox;

/// <summary>
/// Tells the account's endpoint of every event, signed; as unreliably as it is told to: lost for good, twice, late, and
/// so in another order. What the endpoint does not take is sent again for a while, as Stripe does for three days.
/// </summary>
sealed class Webhooks(Account account, TimeProvider time)
{
    static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        Timeout = TimeSpan.FromSeconds(10),
    };

    readonly HashSet<string> _delivered = new(StringComparer.Ordinal);

    public Delivery Way { get; set; } = new();

    /// <summary>Whether the endpoint has taken the event.</summary>
    public bool Has(string id)
    {
        lock (_delivered)
            return _delivered.Contains(id);
    }

    public void Mark(string id)
    {
        lock (_delivered)
            _delivered.Add(id);
    }

    public void Send(JsonObject happened)
    {
        var way = Way;
        if (way.Url is null || Random.Shared.NextDouble() < way.Loss)
            return;
        var (id, body) = (happened.Word("id")!, happened.ToJsonString());
        var times = Random.Shared.NextDouble() < way.Duplication ? 2 : 1;
        for (var i = 0; i < times; i++)
            _ = Deliver(way, id, body);
    }

    async Task Deliver(Delivery way, string id, string body)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(way.LongestDelay * Random.Shared.NextDouble()), time);
        for (var tried = 1; tried <= way.Tries; tried++)
        {
            if (await Try(Way.Url ?? way.Url!, way.Secret, body))
            {
                Mark(id);
                return;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(way.RetryAfter * tried), time);
        }
    }

    async Task<bool> Try(string url, string secret, string body)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url);
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            request.Headers.Add("Stripe-Signature", Sign(body, secret, account.Now));
            using var response = await Http.SendAsync(request);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            return false; // The endpoint is down: later, perhaps.
        }
    }

    public static string Sign(string body, string secret, long now)
    {
        var at = now.ToString(CultureInfo.InvariantCulture);
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{at}.{body}"));
        return $"t={at},v1={Convert.ToHexStringLower(mac)}";
    }
}

/// <param name="Url">The endpoint; null delivers nothing by itself.</param>
/// <param name="Secret">Signs; the whole <c>whsec_…</c>.</param>
/// <param name="Loss">Share of events that are never delivered, 0 to 1.</param>
/// <param name="Duplication">Share of events that are delivered twice.</param>
/// <param name="LongestDelay">Milliseconds, each delivery's own: they overtake each other.</param>
/// <param name="Tries">Deliveries of one event before it is given up.</param>
/// <param name="RetryAfter">Milliseconds after the first failure, more after each other.</param>
sealed record Delivery(
    string? Url = null,
    string Secret = "whsec_sandbox",
    double Loss = 0,
    double Duplication = 0,
    int LongestDelay = 0,
    int Tries = 5,
    int RetryAfter = 500
);
