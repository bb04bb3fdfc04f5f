using System.Globalization;
using ClosedDoor.Benchmarks.Show;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Benchmarks;

/// <summary>What a line is measured on: an engine, the published service, room for databases, and how long to load it.</summary>
/// <param name="Clear">Leaves nothing of one part to the server's attention while the next is measured.</param>
sealed record Bed(
    string Engine,
    string ServiceDll,
    string Folder,
    Func<string, Task<string>> NewDatabase,
    Func<Task> Clear,
    double Seconds
)
{
    public bool IsSqlite => Engine == "sqlite";

    public List<Measurement> Lines { get; } = [];

    /// <summary>A bar that is set for SQLite alone.</summary>
    public double? OnSqlite(double bar) => IsSqlite ? bar : null;

    public Task<Server> Service(string database) => Server.Service(ServiceDll, Folder, database);

    /// <summary>The same requests to bare Kestrel, which answers so many bytes, and its processor time for each in µs.</summary>
    public async Task<(LoadResult Answers, double Cpu)> Bare(byte[] answer, string[][] requests, bool repeat)
    {
        var answerFile = Path.Combine(Folder, "bare-answer");
        await File.WriteAllBytesAsync(answerFile, answer);
        await using var bare = await Server.BareKestrel(answerFile);
        // Warm first, so that it is a limit and not a start.
        for (var warm = 0; warm < 3; warm++)
            await Load.InOwnProcess(new(bare.Port, requests, repeat, Math.Min(1, Seconds)));
        var before = bare.CpuSeconds;
        var answers = await Load.InOwnProcess(new(bare.Port, requests, repeat, Seconds));
        return (answers, (bare.CpuSeconds - before) / answers.Answers * 1e6);
    }

    /// <summary>
    /// The same requests to bare Kestrel, which answers those bytes, and to the service: both warm, in short rounds turn
    /// about, so that whatever else the machine does meets both.
    /// </summary>
    public async Task<(LoadResult[] Bare, LoadResult[] Ours)> TurnAbout(
        byte[] answer,
        Server service,
        string[][] requests
    )
    {
        var answerFile = Path.Combine(Folder, "bare-answer");
        await File.WriteAllBytesAsync(answerFile, answer);
        await using var bare = await Server.BareKestrel(answerFile);
        await Warm(bare, requests);
        await Warm(service, requests);
        var rounds = new List<(LoadResult Bare, LoadResult Ours)>();
        for (var i = 0; i < Rounds; i++)
            rounds.Add((await Round(bare), await Round(service)));
        return ([.. rounds.Select(round => round.Bare)], [.. rounds.Select(round => round.Ours)]);

        Task<LoadResult> Round(Server server) =>
            Load.InOwnProcess(new(server.Port, requests, true, Seconds * 2 / Rounds));
    }

    const int Rounds = 7;

    /// <summary>
    /// Until it gets no faster: under load the runtime compiles hot code again, twice, on the same processors. What takes
    /// more code takes longer: the service is at its rate after some ten seconds, bare Kestrel after three.
    /// </summary>
    async Task Warm(Server server, string[][] requests)
    {
        var best = 0.0;
        for (var (round, since) = (0, 0); round < 20 && since < 4; round++, since++)
        {
            var reached = await Load.InOwnProcess(new(server.Port, requests, true, Math.Min(1, Seconds)));
            if (reached.PerSecond > 1.03 * best)
                since = 0;
            best = Math.Max(best, reached.PerSecond);
            await Task.Delay(TimeSpan.FromSeconds(Math.Min(0.5, Seconds)));
        }
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    public static byte[] Bytes(int count)
    {
        var answer = new byte[count];
        Array.Fill(answer, (byte)'x');
        return answer;
    }

    public static async Task<Database> Opened(string location, bool groupCommit = true)
    {
        var db = Database.Open(Market.SettingsFor(location), groupCommit);
        await new Migrator(db).Apply(Now());
        return db;
    }

    public static Instant Now() =>
        Instant.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());

    public static string[][] Repeat(int clients, string request) => [.. Enumerable.Repeat(new[] { request }, clients)];

    /// <summary>A rate of wrong answers is no rate.</summary>
    public static void Expect(LoadResult result, int status)
    {
        if (result.Answers == 0 || result.Count(status) != result.Answers)
            throw new InvalidOperationException(
                $"Expected {status} for all of {result.Answers}: "
                    + string.Join(
                        ", ",
                        result.Statuses.Select(pair =>
                            string.Create(CultureInfo.InvariantCulture, $"{pair.Key} × {pair.Value}")
                        )
                    )
            );
    }
}
