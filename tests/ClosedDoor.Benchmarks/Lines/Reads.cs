using System.Text.Json;
using ClosedDoor.Benchmarks.Show;

namespace ClosedDoor.Benchmarks.Lines;

/// <summary>What the public reads, against bare Kestrel that answers the same bytes from memory.</summary>
static class Reads
{
    const int Clients = 32;

    public static async Task Measure(Bed bed)
    {
        var database = await bed.NewDatabase("read");
        Market market;
        await using (var db = await Bed.Opened(database))
            market = await Market.Open(db, 200, 8, Bed.Now());
        await using var service = await bed.Service(database);
        await Read(bed, service, "read: GET /sessions/{id}", $"/api/v1/sessions/{market.Sessions[0]}");
        await Read(bed, service, "read: GET /sessions?limit=20", "/api/v1/sessions?limit=20");
        await Freshness(bed, service, market);
    }

    static async Task Read(Bed bed, Server service, string name, string path)
    {
        using var client = new HttpClient();
        var answer = await client.GetByteArrayAsync($"http://127.0.0.1:{service.Port}{path}");
        var requests = Bed.Repeat(Clients, Requests.Get(path));
        await using var bare = await bed.BareKestrel(answer);
        await bed.Warm(bare, requests);
        await bed.Warm(service, requests);
        var (limit, ours) = await Bed.TurnAbout(bare, service, _ => To(bare), _ => To(service));
        Bed.Expect(ours.Together, 200);
        bed.Lines.Add(
            Measurement.AtLeast(
                $"{name} / bare Kestrel",
                bed.Engine,
                ours.PerSecond,
                "/s",
                limit.PerSecond,
                bed.OnSqlite(0.50)
            )
        );
        bed.Lines.Add(Measurement.Below($"{name}: p99", bed.Engine, ours.WorstP99, "ms", 10));

        LoadPlan To(Server server) => new(server.Port, requests, true, bed.Seconds * 2 / Rounds.Count);
    }

    /// <summary>After each booking, the very next read must count it, while others read the same sessions as fast as they can.</summary>
    static async Task Freshness(Bed bed, Server service, Market market)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{service.Port}") };
        var sessions = market.Sessions[..40];
        string[] reads = [.. sessions.Select(id => Requests.Get($"/api/v1/sessions/{id}"))];
        string[][] readers = [.. Enumerable.Range(0, Clients).Select(i => (string[])[.. reads[i..], .. reads[..i]])];
        var stale = 0;
        var booking = Task.Run(Book);
        do Bed.Expect(await Load.InOwnProcess(new(service.Port, readers, true, Math.Min(2, bed.Seconds))), 200);
        while (!booking.IsCompleted);
        await booking;
        bed.Lines.Add(Measurement.Exactly("read: stale seat counts right after 320 bookings", bed.Engine, stale, 0));

        async Task Book()
        {
            foreach (var sessionId in sessions)
                for (var booked = 1; booked <= 8; booked++)
                {
                    using var hold = new HttpRequestMessage(
                        HttpMethod.Post,
                        $"/api/v1/sessions/{sessionId}/reservations"
                    )
                    {
                        Content = new StringContent("{}", null, "application/json"),
                    };
                    hold.Headers.Add("Authorization", $"Bearer {market.Companies[booked - 1].Token}");
                    using var answer = await client.SendAsync(hold);
                    answer.EnsureSuccessStatusCode();
                    var session = JsonDocument.Parse(await client.GetStringAsync($"/api/v1/sessions/{sessionId}"));
                    if (session.RootElement.GetProperty("seats").GetProperty("available").GetInt32() != 8 - booked)
                        stale++;
                }
        }
    }
}
