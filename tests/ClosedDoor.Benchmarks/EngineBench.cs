using System.Diagnostics;
using System.Globalization;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Benchmarks;

/// <summary>The lines of one engine: read, write and contention, each against its limits in the same run.</summary>
sealed class EngineBench(
    string engine,
    string serviceDll,
    string folder,
    Func<string, Task<string>> newDatabase,
    double seconds
)
{
    readonly List<Measurement> _lines = [];

    bool IsSqlite => engine == "sqlite";

    public async Task<List<Measurement>> Run()
    {
        await Reads();
        await Writes(clients: 32);
        await Writes(clients: 128);
        await Contention();
        return _lines;
    }

    async Task Reads()
    {
        var database = await newDatabase("read");
        Market market;
        await using (var db = await Opened(database))
            market = await Market.Open(db, 40, 8, Now());
        await using var service = await Server.Service(serviceDll, folder, database);
        await Read(service, "read: GET /sessions/{id}, 32 clients", $"/api/v1/sessions/{market.Sessions[0]}", 0.50);
        await Read(service, "read: GET /sessions?limit=20, 32 clients", "/api/v1/sessions?limit=20", 0.50);
    }

    async Task Read(Server service, string name, string path, double bar)
    {
        using var client = new HttpClient();
        var answer = await client.GetByteArrayAsync($"http://127.0.0.1:{service.Port}{path}");
        var (limit, ours) = await Against(answer, Repeat(32, Requests.Get(path)), service, repeat: true);
        _lines.Add(Measurement.AtLeast(name, engine, ours.PerSecond, "/s", limit.PerSecond, IsSqlite ? bar : null));
        _lines.Add(Measurement.Below($"{name}: p99", engine, ours.P99, "ms", 10));
        Expect(ours, 200);
    }

    async Task Writes(int clients)
    {
        var database = await newDatabase($"write{clients}");
        var sessions = IsSqlite ? 8_000 : 2_000;
        Market market;
        double group,
            single,
            npgsql;
        await using (var db = await Opened(database))
        {
            market = await Market.Open(db, sessions, clients, Now());
            // The same statements in-process, on sessions of their own.
            group = await InProcess(db, await Market.Open(db, sessions / 4, clients, Now()), clients, "group");
            npgsql = IsSqlite ? 0 : await InProcess(db, await Market.Open(db, sessions / 4, 16, Now()), 16, "npgsql");
        }
        single = 0;
        if (IsSqlite)
        {
            var alone = await newDatabase($"single{clients}");
            await using var db = await Opened(alone, groupCommit: false);
            single = await InProcess(db, await Market.Open(db, sessions / 8, clients, Now()), clients, "single");
        }

        await using var service = await Server.Service(serviceDll, folder, database);
        var warm = await Load.InOwnProcess(
            new(service.Port, [.. Requests.Holds(market, clients, "w").Select(all => all[^60..])], false, seconds)
        );
        Expect(warm, 201);
        var answer = new byte[420]; // What a reservation takes, in bytes.
        Array.Fill(answer, (byte)'x');
        var (limit, ours) = await Against(
            answer,
            [.. Requests.Holds(market, clients, "m").Select(all => all[..^60])],
            service,
            repeat: false
        );
        Expect(ours, 201);

        var bars = clients == 128 && IsSqlite;
        var name = $"write: complete hold, {clients} clients";
        _lines.Add(
            Measurement.AtLeast(
                $"{name} / bare Kestrel POST",
                engine,
                ours.PerSecond,
                "/s",
                limit.PerSecond,
                bars ? 0.10 : null
            )
        );
        if (IsSqlite)
        {
            _lines.Add(
                Measurement.AtLeast(
                    $"{name} / in-process, group commit",
                    engine,
                    ours.PerSecond,
                    "/s",
                    group,
                    bars ? 0.45 : null
                )
            );
            _lines.Add(
                Measurement.AtLeast(
                    $"{name} / in-process, one fsync each",
                    engine,
                    ours.PerSecond,
                    "/s",
                    single,
                    bars ? 1.0 : null
                )
            );
        }
        else
        {
            _lines.Add(
                Measurement.AtLeast(
                    $"{name} / in-process, Npgsql × 16",
                    engine,
                    ours.PerSecond,
                    "/s",
                    npgsql,
                    clients == 128 ? 0.60 : null
                )
            );
        }
        _lines.Add(
            bars
                ? Measurement.Below($"{name}: p99", engine, ours.P99, "ms", 50)
                : new($"{name}: p99", engine, ours.P99, "ms", null, null, null, null)
        );
    }

    async Task Contention()
    {
        const int clients = 500;
        var database = await newDatabase("contention");
        Market market;
        await using (var db = await Opened(database))
            market = await Market.Open(db, 40, clients, Now());
        await using var service = await Server.Service(serviceDll, folder, database);

        string[][] Rush(int session) =>
            [
                .. market.Companies.Select(
                    (company, i) => new[] { Requests.Hold(market.Sessions[session], company.Token, $"c{session}-{i}") }
                ),
            ];

        var answer = new byte[300];
        Array.Fill(answer, (byte)'x');
        for (var warm = 1; warm <= 3; warm++)
            await Load.InOwnProcess(new(service.Port, Rush(warm), false, seconds));
        var (limit, ours) = await Against(answer, Rush(0), service, repeat: false);
        _lines.Add(Measurement.Exactly("contention: 500 clients, 8 seats: seats sold", engine, ours.Count(201), "", 8));
        _lines.Add(
            Measurement.Exactly(
                "contention: 500 clients, 8 seats: told that it is full",
                engine,
                ours.Count(409),
                "",
                clients - 8
            )
        );
        _lines.Add(
            Measurement.AtMost(
                "contention: time to settle / 500 bare requests",
                engine,
                ours.Elapsed * 1000,
                "ms",
                limit.Elapsed * 1000,
                1.5
            )
        );
    }

    /// <summary>The same requests to bare Kestrel and to the service, one after the other.</summary>
    async Task<(LoadResult Limit, LoadResult Ours)> Against(
        byte[] answer,
        string[][] requests,
        Server service,
        bool repeat
    )
    {
        var answerFile = Path.Combine(folder, "bare-answer");
        await File.WriteAllBytesAsync(answerFile, answer);
        LoadResult limit;
        await using (var bare = await Server.BareKestrel(answerFile))
        {
            if (repeat)
                await Load.InOwnProcess(new(bare.Port, requests, repeat, 1));
            limit = await Load.InOwnProcess(new(bare.Port, requests, repeat, seconds));
        }
        if (repeat)
            await Load.InOwnProcess(new(service.Port, requests, repeat, 4));
        return (limit, await Load.InOwnProcess(new(service.Port, requests, repeat, seconds)));
    }

    public static async Task<double> InProcess(string database, int clients, int sessions)
    {
        await using var db = await Opened(database);
        return await InProcess(db, await Market.Open(db, sessions, clients, Now()), clients, "profile");
    }

    static async Task<double> InProcess(Database db, Market market, int clients, string round)
    {
        var groups = Math.Max(1, clients / 8);
        var turns = market.Sessions.Length / groups;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(
            Enumerable
                .Range(0, clients)
                .Select(client =>
                    Task.Run(async () =>
                    {
                        var (companyId, accountId, _) = market.Companies[client];
                        for (var turn = 0; turn < turns; turn++)
                        {
                            var standing = new Standing(
                                CallerKind.Company,
                                accountId,
                                companyId,
                                Permission.None,
                                null
                            );
                            var caller = Caller.Internal(standing, Now(), $"{round}-{client}-{turn}");
                            var outcome = await ReserveSeat.Execute(
                                db,
                                caller,
                                companyId,
                                market.Sessions[turn * groups + client / 8],
                                caller.Now
                            );
                            if (outcome.Refusal is { } refusal)
                                throw new InvalidOperationException(refusal.Code);
                        }
                    })
                )
        );
        return (double)clients * turns / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    static async Task<Database> Opened(string location, bool groupCommit = true)
    {
        var db = Database.Open(Market.SettingsFor(location), groupCommit);
        await new Migrator(db).Apply(Now());
        return db;
    }

    static Instant Now() => Instant.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());

    static string[][] Repeat(int clients, string request) => [.. Enumerable.Repeat(new[] { request }, clients)];

    static void Expect(LoadResult result, int status)
    {
        if (result.Count(status) != result.Answers)
            throw new InvalidOperationException(
                $"Expected {status} for all: "
                    + string.Join(
                        ", ",
                        result.Statuses.Select(pair =>
                            string.Create(CultureInfo.InvariantCulture, $"{pair.Key} × {pair.Value}")
                        )
                    )
            );
    }
}
