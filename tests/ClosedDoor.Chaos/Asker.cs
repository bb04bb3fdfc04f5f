using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace ClosedDoor.Chaos;

/// <summary>An answer that settles the request: neither an outage nor a wait.</summary>
sealed record Answered(int Status, JsonElement Body, bool Replayed)
{
    public string Text(string name) => Body.GetProperty(name).GetString()!;

    public string Code =>
        Body.ValueKind is JsonValueKind.Object && Body.TryGetProperty("code", out var code) ? code.GetString()! : "";
}

/// <summary>
/// Asks as a careful client does: with an idempotency key, again and again with the same one until there is an answer,
/// at whichever address. Now and then it cuts the connection in mid-request first, and then asks as if it had not.
/// </summary>
sealed class Asker(
    Func<IReadOnlyList<Uri>> addresses,
    Random random,
    Verdict verdict,
    Counts counts,
    double cuts,
    TimeSpan? patience = null,
    TimeSpan? longest = null
)
{
    readonly TimeSpan _patience = patience ?? TimeSpan.FromSeconds(90);

    readonly HttpClient _client = Instance.NewClient("http://127.0.0.1", longest);

    /// <returns>Null when no answer came for longer than anybody waits.</returns>
    public async Task<Answered?> Ask(HttpMethod method, string path, string token, object? body, string? key)
    {
        var json = body is null ? null : JsonSerializer.Serialize(body);
        if (json is not null && random.NextDouble() < cuts)
            await Cut(path, token, json, key);
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < _patience)
        {
            if (await Try(method, path, token, json, key) is { } answered)
                return answered;
            await Task.Delay(random.Next(30, 250));
        }
        verdict.Wrong($"{method} {path} got no answer for {_patience.TotalSeconds} s");
        return null;
    }

    /// <summary>One attempt; null when it has to be repeated.</summary>
    public async Task<Answered?> Try(HttpMethod method, string path, string token, string? json, string? key)
    {
        var among = addresses();
        using var request = new HttpRequestMessage(method, new Uri(among[random.Next(among.Count)], $"/api/v1{path}"));
        if (token.Length > 0)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        try
        {
            using var response = await _client.SendAsync(request);
            var status = (int)response.StatusCode;
            var text = await response.Content.ReadAsStringAsync();
            counts.Answer(status);
            if (status == 500)
                verdict.Wrong($"{method} {path} was answered by 500: {text}");
            if (status == 503 && !text.Contains("temporarily_unavailable", StringComparison.Ordinal))
                verdict.Wrong($"{method} {path} was answered by a 503 without its problem: {text}");
            if (status >= 500 || status == 429)
                return null;
            var answered = new Answered(
                status,
                text.Length > 0 ? JsonDocument.Parse(text).RootElement : default,
                response.Headers.Contains("Idempotency-Replayed")
            );
            return answered.Code == "idempotency_in_progress" ? null : answered;
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or TaskCanceledException or IOException)
        {
            counts.Lost();
            return null;
        }
    }

    /// <summary>Sends some of the request, or all of it, and is gone before the answer.</summary>
    async Task Cut(string path, string token, string json, string? key)
    {
        var among = addresses();
        var address = among[random.Next(among.Count)];
        var bytes = Encoding.UTF8.GetBytes(
            $"POST /api/v1{path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: {key}\r\n"
                + $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}"
        );
        try
        {
            using var client = new TcpClient { LingerState = new LingerOption(true, 0) };
            await client.ConnectAsync(address.Host, address.Port);
            var much = random.Next(2) == 0 ? bytes.Length : random.Next(bytes.Length);
            await client.GetStream().WriteAsync(bytes.AsMemory(0, much));
            await Task.Delay(random.Next(0, 8));
            counts.CutOff();
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            // Nobody is there just now.
        }
    }
}

/// <summary>What the load came to, for the last line.</summary>
sealed class Counts
{
    int _settled;
    int _unavailable;
    int _lost;
    int _cut;

    public int Failed => _unavailable + _lost;

    public void Answer(int status) => Interlocked.Increment(ref status < 500 ? ref _settled : ref _unavailable);

    public void Lost() => Interlocked.Increment(ref _lost);

    public void CutOff() => Interlocked.Increment(ref _cut);

    public override string ToString() =>
        $"{_settled} answers, {_unavailable} times unavailable, {_lost} connections lost, {_cut} cut on purpose";
}
