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

    /// <summary>Bare Kestrel that answers these bytes to whatever it is asked.</summary>
    public async Task<Server> BareKestrel(byte[] answer)
    {
        var file = Path.Combine(Folder, "bare-answer");
        await File.WriteAllBytesAsync(file, answer);
        return await Server.BareKestrel(file);
    }

    /// <summary>Two servers, both warm, in short rounds turn about, so that whatever else the machine does meets both.</summary>
    public static async Task<(Rounds Bare, Rounds Ours)> TurnAbout(
        Server bare,
        Server service,
        Func<int, LoadPlan> toBare,
        Func<int, LoadPlan> toService
    )
    {
        var (limit, ours) = (new Rounds(bare), new Rounds(service));
        for (var round = 0; round < Rounds.Count; round++)
        {
            await limit.Add(toBare(round));
            await ours.Add(toService(round));
        }
        return (limit, ours);
    }

    /// <summary>
    /// Until it gets no faster: under load the runtime compiles hot code again, twice, on the same processors. What takes
    /// more code takes longer: the service is at its rate after some ten seconds, bare Kestrel after three.
    /// </summary>
    public async Task Warm(Server server, string[][] requests)
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

/// <summary>What a server did in its rounds.</summary>
sealed class Rounds(Server server)
{
    /// <summary>Of each server.</summary>
    public const int Count = 7;

    readonly List<LoadResult> _runs = [];
    double _cpuSeconds;

    public double PerSecond => Bed.Median(_runs.Select(run => run.PerSecond));

    /// <summary>Processor time for an answer, in µs.</summary>
    public double Cpu => _cpuSeconds / _runs.Sum(run => run.Answers) * 1e6;

    public LoadResult Together => LoadResult.Together(_runs);

    /// <summary>Milliseconds within which 99 of a hundred answers came in the worst round.</summary>
    public double WorstP99 => _runs.Max(run => run.P99);

    public async Task Add(LoadPlan plan)
    {
        var before = server.CpuSeconds;
        _runs.Add(await Load.InOwnProcess(plan));
        _cpuSeconds += server.CpuSeconds - before;
    }
}
