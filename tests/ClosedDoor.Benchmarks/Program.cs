using System.Text.Encodings.Web;
using System.Text.Json;
using ClosedDoor.Benchmarks;
using ClosedDoor.Benchmarks.Lines;
using ClosedDoor.Benchmarks.Show;
using Dapper;
using Npgsql;

// make bench: every line on SQLite, and on PostgreSQL where CLOSEDDOOR_TEST_POSTGRES names a server.
// bench SERVICE_DLL OUTPUT_FOLDER [SECONDS] measures all; `only PART SERVICE_DLL [SECONDS]` prints one part of it:
// reads, write32, write128, parts, contention, growth, cost. `load` and `bare` are the processes that these start.
// make bench-timetable: `timetable OUTPUT_FOLDER`.
switch (args)
{
    case ["load", var plan]:
        return await Load.Generate(plan);
    case ["bare", var port, var answer]:
        return await Bare.Serve(port, answer);
    case ["in-process", var clients, var sessions]:
        return await InProcess(int.Parse(clients), int.Parse(sessions));
    case ["timetable", var folder]:
        return TimetableBench.Run(folder);
    case ["only", var part, var dll, .. var rest]:
        Table.Print(await Measure(dll, SecondsOf(rest), part));
        return 0;
    case [var dll, var output, .. var rest]:
        return await Bench(dll, output, SecondsOf(rest));
    default:
        Console.Error.WriteLine("usage: bench SERVICE_DLL OUTPUT_FOLDER [SECONDS]");
        return 2;
}

static double SecondsOf(string[] rest) => rest is [var seconds] ? double.Parse(seconds) : 5;

// For a profiler: nothing but holds, without HTTP.
static async Task<int> InProcess(int clients, int sessions)
{
    var folder = Directory.CreateTempSubdirectory("closeddoor-bench-").FullName;
    var (perSecond, processor) = await Writes.InProcess(Path.Combine(folder, "in-process.db"), clients, sessions);
    Console.WriteLine($"{perSecond:N0} holds/s, each {processor:N0} µs of processor time");
    Directory.Delete(folder, recursive: true);
    return 0;
}

static async Task<int> Bench(string dll, string output, double seconds)
{
    Directory.CreateDirectory(output);
    var json = new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
    Table.Print(await Measure(dll, seconds, part: null, Keep));
    return 0;

    // After each part: a run that is cut short leaves what it has found.
    async Task Keep(List<Measurement> lines)
    {
        await File.WriteAllTextAsync(Path.Combine(output, "latest.json"), JsonSerializer.Serialize(lines, json));
        await File.WriteAllTextAsync(Path.Combine(output, "latest.svg"), Chart.Draw(lines));
    }
}

static async Task<List<Measurement>> Measure(
    string dll,
    double seconds,
    string? part,
    Func<List<Measurement>, Task>? keep = null
)
{
    var folder = Directory.CreateTempSubdirectory("closeddoor-bench-").FullName;
    var beds = new List<Bed>
    {
        new(
            "sqlite",
            dll,
            folder,
            name => Task.FromResult(Path.Combine(folder, $"{name}.db")),
            () => Task.CompletedTask,
            seconds
        ),
    };
    if (Environment.GetEnvironmentVariable("CLOSEDDOOR_TEST_POSTGRES") is { } server)
        beds.Add(
            new(
                "postgres",
                dll,
                folder,
                name => NewDatabase(server, $"bench_{name}"),
                () => DropDatabases(server),
                seconds
            )
        );
    else
        Console.WriteLine("PostgreSQL: not measured, CLOSEDDOOR_TEST_POSTGRES is not set.");
    if (Environment.GetEnvironmentVariable("CLOSEDDOOR_BENCH_ENGINE") is { } engine)
        beds.RemoveAll(bed => bed.Engine != engine);

    var parts = new (string Name, Func<Bed, Task> Measure)[]
    {
        ("reads", Reads.Measure),
        ("write32", bed => Writes.Measure(bed, clients: 32)),
        ("write128", bed => Writes.Measure(bed, clients: 128)),
        ("parts", HoldParts.Measure),
        ("contention", Contention.Measure),
        ("growth", Growth.Measure),
        ("cost", Cost.Measure),
    };
    try
    {
        foreach (var bed in beds)
        foreach (var (_, measure) in parts.Where(each => part is null || each.Name == part))
        {
            await measure(bed);
            await bed.Clear();
            if (keep is not null)
                await keep([.. beds.SelectMany(each => each.Lines)]);
        }
    }
    finally
    {
        Directory.Delete(folder, recursive: true);
    }
    return [.. beds.SelectMany(bed => bed.Lines)];
}

static async Task<string> NewDatabase(string server, string name)
{
    await using var connection = Maintenance(server);
    await connection.ExecuteAsync($"CREATE DATABASE {name}");
    return $"{server};Database={name}";
}

// PostgreSQL would go on to vacuum them beside the next part.
static async Task DropDatabases(string server)
{
    await using var connection = Maintenance(server);
    foreach (
        var name in await connection.QueryAsync<string>(
            "SELECT datname FROM pg_database WHERE starts_with(datname, 'bench_')"
        )
    )
        await connection.ExecuteAsync($"DROP DATABASE {name} WITH (FORCE)");
}

static NpgsqlConnection Maintenance(string server) => new($"{server};Database=postgres;Pooling=false");
