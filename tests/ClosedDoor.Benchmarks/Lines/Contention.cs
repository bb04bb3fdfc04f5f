using ClosedDoor.Benchmarks.Show;

namespace ClosedDoor.Benchmarks.Lines;

/// <summary>Far more companies than seats at one session, all at once: who gets one, and how soon everyone knows.</summary>
static class Contention
{
    const int Clients = 500;
    const int Seats = 8;
    const int Warm = 3;
    const int Counted = 9;

    /// <summary>Rushes one after the other on the same connections, before what is measured.</summary>
    const int Practice = 30;

    public static async Task Measure(Bed bed)
    {
        var database = await bed.NewDatabase("contention");
        Market market;
        await using (var db = await Bed.Opened(database))
            market = await Market.Open(db, 4 * Practice + 2 * (Warm + Counted), Clients, Bed.Now());
        await using var service = await bed.Service(database);
        await using var bare = await bed.BareKestrel(Bed.Bytes(300));

        var sessions = new Queue<string>(market.Sessions);
        for (var half = 0; half < 4; half++)
        {
            var requests = Rush(market, sessions, Practice, keyed: half % 2 == 0);
            await At(bare, requests);
            await At(service, requests);
            await Task.Delay(TimeSpan.FromSeconds(2)); // The runtime compiles hot code again, on the same processors.
        }

        // Turn about, so that whatever else the machine does meets all.
        var (limit, keyed, plain) = (new List<Settled>(), new List<Settled>(), new List<Settled>());
        for (var round = 0; round < Warm + Counted; round++)
        {
            var requests = Rush(market, sessions, 1, keyed: true);
            limit.Add(await At(bare, requests));
            keyed.Add(await At(service, requests));
            plain.Add(await At(service, Rush(market, sessions, 1, keyed: false)));
        }
        // With keys, every refusal is kept.
        Tell(bed, "keys", keyed[Warm..], limit[Warm..]);
        Tell(bed, "no keys", plain[Warm..], limit[Warm..]);

        static async Task<Settled> At(Server server, string[][] requests)
        {
            var before = server.CpuSeconds;
            var answers = await Load.InOwnProcess(new(server.Port, requests, false, 30));
            return new(answers, server.CpuSeconds - before);
        }
    }

    sealed record Settled(LoadResult Answers, double CpuSeconds);

    static void Tell(Bed bed, string how, List<Settled> rounds, List<Settled> limit)
    {
        // Nine in one round and seven in another would add up.
        if (rounds.Find(round => round.Answers.Count(201) != Seats) is { } wrong)
            throw new InvalidOperationException($"{wrong.Answers.Count(201)} of {Seats} seats were sold in a round.");
        var name = $"contention: {Clients} clients, {Seats} seats, {how}";
        bed.Lines.Add(
            Measurement.Exactly(
                $"{name}: seats sold in {Counted} rounds",
                bed.Engine,
                rounds.Sum(round => round.Answers.Count(201)),
                Seats * Counted
            )
        );
        bed.Lines.Add(
            Measurement.Exactly(
                $"{name}: told that it is full",
                bed.Engine,
                rounds.Sum(round => round.Answers.Count(409)),
                (Clients - Seats) * Counted
            )
        );
        bed.Lines.Add(
            Measurement.AtMost(
                $"{name}: time to settle / {Clients} bare requests",
                bed.Engine,
                Bed.Median(rounds.Select(round => round.Answers.Elapsed)) * 1000,
                "ms",
                Bed.Median(limit.Select(round => round.Answers.Elapsed)) * 1000,
                1.5
            )
        );
        bed.Lines.Add(
            Measurement.AtMost(
                $"{name}: CPU time a request",
                bed.Engine,
                rounds.Sum(round => round.CpuSeconds) / (Counted * Clients) * 1e6,
                "µs",
                limit.Sum(round => round.CpuSeconds) / (Counted * Clients) * 1e6,
                null
            )
        );
    }

    /// <summary>Every company asks for a seat in each of the next sessions.</summary>
    static string[][] Rush(Market market, Queue<string> sessions, int count, bool keyed)
    {
        string[] next = [.. Enumerable.Range(0, count).Select(_ => sessions.Dequeue())];
        return
        [
            .. market.Companies.Select(company =>
                next.Select(id => Requests.Hold(id, company.Token, keyed ? $"c-{id}" : null)).ToArray()
            ),
        ];
    }
}
