using ClosedDoor.Platform.Backup;
using ClosedDoor.Platform.Data;
using Microsoft.Data.Sqlite;
using NodaTime;

namespace ClosedDoor.Chaos;

/// <summary>
/// Load while things break: on PostgreSQL with two instances, then on SQLite with one on a small disk. Which faults come
/// in which order, and what each who books, invites or contests draws next, follows from the seed; what they are answered,
/// and when exactly, the machine has its say in.
/// </summary>
sealed class FaultsRun(string dll, int seed, TimeSpan length, Verdict verdict)
{
    const int Companies = 8;
    const int Organizers = 3;

    /// <summary>What a stopped worker may have handed over and not finished: its whole batch, of each instance.</summary>
    const int InOneBatch = 32;

    /// <summary>Until the last hold has lapsed that the waitlists still gave out: before, there may be a change every moment.</summary>
    static readonly TimeSpan LongestToSnapshot = TimeSpan.FromMinutes(2);

    string _organizer = "";

    public async Task Run()
    {
        await OnPostgres(length / 2);
        await OnSqlite(length / 2);
    }

    async Task OnPostgres(TimeSpan time)
    {
        Console.WriteLine($"PostgreSQL, two instances, {time.TotalSeconds:F0} s");
        using var scratch = new Scratch();
        using var mail = new MailSink();
        using var stripe = await Sandbox.Start(seed);
        await using var disk = await SmallDisk.Mount(scratch, "postgres", megabytes: 320);
        if (disk is null)
            Verdict.NotTried("PostgreSQL's full disk: mounting a small file system takes root");
        await using var server = await PostgresServer.Start(scratch, patience: 5);
        if (server is null)
        {
            verdict.Wrong("PostgreSQL is not installed (Debian: apt-get install postgresql).");
            return;
        }
        await using var first = await New("first", scratch, scratch.In("data"), server.Location, mail, stripe);
        await using var second = await New("second", scratch, scratch.In("data"), server.Location, mail, stripe);
        var faults = new Faults([first, second], mail, stripe, new Random(seed), verdict);
        faults.Add(
            "PostgreSQL crashes and comes back",
            async () =>
            {
                await server.Crash();
                await faults.While();
                await server.Resume();
            },
            unnoted: 2
        );
        if (disk is not null)
            faults.Add(
                "PostgreSQL's disk is full",
                async () =>
                {
                    await disk.FillWhile(faults.WhileLonger, () => server.TimesFull, verdict);
                    await server.Resume(); // Unless it has come back by itself.
                },
                unnoted: 2
            );
        await Under(faults, server.Location, mail, stripe, time);
        if (disk is not null)
            verdict.Check(server.TimesFull > 0, "PostgreSQL noticed that its disk was full");
    }

    async Task OnSqlite(TimeSpan time)
    {
        Console.WriteLine($"SQLite, one instance on a small disk, {time.TotalSeconds:F0} s");
        using var scratch = new Scratch();
        using var mail = new MailSink();
        using var stripe = await Sandbox.Start(seed);
        await using var disk = await SmallDisk.Mount(scratch, "disk", megabytes: 96);
        if (disk is null)
            Verdict.NotTried("the full disk: mounting a small file system takes root");
        var folder = disk?.Folder ?? scratch.In("data");
        var location = Path.Combine(folder, "closeddoor.db");
        var snapshots = scratch.In("snapshots");
        Booker[] bookers;
        Inviter[] inviters;
        Outsiders others;
        string? last;
        await using (var only = await New("only", scratch, folder, location, mail, stripe))
        {
            only.Settings.Add(("CLOSEDDOOR_SNAPSHOTS", snapshots));
            only.Settings.Add(("CLOSEDDOOR_SNAPSHOT_SECONDS", "3"));
            var faults = new Faults([only], mail, stripe, new Random(seed + 1), verdict);
            if (disk is not null)
                faults.Add(
                    "the disk is full",
                    () => disk.FillWhile(only, faults.While, _organizer, verdict),
                    unnoted: 1
                );
            (bookers, inviters, others) = await Under(faults, location, mail, stripe, time);
            disk?.Judge(verdict);
            last = await SnapshotOfAll(snapshots, location);
        }

        verdict.Check(last is not null, "the last snapshot has every change that was committed");
        if (last is null)
            return;
        try
        {
            var now = Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow());
            await VerifyBackup.Run(Market.SettingsFor(location), last, now);
            verdict.Check(true, "the last snapshot can be restored");
        }
        catch (BackupException e)
        {
            verdict.Wrong(e.Message);
        }
        await using var over = Market.Open(location);
        await new Controls(over, bookers, inviters, others, mail, stripe).Check(verdict);
    }

    /// <summary>
    /// The snapshot that was written last, once it has as many changes as the database: snapshots that had stopped at the
    /// first fault would be sound, too. Not by its name, which is of the future when a clock was ahead.
    /// </summary>
    static async Task<string?> SnapshotOfAll(string folder, string location)
    {
        await using var database = Market.Open(location);
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < LongestToSnapshot)
        {
            var last = Snapshots.In(folder).Select(one => one.Path).MaxBy(File.GetLastWriteTimeUtc);
            try
            {
                if (last is not null && await Changes(database) == await ChangesIn(last))
                    return last;
            }
            catch (SqliteException)
            {
                // Outdated meanwhile, and deleted: one whose clock was back.
            }
            await Task.Delay(500);
        }
        return null;

        static async Task<long> ChangesIn(string snapshot)
        {
            await using var copy = SqliteCopy.Open(snapshot, SqliteOpenMode.ReadOnly);
            await using var count = copy.CreateCommand();
            count.CommandText = "SELECT COUNT(*) FROM audit";
            return (long)(await count.ExecuteScalarAsync())!;
        }

        static Task<long> Changes(Database database) =>
            database.Read(read => read.Get<long>("SELECT COUNT(*) FROM audit"));
    }

    async Task<Instance> New(string name, Scratch scratch, string data, string location, MailSink mail, Sandbox stripe)
    {
        var instance = new Instance(name, dll, scratch, data, location, mail.Port)
        {
            Clock = await JumpingClock.Make(scratch, name),
        };
        instance.Settings.AddRange([("CLOSEDDOOR_HOLD_SECONDS", "12"), .. stripe.Settings]);
        return instance;
    }

    async Task<(Booker[], Inviter[], Outsiders)> Under(
        Faults faults,
        string location,
        MailSink mail,
        Sandbox stripe,
        TimeSpan time
    )
    {
        foreach (var instance in faults.Instances)
            await instance.Start();
        Market market;
        await using (var before = Market.Open(location))
        {
            var now = Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow());
            market = await Market.Lay(before, sessions: 8, seats: 3, Companies, now);
            _organizer = market.Finance;
        }
        var counts = new Counts();
        var addresses = faults.Instances.Select(one => one.Client.BaseAddress!).ToArray();
        // Repetitions, of which there are as many as the machine makes, draw from a chance of their own.
        Asker Repeating(int one) => new(() => addresses, new Random(one), verdict, counts, cuts: 0.05);
        var bookers = Enumerable
            .Range(0, Companies)
            .Select(company =>
            {
                var chance = seed * 1000 + company;
                return new Booker(market, company, Repeating(chance + 500), new Random(chance), "C", stripe);
            })
            .ToArray();
        var inviters = Enumerable
            .Range(1, Organizers)
            .Select(host =>
            {
                var chance = seed * 1000 + 900 + host;
                return new Inviter(market, host, Repeating(chance + 50), new Random(chance), "C");
            })
            .ToArray();
        await stripe.Tell(addresses, loss: 0.1, duplication: 0.2, longestDelay: 1500);
        using var stop = new CancellationTokenSource();
        var outsiders = new Outsiders(
            stripe,
            Repeating(seed * 1000 + 998),
            market.Finance,
            new Random(seed * 1000 + 999)
        );
        var load = bookers
            .Select(booker => Task.Run(() => booker.Run(stop.Token)))
            .Concat(inviters.Select(inviter => Task.Run(() => inviter.Run(stop.Token))))
            .Append(Task.Run(() => outsiders.Run(stop.Token)))
            .ToArray();

        await faults.Run(time);
        await using var database = Market.Open(location); // A new one: the connections of the other may have crashed.
        await new Enough(database, bookers, inviters, mail).Wait(() => Task.FromResult(outsiders.HaveActed));
        await stop.CancelAsync();
        await Task.WhenAll(load);
        await outsiders.Finish();

        Console.WriteLine($"  {counts}");
        await new Aftermath(database, stripe, verdict).Check(
            bookers,
            inviters,
            mail,
            Math.Max(1, faults.Unnoted * InOneBatch)
        );
        await outsiders.Check(database, verdict);
        if (!verdict.Clean)
        {
            foreach (var instance in faults.Instances)
                Console.WriteLine($"{instance.Name} said last:\n{instance.Tail()}");
        }
        return (bookers, inviters, outsiders);
    }
}
