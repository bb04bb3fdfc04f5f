using ClosedDoor.Benchmarks.Show;

namespace ClosedDoor.Benchmarks.Lines;

/// <summary>Far more companies than seats at one session, all at once: who gets one, and how soon everyone knows.</summary>
static class Contention
{
    const int Clients = 500;
    const int Seats = 8;
    const int Rounds = 9;

    public static async Task Measure(Bed bed)
    {
        var database = await bed.NewDatabase("contention");
        Market market;
        await using (var db = await Bed.Opened(database))
            market = await Market.Open(db, 40, Clients, Bed.Now());
        await using var service = await bed.Service(database);

        var limit = new List<double>();
        await File.WriteAllBytesAsync(Path.Combine(bed.Folder, "bare-answer"), Bed.Bytes(300));
        await using (var bare = await Server.BareKestrel(Path.Combine(bed.Folder, "bare-answer")))
        {
            for (var round = 0; round < 20 + Rounds; round++)
            {
                var all = await Load.InOwnProcess(new(bare.Port, Rush(market, 0), false, 30));
                if (round >= 20)
                    limit.Add(all.Elapsed);
            }
        }

        // The same rush at session after session; the first ones warm it up.
        var settled = new List<double>();
        long sold = 0,
            refused = 0;
        for (var round = 0; round < 20 + Rounds; round++)
        {
            var all = await Load.InOwnProcess(new(service.Port, Rush(market, round), false, 30));
            if (round < 20)
                continue;
            settled.Add(all.Elapsed);
            sold += all.Count(201);
            refused += all.Count(409);
        }

        const string name = "contention: 500 clients, 8 seats";
        bed.Lines.Add(Measurement.Exactly($"{name}: seats sold in {Rounds} rounds", bed.Engine, sold, Seats * Rounds));
        bed.Lines.Add(
            Measurement.Exactly($"{name}: told that it is full", bed.Engine, refused, (Clients - Seats) * Rounds)
        );
        bed.Lines.Add(
            Measurement.AtMost(
                $"{name}: time to settle / 500 bare requests",
                bed.Engine,
                Median(settled) * 1000,
                "ms",
                Median(limit) * 1000,
                1.5
            )
        );
    }

    static string[][] Rush(Market market, int session) =>
        [
            .. market.Companies.Select(
                (company, i) => new[] { Requests.Hold(market.Sessions[session], company.Token, $"c{session}-{i}") }
            ),
        ];

    static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
