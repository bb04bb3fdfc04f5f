using System.Text.Encodings.Web;
using System.Text.Json;
using ClosedDoor.Benchmarks;
using Npgsql;

// make bench: reads, writes and contention on SQLite, and on PostgreSQL where CLOSEDDOOR_TEST_POSTGRES names a server.
// make bench-timetable: `timetable OUTPUT_FOLDER`.
// bench SERVICE_DLL OUTPUT_FOLDER [SECONDS]; `load` and `bare` are the processes that it starts.
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
    case [var dll, var output, .. var rest]:
        return await Bench(dll, output, rest is [var seconds] ? double.Parse(seconds) : 5);
    default:
        Console.Error.WriteLine("usage: bench SERVICE_DLL OUTPUT_FOLDER [SECONDS]");
        return 2;
}

// For a profiler: nothing but holds, without HTTP.
static async Task<int> InProcess(int clients, int sessions)
{
    var folder = Directory.CreateTempSubdirectory("closeddoor-bench-").FullName;
    Console.WriteLine(
        $"{await EngineBench.InProcess(Path.Combine(folder, "in-process.db"), clients, sessions):N0} holds/s"
    );
    Directory.Delete(folder, recursive: true);
    return 0;
}

static async Task<int> Bench(string dll, string output, double seconds)
{
    var folder = Directory.CreateTempSubdirectory("closeddoor-bench-").FullName;
    var lines = new List<Measurement>();
    try
    {
        lines.AddRange(
            await new EngineBench(
                "sqlite",
                dll,
                folder,
                name => Task.FromResult(Path.Combine(folder, $"{name}.db")),
                seconds
            ).Run()
        );
        if (Environment.GetEnvironmentVariable("CLOSEDDOOR_TEST_POSTGRES") is { } server)
            lines.AddRange(
                await new EngineBench(
                    "postgres",
                    dll,
                    folder,
                    name => NewDatabase(server, $"bench_{name}"),
                    seconds
                ).Run()
            );
        else
            Console.WriteLine("PostgreSQL: not measured, CLOSEDDOOR_TEST_POSTGRES is not set.");
    }
    finally
    {
        Directory.Delete(folder, recursive: true);
    }

    Console.WriteLine($"  {"", -58} {"engine", -9} {"value", 12} {"", -5} {"limit", 12} {"ratio", 6}  bar");
    foreach (var line in lines)
        Console.WriteLine(line.Line);
    Directory.CreateDirectory(output);
    var json = new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
    await File.WriteAllTextAsync(Path.Combine(output, "latest.json"), JsonSerializer.Serialize(lines, json));
    return 0;
}

static async Task<string> NewDatabase(string server, string name)
{
    await using var connection = new NpgsqlConnection($"{server};Database=postgres;Pooling=false");
    await connection.OpenAsync();
    await using var command = connection.CreateCommand();
    command.CommandText = $"CREATE DATABASE {name}";
    await command.ExecuteNonQueryAsync();
    return $"{server};Database={name}";
}
