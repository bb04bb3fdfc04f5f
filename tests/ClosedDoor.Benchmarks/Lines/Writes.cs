using System.Diagnostics;
using ClosedDoor.Benchmarks.Show;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Benchmarks.Lines;

/// <summary>
/// Complete holds over many sessions: HTTP, authorization, idempotency, guard, audit, outbox, durable commit. Against
/// bare Kestrel that takes the same POST, and against the same statements in-process.
/// </summary>
static class Writes
{
    /// <summary>
    /// Of each client's requests, the share that comes before what is measured, in so many rounds with a rest after each:
    /// the runtime compiles hot code again in the background, on the same processors.
    /// </summary>
    const double WarmShare = 0.5;
    const int WarmRounds = 4;

    public static async Task Measure(Bed bed, int clients)
    {
        var bars = clients == 128;
        var database = await bed.NewDatabase($"write{clients}");
        var sessions = bed.IsSqlite ? 16_000 : 4_000;
        Market market;
        double inProcess;
        await using (var db = await Bed.Opened(database))
        {
            market = await Market.Open(db, sessions, clients, Bed.Now());
            var atOnce = bed.IsSqlite ? clients : 16; // PostgreSQL has 16 connections.
            inProcess = await InProcess(
                db,
                await Market.Open(db, sessions / 3, atOnce, Bed.Now()),
                atOnce,
                "limit",
                apart: !bed.IsSqlite
            );
        }

        await using var service = await bed.Service(database);
        var requests = Requests.Holds(market, clients, "m");
        var warm = (int)(requests[0].Length * WarmShare / WarmRounds);
        for (var round = 0; round < WarmRounds; round++)
        {
            var (from, to) = (round * warm, (round + 1) * warm);
            Bed.Expect(
                await Load.InOwnProcess(new(service.Port, [.. requests.Select(all => all[from..to])], false, 30)),
                201
            );
            await Task.Delay(TimeSpan.FromSeconds(2));
        }
        await using var bare = await bed.BareKestrel(Bed.Bytes(420)); // What a reservation takes, in bytes.
        await bed.Warm(bare, requests);
        var (first, each) = (WarmRounds * warm, (requests[0].Length - WarmRounds * warm) / Rounds.Count);
        var (limit, ours) = await Bed.TurnAbout(
            bare,
            service,
            round => new(bare.Port, Measured(round), true, bed.Seconds * 2 / Rounds.Count),
            round => new(service.Port, Measured(round), false, 30)
        );
        Bed.Expect(ours.Together, 201);

        string[][] Measured(int round) =>
            [.. requests.Select(all => all[(first + round * each)..(first + (round + 1) * each)])];

        var name = $"write: complete hold, {clients} clients";
        void AtLeast(string against, double limit, double? bar) =>
            bed.Lines.Add(
                Measurement.AtLeast($"{name} / {against}", bed.Engine, ours.PerSecond, "/s", limit, bars ? bar : null)
            );
        AtLeast("bare Kestrel POST", limit.PerSecond, bed.OnSqlite(0.10));
        if (bed.IsSqlite)
        {
            AtLeast("in-process", inProcess, 0.45);
            AtLeast("in-process, one fsync each", await OneFsyncEach(bed, clients), 1.0);
        }
        else
            AtLeast("in-process", inProcess, 0.60);
        bed.Lines.Add(
            Measurement.Below($"{name}: p99", bed.Engine, ours.Together.P99, "ms", bars ? bed.OnSqlite(50) : null)
        );
        if (!bars)
            return;
        bed.Lines.Add(
            Measurement.AtMost(
                "cost: CPU time a booking / bare Kestrel POST",
                bed.Engine,
                ours.Cpu,
                "µs",
                limit.Cpu,
                null
            )
        );
        bed.Lines.Add(
            Measurement.Below("cost: memory under load (RSS)", bed.Engine, service.ResidentMegabytes, "MB", null)
        );
    }

    static async Task<double> OneFsyncEach(Bed bed, int clients)
    {
        await using var db = await Bed.Opened(await bed.NewDatabase($"single{clients}"), groupCommit: false);
        return await InProcess(db, await Market.Open(db, 1_000, clients, Bed.Now()), clients, "single");
    }

    /// <summary>For a profiler: nothing but holds, without HTTP.</summary>
    public static async Task<(double PerSecond, double Microseconds)> InProcess(
        string database,
        int clients,
        int sessions
    )
    {
        await using var db = await Bed.Opened(database);
        await InProcess(db, await Market.Open(db, sessions / 2, clients, Bed.Now()), clients, "warm");
        var market = await Market.Open(db, sessions, clients, Bed.Now());
        var before = Environment.CpuUsage.TotalTime;
        var perSecond = await InProcess(db, market, clients, "profile");
        return (perSecond, (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / (sessions * 8.0));
    }

    /// <summary>Half of the holds warm up, half are measured.</summary>
    /// <param name="apart">
    /// Each caller is in a session of its own at any moment. Else eight ask for the seats of one: on PostgreSQL they would
    /// wait for its row, and of sixteen connections two would work, where the service with more sessions than connections
    /// keeps all of them at work. For SQLite's one writer it is all the same, and the service's own order stays.
    /// </param>
    static async Task<double> InProcess(Database db, Market market, int clients, string round, bool apart = false)
    {
        var groups = Math.Max(1, clients / 8);
        var turns = apart ? market.Sessions.Length / clients * 8 : market.Sessions.Length / groups;
        await Run(0, turns / 2);
        var started = Stopwatch.GetTimestamp();
        await Run(turns / 2, turns);
        return (double)clients * (turns - turns / 2) / Stopwatch.GetElapsedTime(started).TotalSeconds;

        Task Run(int from, int to) =>
            Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(() => Hold(client, from, to))));

        async Task Hold(int client, int from, int to)
        {
            var (companyId, accountId, _) = market.Companies[client];
            var standing = new Standing(CallerKind.Company, accountId, companyId, Permission.None, null);
            for (var turn = from; turn < to; turn++)
            {
                var caller = Caller.Internal(standing, Bed.Now(), $"{round}-{client}-{turn}");
                // Eight turns go round as many sessions as there are callers, each caller one further at each turn.
                var sessionId = market.Sessions[
                    apart ? turn / 8 * clients + (client + turn % 8) % clients : turn * groups + client / 8
                ];
                var outcome = await ReserveSeat.Execute(db, caller, companyId, sessionId, caller.Now);
                if (outcome.Refusal is { } refusal)
                    throw new InvalidOperationException(refusal.Code);
            }
        }
    }
}
