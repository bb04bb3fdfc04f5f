using ClosedDoor.Benchmarks.Show;

namespace ClosedDoor.Benchmarks.Lines;

/// <summary>The same reads and holds while the database has ever more reservations behind it.</summary>
static class Growth
{
    static readonly int[] Sizes = [10_000, 100_000, 1_000_000];

    /// <summary>How many times slower than with the fewest it may be.</summary>
    const double Bar = 1.3;

    public static async Task Measure(Bed bed)
    {
        var database = await bed.NewDatabase("growth");
        var first = new Dictionary<string, double>();
        var there = 0;
        foreach (var size in Sizes)
        {
            Market market;
            await using (var db = await Bed.Opened(database))
            {
                await Past.Add(db, there, size, Bed.Now());
                market = await Market.Open(db, bed.IsSqlite ? 4_000 : 1_500, 32, Bed.Now());
            }
            there = size;
            await using var service = await bed.Service(database);
            foreach (var (name, perSecond) in await Once(bed, service, market))
            {
                first.TryAdd(name, perSecond);
                bed.Lines.Add(
                    Measurement.AtMost(
                        $"growth: {name}, {size:N0} reservations",
                        bed.Engine,
                        1e6 / perSecond,
                        "µs",
                        1e6 / first[name],
                        size == Sizes[0] ? null : Bar
                    )
                );
            }
        }
    }

    static async Task<List<(string, double)>> Once(Bed bed, Server service, Market market)
    {
        var seconds = Math.Min(2, bed.Seconds);
        var lines = new List<(string, double)>();
        var requests = Requests.Holds(market, 32, "g");
        var step = requests[0].Length / 4;
        var best = 0.0;
        for (var round = 0; round < 4; round++)
        {
            var holds = await Load.InOwnProcess(
                new(
                    service.Port,
                    [.. requests.Select(all => all[(round * step)..((round + 1) * step)])],
                    false,
                    seconds
                )
            );
            Bed.Expect(holds, 201);
            if (round > 0)
                best = Math.Max(best, holds.PerSecond);
        }
        lines.Add(("complete hold", best));

        // Reads through the organizer's and the company's own lists are never answered from kept bytes.
        var token = market.Companies[0].Token;
        foreach (
            var (name, request) in new[]
            {
                ("GET /sessions/{id}", Requests.Get($"/api/v1/sessions/{market.Sessions[0]}")),
                ("GET /sessions?limit=20", Requests.Get("/api/v1/sessions?limit=20")),
                ("GET /reservations?limit=20", Requests.Get("/api/v1/reservations?limit=20", token)),
            }
        )
        {
            best = 0;
            for (var round = 0; round < 3; round++)
            {
                var reads = await Load.InOwnProcess(new(service.Port, Bed.Repeat(32, request), true, seconds / 2));
                Bed.Expect(reads, 200);
                best = Math.Max(best, reads.PerSecond);
            }
            lines.Add((name, best));
        }
        return lines;
    }
}
