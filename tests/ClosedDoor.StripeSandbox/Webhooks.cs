using System.Globalization;
using System.Net.Sockets;
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

    /// <summary>What has become of the events so far.</summary>
    public Tally Tally { get; } = new();

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
        if (way.Url is null)
            return;
        if (account.Chance.Next() < way.Loss)
        {
            Tally.Lost();
            return;
        }
        var (id, body) = (happened.Word("id")!, happened.ToJsonString());
        var times = account.Chance.Next() < way.Duplication ? 2 : 1;
        if (times == 2)
            Tally.Doubled();
        for (var i = 0; i < times; i++)
            _ = Deliver(way, id, body);
    }

    async Task Deliver(Delivery way, string id, string body)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(way.LongestDelay * account.Chance.Next()), time);
        for (var tried = 1; tried <= way.Tries; tried++)
        {
            if (await Try(Way.Url ?? way.Url!, way.Secret, body))
            {
                Mark(id);
                return;
            }
            Tally.Refused();
            await Task.Delay(TimeSpan.FromMilliseconds(way.RetryAfter * tried), time);
        }
        Tally.GivenUp();
    }

    /// <returns>Whether the endpoint has taken it.</returns>
    async Task<bool> Try(string url, string secret, string body)
    {
        try
        {
            var among = url.Split(' ');
            using var request = new HttpRequestMessage(
                HttpMethod.Post,
                among[(int)(account.Chance.Next() * among.Length)]
            );
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            request.Headers.Add("Stripe-Signature", Sign(body, secret, account.Now));
            using var response = await Http.SendAsync(request);
            if ((int)response.StatusCode is >= 400 and < 500)
                Tally.TurnedAway();
            return response.IsSuccessStatusCode;
        }
        catch (Exception e)
            when (e is HttpRequestException or SocketException or OperationCanceledException or IOException)
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

/// <param name="Url">The endpoint, or several between blanks of which each try takes one; null delivers nothing by itself.</param>
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

/// <summary>Counts what became of deliveries.</summary>
sealed class Tally
{
    long _lost;
    long _doubled;
    long _refused;
    long _turnedAway;
    long _givenUp;

    public void Lost() => Interlocked.Increment(ref _lost);

    public void Doubled() => Interlocked.Increment(ref _doubled);

    public void Refused() => Interlocked.Increment(ref _refused);

    /// <summary>Of those that were refused: the endpoint is there, and takes it for no event of Stripe's.</summary>
    public void TurnedAway() => Interlocked.Increment(ref _turnedAway);

    public void GivenUp() => Interlocked.Increment(ref _givenUp);

    public JsonObject Shown =>
        new()
        {
            ["lost"] = Interlocked.Read(ref _lost),
            ["doubled"] = Interlocked.Read(ref _doubled),
            ["refused"] = Interlocked.Read(ref _refused),
            ["turned_away"] = Interlocked.Read(ref _turnedAway),
            ["given_up"] = Interlocked.Read(ref _givenUp),
        };
}
