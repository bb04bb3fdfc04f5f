namespace ClosedDoor.Benchmarks;

/// <summary>HTTP/1.1 requests as text, for the load generator to send as they are.</summary>
static class Requests
{
    public static string Get(string path, string? token = null) =>
        $"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
        + (token is null ? "\r\n" : $"Authorization: Bearer {token}\r\n\r\n");

    public static string Hold(string sessionId, string token, string? key) =>
        $"POST /api/v1/sessions/{sessionId}/reservations HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        + (key is null ? "" : $"Idempotency-Key: {key}\r\n")
        + $"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}";

    /// <summary>
    /// Holds that all succeed: eight companies share a session's eight seats, and each group of eight goes through
    /// sessions of its own.
    /// </summary>
    public static string[][] Holds(Market market, int clients, string round)
    {
        const int seats = 8;
        var groups = clients / seats;
        return
        [
            .. Enumerable
                .Range(0, clients)
                .Select(client =>
                    Enumerable
                        .Range(0, market.Sessions.Length / groups)
                        .Select(turn =>
                            Hold(
                                market.Sessions[turn * groups + client / seats],
                                market.Companies[client].Token,
                                $"{round}-{client}-{turn}"
                            )
                        )
                        .ToArray()
                ),
        ];
    }
}
