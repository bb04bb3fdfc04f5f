using System.Collections.Concurrent;

namespace ClosedDoor.Chaos;

/// <summary>The door of each session: two devices of this organizer's, which scan the same people.</summary>
sealed class Door(Market market, int number, Asker asker, Random random, string run)
{
    readonly Dictionary<string, string[]> _devices = [];
    int _steps;

    public ConcurrentDictionary<string, string> Scans { get; } = new();

    public async Task LetIn(string session, string link)
    {
        if (await Post($"/sessions/{session}/tickets", new { }, market.Finance) is not { Status: 200 })
            return;
        var ticket = await asker.Ask(HttpMethod.Get, "/invitation/ticket", link, null, null);
        if (ticket is not { Status: 200 })
            return;
        foreach (var device in (await Devices(session))[..random.Next(1, 3)])
        {
            var nonce = $"{run}-{number}-{_steps}";
            var scanned = await Post(
                "/door/scans",
                new { scans = new[] { new { ticket = ticket.Text("text"), nonce } } },
                device
            );
            if (scanned is { Status: 200 } && Result(scanned) is "admitted" or "duplicate")
                Scans[nonce] = ticket.Text("id");
        }
    }

    static string? Result(Answered scanned) => scanned.Body.GetProperty("results")[0].GetProperty("result").GetString();

    async Task<string[]> Devices(string session)
    {
        if (_devices.TryGetValue(session, out var paired))
            return paired;
        return _devices[session] = [await Pair(session), await Pair(session)];
    }

    /// <summary>Whose answer is lost starts again: neither code nor token is ever told twice.</summary>
    async Task<string> Pair(string session)
    {
        while (true)
        {
            var added = await Post($"/sessions/{session}/door-devices", new { name = "一号门" }, market.Finance);
            if (added is not { Status: 201 })
                return "";
            if (
                added.Body.TryGetProperty("code", out var code)
                && code.GetString() is { } typed
                && await Post("/door/pair", new { code = typed }, "") is { Status: 200 } device
            )
                return device.Text("token");
        }
    }

    Task<Answered?> Post(string path, object body, string token) =>
        asker.Ask(HttpMethod.Post, path, token, body, $"{run}-door-{number}-{_steps++}");
}
