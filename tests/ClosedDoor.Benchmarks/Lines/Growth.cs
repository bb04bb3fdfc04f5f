using ClosedDoor.Benchmarks.Show;
using Dapper;
using Npgsql;

namespace ClosedDoor.Benchmarks.Lines;

/// <summary>
/// The same reads and holds on a database with many reservations behind it and on one with few, in short rounds turn
/// about, so that whatever else the machine does meets both.
/// </summary>
static class Growth
{
    const int Few = 10_000;
    static readonly int[] Many = [100_000, 1_000_000];

    /// <summary>How many times slower than with few it may be.</summary>
    const double Bar = 1.3;

    const int Clients = 32;
    const int Warm = 4;
    const int Counted = 7;

    public static async Task Measure(Bed bed)
    {
        foreach (var many in Many)
        {
            await using var small = await Place.Open(bed, $"growth{many}few", Few);
            await using var large = await Place.Open(bed, $"growth{many}", many);
            // Reads first: holds leave mails behind, which go out meanwhile.
            await Compare(bed, many, "GET /sessions/{id}, read anew", small, large, 200, place => place.Session);
            await Compare(bed, many, "GET /sessions?limit=20, read anew", small, large, 200, place => place.Sessions);
            await Compare(
                bed,
                many,
                "GET /reservations?limit=20, all companies'",
                small,
                large,
                200,
                place => place.Reservations
            );
            await Compare(bed, many, "complete hold", small, large, 201, place => place.Holds);
        }
    }

    static async Task Compare(
        Bed bed,
        int many,
        string name,
        Place small,
        Place large,
        int status,
        Func<Place, Func<int, string[][]>> requests
    )
    {
        var (few, all) = (new List<double>(), new List<double>());
        for (var round = 0; round < Warm + Counted; round++)
        {
            few.Add(await Round(small, round));
            all.Add(await Round(large, round));
        }
        bed.Lines.Add(
            Measurement.AtMost(
                $"growth: {name}: {many:N0} / {Few:N0} reservations",
                bed.Engine,
                Bed.Median(all.Skip(Warm)),
                "µs",
                Bed.Median(few.Skip(Warm)),
                Bar
            )
        );

        async Task<double> Round(Place place, int round)
        {
            var repeat = status == 200;
            var seconds = repeat ? Math.Min(0.5, bed.Seconds) : 30;
            var result = await Load.InOwnProcess(new(place.Service.Port, requests(place)(round), repeat, seconds));
            Bed.Expect(result, status);
            return 1e6 / result.PerSecond;
        }
    }

    /// <summary>A database with a past, and the service on it.</summary>
    sealed record Place(Server Service, Market Market, string Organizer) : IAsyncDisposable
    {
        /// <summary>
        /// An organizer's reads, which are always made from the database. What everybody is shown is kept as bytes until
        /// something is committed, and would not tell how large the database is.
        /// </summary>
        public string[][] Session(int round) =>
            [
                .. Enumerable
                    .Range(0, Clients)
                    .Select(client =>
                        Market
                            .Sessions.Where((_, i) => i % Clients == client)
                            .Select(id => Requests.Get($"/api/v1/sessions/{id}", Organizer))
                            .ToArray()
                    ),
            ];

        public string[][] Sessions(int round) =>
            Bed.Repeat(Clients, Requests.Get("/api/v1/sessions?limit=20", Organizer));

        public string[][] Reservations(int round) =>
            Bed.Repeat(Clients, Requests.Get("/api/v1/reservations?limit=20", Organizer));

        public string[][] Holds(int round)
        {
            var all = Requests.Holds(Market, Clients, "g");
            var step = all[0].Length / (Warm + Counted);
            return [.. all.Select(one => one[(round * step)..((round + 1) * step)])];
        }

        public static async Task<Place> Open(Bed bed, string name, int reservations)
        {
            var database = await bed.NewDatabase(name);
            await using var db = await Bed.Opened(database);
            await Past.Add(db, reservations, Bed.Now());
            var market = await Market.Open(db, bed.IsSqlite ? 4_000 : 1_500, Clients, Bed.Now());
            var organizer = await Market.Organizer(db, Bed.Now());
            if (!bed.IsSqlite)
                await TidyUp(database);
            return new(await bed.Service(database), market, organizer);
        }

        /// <summary>
        /// What PostgreSQL would do by itself in the minutes after a million new rows, on the same two processors, is done
        /// before anything is measured.
        /// </summary>
        static async Task TidyUp(string database)
        {
            await using var connection = new NpgsqlConnection($"{database};Pooling=false");
            await connection.ExecuteAsync("VACUUM (ANALYZE)", commandTimeout: 300);
            await connection.ExecuteAsync("CHECKPOINT;", commandTimeout: 300);
        }

        public ValueTask DisposeAsync() => Service.DisposeAsync();
    }
}
