using System.Text;
using System.Text.Json;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Chaos;

/// <summary>Three instances on one PostgreSQL behind nginx: what one knows, all know; and no request is lost when they are renewed.</summary>
sealed class ClusterRun(string dll, string? previous, Verdict verdict)
{
    const int Companies = 10;
    const int Organizers = 3;
    const string Owner = "owner@example.com";
    const string Password = "a-long-owner-passphrase";

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

    public async Task Run()
    {
        using var scratch = new Scratch();
        using var mail = new MailSink();
        await using var server = await PostgresServer.Start(scratch);
        if (server is null || !LoadBalancer.Installed)
        {
            verdict.Wrong(
                "PostgreSQL and nginx have to be installed (Debian: apt-get install postgresql nginx-light)."
            );
            return;
        }
        var data = scratch.In("data");
        await using var first = New("first", scratch, data, server, mail);
        await using var second = New("second", scratch, data, server, mail);
        await using var third = New("third", scratch, data, server, mail);
        Instance[] all = [first, second, third];

        foreach (var instance in all)
            instance.Launch();
        foreach (var instance in all)
            verdict.Check(
                await instance.Ready(TimeSpan.FromSeconds(60)),
                $"{instance.Name} starts beside the others on an empty database"
            );
        if (!verdict.Clean)
        {
            Console.WriteLine(string.Join('\n', all.Select(one => one.Tail())));
            return;
        }
        await using var database = Market.Open(server.Location);
        verdict.Check(
            await Count(database, "SELECT COUNT(*) FROM migration") == Migrator.Known.Count
                && await Count(database, "SELECT COUNT(*) FROM account") == 1,
            "migrations and the first owner were made once"
        );
        await using var balancer = new LoadBalancer(scratch, all);
        await balancer.Start();
        var front = new Uri($"http://127.0.0.1:{balancer.Port}");

        await SignedInEverywhere(all, front);
        var now = Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow());
        var market = await Market.Lay(database, sessions: 6, seats: 3, Companies + 1, now);
        await KeysHoldAcross(all, market, database);
        await RollingRestart(all, front, market, database, mail);
    }

    Instance New(string name, Scratch scratch, string data, PostgresServer server, MailSink mail)
    {
        var instance = new Instance(name, dll, scratch, data, server.Location, mail.Port);
        instance.Settings.AddRange([
            ("CLOSEDDOOR_OWNER_EMAIL", Owner),
            ("CLOSEDDOOR_OWNER_PASSWORD", Password),
            ("CLOSEDDOOR_TRUSTED_PROXIES", "127.0.0.1"),
            ("CLOSEDDOOR_DRAIN_SECONDS", "2"),
            ("CLOSEDDOOR_HOLD_SECONDS", "8"),
        ]);
        return instance;
    }

    async Task SignedInEverywhere(Instance[] all, Uri front)
    {
        using var body = new StringContent(
            JsonSerializer.Serialize(new { email = Owner, password = Password }),
            Encoding.UTF8,
            "application/json"
        );
        using var signedIn = await all[0].Client.PostAsync("/api/v1/auth/sign-in", body);
        var token = JsonDocument
            .Parse(await signedIn.Content.ReadAsStringAsync())
            .RootElement.GetProperty("accessToken")
            .GetString();
        using var through = Instance.NewClient(front.ToString());
        foreach (var client in all.Select(one => one.Client).Append(through))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/me");
            request.Headers.Authorization = new("Bearer", token);
            using var me = await client.SendAsync(request);
            verdict.Check(me.IsSuccessStatusCode, $"a sign-in on one instance works at {client.BaseAddress}");
        }
    }

    /// <summary>One key at all instances at once, many times over: one effect, and one answer for all.</summary>
    async Task KeysHoldAcross(Instance[] all, Market market, Database database)
    {
        var token = market.Companies[Companies].Token; // Of a company that the load leaves alone.
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 30)
                .Select(i =>
                    new Caller(
                        () => [all[i % 3].Client.BaseAddress!],
                        new Random(i),
                        verdict,
                        new Counts(),
                        cuts: 0
                    ).Ask(
                        HttpMethod.Post,
                        $"/sessions/{market.Sessions[0]}/reservations",
                        token,
                        new { },
                        "one-key-for-all"
                    )
                )
        );
        var made = await Count(
            database,
            $"SELECT COUNT(*) FROM reservation WHERE company_id = '{market.Companies[Companies].Id}'"
        );
        verdict.Check(
            made == 1
                && answers.All(answer => answer is { Status: 201 })
                && answers.Select(answer => answer!.Text("id")).Distinct().Count() == 1
                && answers.Count(answer => !answer!.Replayed) == 1,
            "an idempotency key at three instances at once has one effect and one answer"
        );
    }

    async Task RollingRestart(Instance[] all, Uri front, Market market, Database database, MailSink mail)
    {
        var counts = new Counts();
        var bookers = Enumerable
            .Range(0, Companies)
            .Select(company => new Booker(
                market,
                company,
                new Caller(() => [front], new Random(company), verdict, counts, cuts: 0),
                new Random(100 + company),
                "R"
            ))
            .ToArray();
        var inviters = Enumerable
            .Range(1, Organizers)
            .Select(host =>
            {
                var random = new Random(900 + host);
                return new Inviter(
                    market,
                    host,
                    new Caller(() => [front], random, verdict, counts, cuts: 0),
                    random,
                    "R"
                );
            })
            .ToArray();
        using var stop = new CancellationTokenSource();
        var load = bookers
            .Select(booker => Task.Run(() => booker.Run(stop.Token)))
            .Concat(inviters.Select(inviter => Task.Run(() => inviter.Run(stop.Token))))
            .ToArray();
        await Task.Delay(3000);
        foreach (var instance in all)
            await Renew(instance);
        verdict.Check(
            counts.Failed == 0,
            $"renewing one instance after the other under load fails no request ({counts})"
        );

        await NextRelease(all, counts, database);
        if (previous is null)
        {
            Verdict.NotTried("the previous release on this schema: there is none to compare with yet");
        }
        else
        {
            all[2].Dll = previous;
            await Renew(all[2]);
            await Task.Delay(5000);
            verdict.Check(
                all[2].Running && counts.Failed == 0,
                $"the previous release serves beside this one ({counts})"
            );
        }

        // Past the holds that were left to lapse, so that every instance has swept.
        await Task.Delay(TimeSpan.FromSeconds(15));
        await stop.CancelAsync();
        await Task.WhenAll(load);
        verdict.Check(
            await Count(database, "SELECT COUNT(*) FROM audit WHERE action = 'reservation.expired'") > 0,
            "holds lapsed while three instances swept"
        );
        await new Aftermath(database, verdict).Check(bookers, inviters, mail, mostUnnoted: 0);
        if (!verdict.Clean)
            Console.WriteLine(string.Join('\n', all.Select(one => one.Tail())));
    }

    /// <summary>
    /// What the next release will do: it expands the schema under load, while this release, which is then the previous
    /// one, goes on serving, and starts anew.
    /// </summary>
    async Task NextRelease(Instance[] all, Counts counts, Database database)
    {
        var now = Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow());
        var applied = await new Migrator(database).Apply(
            now,
            [.. Migrator.Known, new("9999_next_release.sql", Expansion)]
        );
        await Task.Delay(2000);
        await Renew(all[1]);
        await Task.Delay(2000);
        verdict.Check(
            applied == 1 && all[1].Running && counts.Failed == 0,
            $"this release serves, and starts, on a schema that the next one has expanded under load ({counts})"
        );
    }

    async Task Renew(Instance instance)
    {
        var began = TimeProvider.System.GetTimestamp();
        await instance.Stop();
        await instance.Ended();
        Console.WriteLine($"  {instance.Name} ended in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:F1} s");
        instance.Launch();
        if (!await instance.Ready(TimeSpan.FromSeconds(60)))
            verdict.Wrong($"{instance.Name} does not come back:\n{instance.Tail()}");
        await Task.Delay(1500); // Until it has its share of the requests again.
    }

    static Task<long> Count(Database database, string sql) => database.Read(read => read.Get<long>(sql));
}
