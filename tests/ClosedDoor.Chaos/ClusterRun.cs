using System.Text;
using System.Text.Json;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Chaos;

/// <summary>Three instances on one PostgreSQL: what one knows, all know; and they are renewed from one release to the next.</summary>
sealed class ClusterRun(string dll, string? previous, Verdict verdict)
{
    const int Instances = 3;
    const string Owner = "owner@example.com";
    const string Password = "a-long-owner-passphrase";

    public async Task Run()
    {
        using var scratch = new Scratch();
        using var mail = new MailSink();
        await using var server = await PostgresServer.Start(scratch, patience: 30);
        if (server is null || !LoadBalancer.Installed)
        {
            verdict.Wrong(
                "PostgreSQL and nginx have to be installed (Debian: apt-get install postgresql nginx-light)."
            );
            return;
        }
        await OnAnEmptyDatabase(scratch, server, mail);
        if (!verdict.Clean)
            return;

        var location = await server.Make("renewed");
        using var stripe = await Sandbox.Start(seed: 1);
        var all = New(scratch, location, mail, stripe, ("CLOSEDDOOR_HOLD_SECONDS", "12"));
        try
        {
            await new RollingUpgrade(dll, previous, all, verdict, stripe).Run(
                scratch,
                location,
                mail,
                (Owner, Password)
            );
            if (!verdict.Clean)
                Console.WriteLine(string.Join('\n', all.Select(one => one.Tail())));
        }
        finally
        {
            await End(all);
        }
    }

    /// <summary>All of this release, and all at once.</summary>
    async Task OnAnEmptyDatabase(Scratch scratch, PostgresServer server, MailSink mail)
    {
        using var stripe = await Sandbox.Start(seed: 1);
        // With holds of the usual length: no sweep is looked at here, and a first answer may take long.
        var all = New(scratch, server.Location, mail, stripe);
        try
        {
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
            await SignedInEverywhere(all, new Uri($"http://127.0.0.1:{balancer.Port}"));
            var now = Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow());
            var market = await Market.Lay(database, sessions: 1, seats: 3, companies: 2, now);
            await KeysHoldAcross(all, market, database);
            await new PaidAcross(all, stripe, database, verdict).Take(market.Sessions[0], market.Companies[1]);
        }
        finally
        {
            await End(all);
        }
    }

    Instance[] New(
        Scratch scratch,
        string location,
        MailSink mail,
        Sandbox stripe,
        params (string Name, string Value)[] more
    ) =>
        [
            .. new[] { "first", "second", "third" }.Select(name =>
            {
                var instance = new Instance(name, dll, scratch, scratch.In("data"), location, mail.Port);
                instance.Settings.AddRange([
                    ("CLOSEDDOOR_OWNER_EMAIL", Owner),
                    ("CLOSEDDOOR_OWNER_PASSWORD", Password),
                    ("CLOSEDDOOR_TRUSTED_PROXIES", "127.0.0.1"),
                    // Longer than a busy machine takes to notice that it is not ready any more.
                    ("CLOSEDDOOR_DRAIN_SECONDS", "5"),
                    .. stripe.Settings,
                    .. more,
                ]);
                return instance;
            }),
        ];

    static async Task End(Instance[] all)
    {
        foreach (var instance in all)
            await instance.DisposeAsync();
    }

    async Task SignedInEverywhere(Instance[] all, Uri front)
    {
        using var body = new StringContent(
            JsonSerializer.Serialize(new { email = Owner, password = Password }),
            Encoding.UTF8,
            "application/json"
        );
        using var signedIn = await all[0].Patient.PostAsync("/api/v1/auth/sign-in", body);
        var token = JsonDocument
            .Parse(await signedIn.Content.ReadAsStringAsync())
            .RootElement.GetProperty("accessToken")
            .GetString();
        using var through = Instance.NewClient(front.ToString(), Instance.LongestWhole);
        foreach (var client in all.Select(one => one.Patient).Append(through))
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
        var (company, token) = market.Companies[0];
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 30)
                .Select(i =>
                    new Asker(
                        () => [all[i % Instances].Client.BaseAddress!],
                        new Random(i),
                        verdict,
                        new Counts(),
                        cuts: 0,
                        longest: Instance.LongestWhole
                    ).Ask(
                        HttpMethod.Post,
                        $"/sessions/{market.Sessions[0]}/reservations",
                        token,
                        new { },
                        "one-key-for-all"
                    )
                )
        );
        var made = await Count(database, $"SELECT COUNT(*) FROM reservation WHERE company_id = '{company}'");
        verdict.Check(
            made == 1
                && answers.All(answer => answer is { Status: 201 })
                && answers.Select(answer => answer!.Text("id")).Distinct().Count() == 1
                && answers.Count(answer => !answer!.Replayed) == 1,
            "an idempotency key at three instances at once has one effect and one answer"
        );
    }

    static Task<long> Count(Database database, string sql) => database.Read(read => read.Get<long>(sql));
}
