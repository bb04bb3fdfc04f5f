using ClosedDoor.Tests.Given;

namespace ClosedDoor.Tests.Features.Sessions;

/// <summary>What a caller reads about a session's seats, as numbers to compare.</summary>
static class SeatsShown
{
    public static async Task<(long Cap, long Held, long Confirmed, long Available)> Seats(
        this ApiClient api,
        string sessionId
    )
    {
        var seats = (await api.Get($"/sessions/{sessionId}")).Expect(200)["seats"];
        return (
            seats.GetProperty("cap").GetInt64(),
            seats.GetProperty("held").GetInt64(),
            seats.GetProperty("confirmed").GetInt64(),
            seats.GetProperty("available").GetInt64()
        );
    }

    /// <summary>The same from the list of sessions.</summary>
    public static async Task<(long Cap, long Held, long Confirmed, long Available)> SeatsInList(
        this ApiClient api,
        string sessionId
    )
    {
        var seats = (await api.Get("/sessions?limit=200"))
            .Expect(200)["items"]
            .EnumerateArray()
            .Single(session => session.GetProperty("id").GetString() == sessionId)
            .GetProperty("seats");
        return (
            seats.GetProperty("cap").GetInt64(),
            seats.GetProperty("held").GetInt64(),
            seats.GetProperty("confirmed").GetInt64(),
            seats.GetProperty("available").GetInt64()
        );
    }
}
