using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Chaos;

/// <summary>
/// Instances of the previous release, on a database that it has made, are renewed one after the other by this release
/// under load, behind nginx, and one goes back in between. Without a previous release this one takes its place.
/// </summary>
sealed class RollingUpgrade(string dll, string? previous, Instance[] all, Verdict verdict, Sandbox stripe)
{
    const int Companies = 10;
    const int Organizers = 3;
    const int Sessions = 6;

    /// <summary>Of each kind that may come before the code that needs it: columns, indexes, tables.</summary>
    const string Expansion = """
        ALTER TABLE reservation ADD COLUMN of_next_release TEXT;
        ALTER TABLE session ADD COLUMN of_next_release BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE outbox ADD COLUMN of_next_release TEXT;
        CREATE INDEX reservation_of_next_release ON reservation (of_next_release) WHERE of_next_release IS NOT NULL;
        CREATE TABLE next_release (
          id TEXT PRIMARY KEY,
          reservation_id TEXT REFERENCES reservation (id)
        );
        """;

    readonly string _before = previous ?? dll;

    readonly string _name = previous is null ? "this release in the previous one's place" : "the previous release";

    public async Task Run(Scratch scratch, string location, MailSink mail, (string Email, string Password) owner)
    {
        if (previous is null)
            Verdict.NotTried("the previous release beside this one: it was not built, for the reason above");
        await using var database = Market.Open(location);
        await StartBefore();
        if (!verdict.Clean)
            return;
        var releases = new TwoReleases(_name, all[1], all[0], owner, verdict);
        var left = await releases.WriteBefore();
        await Renew(all[0], dll, workers: false);
        var migrations = await Count(database, "SELECT COUNT(*) FROM migration");
        verdict.Check(
            migrations == Migrator.Known.Count && all[1].Running && all[2].Running,
            $"this release has migrated what {_name} made and serves on ({migrations} migrations)"
        );
        await releases.ReadAfter(left);

        // The last session and the last companies are left alone by the load.
        var now = Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow());
        var market = await Market.Lay(database, Sessions + 1, seats: 3, Companies + 3, now);
        var booking = new BookedAcross(market, market.Sessions[Sessions], database, mail, verdict);
        await releases.ShareSignIns();
        await booking.Take(market.Companies[Companies], all[1], all[0], $"at {_name}");
        await booking.Take(market.Companies[Companies + 1], all[0], all[1], "at this release");
        await booking.Delivered(by: $"{_name} alone");
        if (!verdict.Clean)
            return;

        await using var balancer = new LoadBalancer(scratch, all);
        await balancer.Start();
        await UnderLoad(
            new Uri($"http://127.0.0.1:{balancer.Port}"),
            market with
            {
                Sessions = market.Sessions[..Sessions],
            },
            database,
            mail,
            async counts =>
            {
                await Task.Delay(3000);
                await Renew(all[1], dll, workers: true);
                await Renew(all[2], _before, workers: false);
                await booking.Take(market.Companies[Companies + 2], all[2], all[1], $"at {_name} under load");
                await booking.Delivered(by: "this release alone");
                await new EveryRead(database, market, verdict).At(all[2], _name);
                await Renew(all[0], dll, workers: true);
                await Renew(all[2], dll, workers: true);
                verdict.Check(
                    counts.Failed == 0,
                    $"renewing one instance after the other under load, from {_name} to this, fails no request ({counts})"
                );
                await NextRelease(counts, database);
            }
        );
        all[2].Dll = _before;
        verdict.Check(
            await all[2].Command("check-invariants") == 0,
            $"the invariants of {_name}, which it checks itself, hold"
        );
    }

    async Task StartBefore()
    {
        foreach (var instance in all)
        {
            instance.Dll = _before;
            instance.Launch();
        }
        foreach (var instance in all)
        {
            if (!await instance.Ready(TimeSpan.FromSeconds(60)))
                verdict.Wrong($"{instance.Name} does not start as {_name}:\n{instance.Tail()}");
        }
    }

    async Task UnderLoad(Uri front, Market market, Database database, MailSink mail, Func<Counts, Task> renewals)
    {
        var counts = new Counts();
        Asker Through(Random random) =>
            new(() => [front], random, verdict, counts, cuts: 0, longest: Instance.LongestWhole);
        var bookers = Enumerable
            .Range(0, Companies)
            .Select(company => new Booker(
                market,
                company,
                Through(new Random(company)),
                new Random(100 + company),
                "R",
                stripe
            ))
            .ToArray();
        var inviters = Enumerable
            .Range(1, Organizers)
            .Select(host =>
            {
                var random = new Random(900 + host);
                return new Inviter(market, host, Through(random), random, "R");
            })
            .ToArray();
        await stripe.Tell([front], loss: 0.1, duplication: 0.2, longestDelay: 1500);
        using var stop = new CancellationTokenSource();
        var load = bookers
            .Select(booker => Task.Run(() => booker.Run(stop.Token)))
            .Concat(inviters.Select(inviter => Task.Run(() => inviter.Run(stop.Token))))
            .ToArray();
        await renewals(counts);

        // Past the holds that were left to lapse, so that every instance has swept.
        await Task.Delay(TimeSpan.FromSeconds(14));
        await new Enough(database, bookers, inviters, mail).Wait(async () => await Lapsed() > 0);
        await stop.CancelAsync();
        await Task.WhenAll(load);
        var lapsed = await Lapsed();
        verdict.Check(lapsed > 0, $"holds lapsed while three instances swept ({lapsed})");
        await new Aftermath(database, stripe, verdict).Check(bookers, inviters, mail, mostUnnoted: 0);

        Task<long> Lapsed() => Count(database, "SELECT COUNT(*) FROM audit WHERE action = 'reservation.expired'");
    }

    /// <summary>
    /// What the next release will do: it expands the schema under load, while this release, which is then the previous
    /// one, goes on serving, and starts anew.
    /// </summary>
    async Task NextRelease(Counts counts, Database database)
    {
        var now = Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow());
        var applied = await new Migrator(database).Apply(
            now,
            [.. Migrator.Known, new("9999_next_release.sql", Expansion)]
        );
        await Task.Delay(2000);
        await Renew(all[1], dll, workers: true);
        await Task.Delay(2000);
        verdict.Check(
            applied == 1 && all[1].Running && counts.Failed == 0,
            $"this release serves, and starts, on a schema that the next one has expanded under load ({counts})"
        );
    }

    /// <summary>Ends an instance as a supervisor does, and starts it as that release.</summary>
    async Task Renew(Instance instance, string release, bool workers)
    {
        var began = TimeProvider.System.GetTimestamp();
        await instance.Stop();
        await instance.Ended();
        Console.WriteLine($"  {instance.Name} ended in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:F1} s");
        (instance.Dll, instance.Workers) = (release, workers);
        instance.Launch();
        if (!await instance.Ready(TimeSpan.FromSeconds(60)))
            verdict.Wrong($"{instance.Name} does not come back:\n{instance.Tail()}");
        await Task.Delay(1500); // Until it has its share of the requests again.
    }

    static Task<long> Count(Database database, string sql) => database.Read(read => read.Get<long>(sql));
}
