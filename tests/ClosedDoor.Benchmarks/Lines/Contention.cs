using ClosedDoor.Benchmarks.Show;

namespace ClosedDoor.Benchmarks.Lines;

/// <summary>Far more companies than seats at one session, all at once: who gets one, and how soon everyone knows.</summary>
static class Contention
{
    const int Clients = 500;
    const int Seats = 8;
    const int Warm = 15;
    const int Counted = 9;

    public static async Task Measure(Bed bed)
    {
        var database = await bed.NewDatabase("contention");
        Market market;
        await using (var db = await Bed.Opened(database))
            market = await Market.Open(db, 2 * (Warm + Counted), Clients, Bed.Now());
        await using var service = await bed.Service(database);

        var limit = new List<double>();
        await File.WriteAllBytesAsync(Path.Combine(bed.Folder, "bare-answer"), Bed.Bytes(300));
        await using (var bare = await Server.BareKestrel(Path.Combine(bed.Folder, "bare-answer")))
        {
            for (var round = 0; round < Warm + Counted; round++)
            {
                var all = await Load.InOwnProcess(new(bare.Port, Rush(market, 0, keyed: true), false, 30));
                if (round >= Warm)
                    limit.Add(all.Elapsed);
            }
        }

        await Rounds(bed, service, market, Median(limit), keyed: true);
        await Rounds(bed, service, market, Median(limit), keyed: false);
    }

    /// <summary>The same rush at session after session; the first ones warm it up. With keys, every refusal is kept.</summary>
    static async Task Rounds(Bed bed, Server service, Market market, double limit, bool keyed)
    {
        var settled = new List<double>();
        long sold = 0,
            refused = 0;
        for (var round = 0; round < Warm + Counted; round++)
        {
            var session = (keyed ? 0 : Warm + Counted) + round;
            var all = await Load.InOwnProcess(new(service.Port, Rush(market, session, keyed), false, 30));
            if (round < Warm)
                continue;
            settled.Add(all.Elapsed);
            sold += all.Count(201);
            refused += all.Count(409);
        }

        var name = $"contention: 500 clients, 8 seats, {(keyed ? "keys" : "no keys")}";
        bed.Lines.Add(
            Measurement.Exactly($"{name}: seats sold in {Counted} rounds", bed.Engine, sold, Seats * Counted)
        );
        bed.Lines.Add(
            Measurement.Exactly($"{name}: told that it is full", bed.Engine, refused, (Clients - Seats) * Counted)
        );
        bed.Lines.Add(
            Measurement.AtMost(
                $"{name}: time to settle / 500 bare requests",
                bed.Engine,
                Median(settled) * 1000,
                "ms",
                limit * 1000,
                1.5
            )
        );
    }

    static string[][] Rush(Market market, int session, bool keyed) =>
        [
            .. market.Companies.Select(
                (company, i) =>
                    new[] { Requests.Hold(market.Sessions[session], company.Token, keyed ? $"c{session}-{i}" : null) }
            ),
        ];

    static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
