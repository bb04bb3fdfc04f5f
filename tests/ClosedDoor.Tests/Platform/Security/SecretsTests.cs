using System.Text.Json;
using ClosedDoor.Tests.Features.BankStatements;
using ClosedDoor.Tests.Features.Door;
using ClosedDoor.Tests.Features.Guests;
using ClosedDoor.Tests.Features.Payments.Stripe;
using ClosedDoor.Tests.Given;
using Npgsql;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Security;

/// <summary>Passwords, tokens, keys and people's data, through success, refusal, crash and outage: never in the log, never in a problem.</summary>
public class SecretsTests
{
    const string Password = "correct-horse-battery-staple";
    const string WrongPassword = "tr0ub4dor-and-three-more";
    const string OfDatabase = "database-password-of-ours";
    const string OfOwner = "owner-password-of-ours";
    const string OfStripe = "sk_test_key_of_ours";
    const string OfWebhook = "whsec_secret_of_ours";
    const string BankAccount = "6222000011112222";

    [Test]
    public async Task Neither_log_nor_problem_tells_a_secret()
    {
        await using var stored = await TestHost.Create();
        await using var host = stored.Another(
            ("CLOSEDDOOR_DATABASE", stored.Store.Location + (TestDatabase.IsPostgres ? $";Password={OfDatabase}" : "")),
            ("CLOSEDDOOR_OWNER_EMAIL", "owner.of.all@example.com"),
            ("CLOSEDDOOR_OWNER_PASSWORD", OfOwner),
            ("CLOSEDDOOR_STRIPE_API", "http://127.0.0.1:1"),
            ("CLOSEDDOOR_STRIPE_KEY", OfStripe),
            ("CLOSEDDOOR_STRIPE_WEBHOOK_SECRET", OfWebhook),
            ("CLOSEDDOOR_ACCESS_LOG", "true"),
            ("CLOSEDDOOR_SMTP_HOST", "127.0.0.1"),
            ("CLOSEDDOOR_SMTP_PORT", "1"),
            ("CLOSEDDOOR_SMTP_USER", "smtp-user"),
            ("CLOSEDDOOR_SMTP_PASSWORD", "smtp-password-of-ours")
        );
        var owner = await host.Given.Owner();
        var key = (await owner.Post("/api-keys", new { name = "键", scopes = new[] { "organize" } }))
            .Expect(201)["key"]
            .GetString()!;
        var secrets = new List<string>
        {
            Password,
            WrongPassword,
            key,
            owner.Token!,
            "smtp-password-of-ours",
            "secret.person@example.com",
            "示例隐私人",
            "13898765432",
            BankAccount,
            OfDatabase,
            OfOwner,
            OfStripe,
            OfWebhook,
        };
        var problems = new List<Reply>();
        async Task<Reply> Ask(Func<Task<Reply>> ask)
        {
            var reply = await ask();
            if (reply.Status >= 400)
                problems.Add(reply);
            return reply;
        }
        object SignUp(string uscc) =>
            new
            {
                name = "示例企业一",
                uscc,
                password = Password,
                contact = new
                {
                    name = "示例隐私人",
                    email = "secret.person@example.com",
                    phone = "13898765432",
                },
            };

        (
            await Ask(() => host.Anonymous.Post("/companies", SignUp(Given.Given.Uscc(7654321).ToString()), key: "k1"))
        ).Expect(201);
        await Ask(() => host.Anonymous.Post("/companies", SignUp(Given.Given.Uscc(7654321).ToString())));
        await Ask(() => host.Anonymous.Post("/companies", SignUp("wrong")));
        var tokens = await Ask(() =>
            host.Anonymous.Post("/auth/sign-in", new { email = "secret.person@example.com", password = Password })
        );
        secrets.Add(tokens.Expect(200)["accessToken"].GetString()!);
        secrets.Add(tokens["refreshToken"].GetString()!);
        await Ask(() =>
            host.Anonymous.Post("/auth/sign-in", new { email = "secret.person@example.com", password = WrongPassword })
        );
        await Ask(() => host.Anonymous.Post("/auth/refresh", new { refreshToken = secrets[^1] + "x" }));
        await Ask(() => host.As(key + "x").Get("/me"));
        await Ask(() => host.As(key).Get($"/companies?limit={secrets[^2]}"));
        await Ask(() =>
            host.As(secrets[^2]).Post("/me/password", new { currentPassword = WrongPassword, newPassword = Password })
        );
        var session = await host.Given.PublishedSession();
        var company = await host.Given.VettedCompany();
        var held = await host.Given.Hold(company, session);
        (await Ask(() => Till.Choose(company, held))).Expect(201);
        await host.Get<ClosedDoor.Platform.Outbox.OutboxWorker>().RunOnce(host.Time.Now); // Nothing listens there.
        Assert.That(
            await host.Query<string>("SELECT last_error FROM outbox WHERE kind = 'checkout.open.v1'"),
            Does.StartWith("StripeUnavailableException")
        );

        (
            await Ask(() =>
                host.Anonymous.Post("/auth/sign-in", new { email = "owner.of.all@example.com", password = OfOwner })
            )
        ).Expect(200);
        (await Ask(() => host.Anonymous.Post("/webhooks/stripe", new { id = "evt_1" }))).Expect(400);
        secrets.AddRange(await AtTheDoor(host, owner, session, Ask));
        await AtTheBank(host, owner, Ask);

        await host.Tamper("ALTER TABLE account RENAME TO gone");
        await Ask(() =>
            host.Anonymous.Post("/auth/sign-in", new { email = "secret.person@example.com", password = Password })
        );
        await Ask(() => host.Anonymous.Post("/companies", SignUp(Given.Given.Uscc(7654322).ToString())));
        if (TestDatabase.IsPostgres)
        {
            await Bar(stored.Store);
            // The first finds its connection cut off, and a later one gets none.
            for (var i = 0; i < 4; i++)
                Assert.That((await Ask(() => host.Anonymous.Get("/sessions"))).Status, Is.AtLeast(500));
        }

        Assert.That(problems.Select(problem => problem.Status), Does.Contain(500).And.Contain(401).And.Contain(422));
        Assert.That(host.Log.Lines, Is.Not.Empty);
        foreach (var secret in secrets)
        {
            Assert.That(host.Log.Text, Does.Not.Contain(secret), secret);
            Assert.That(host.Log.Text, Does.Not.Contain(JsonEncodedText.Encode(secret).ToString()), secret);
            Assert.That(
                problems.Where(problem => problem.Status != 404).Select(problem => problem.Text),
                Has.None.Contains(secret),
                secret
            );
        }
        foreach (var inside in new[] { "SELECT", "Npgsql", "Sqlite", "at ClosedDoor.", "gone" })
            Assert.That(problems.Select(problem => problem.Text), Has.None.Contains(inside));
    }

    /// <summary>Money from a person's account: queued, held against a payment that is none, and in an outage.</summary>
    static async Task AtTheBank(TestHost host, ApiClient finance, Func<Func<Task<Reply>>, Task<Reply>> ask)
    {
        BankStatementFile File() => new BankStatementFile(host).Row("1.00", "示例隐私人", "货款", account: BankAccount);
        var line = (await ask(() => File().Import(finance))).Expect(200)["lines"][0].GetProperty("lineId").GetString();
        Assert.That(
            await host.Query<long>(
                "SELECT COUNT(*) FROM bank_line WHERE payer_account = @BankAccount",
                new { BankAccount }
            ),
            Is.EqualTo(1)
        );
        (await ask(() => finance.Post($"/bank-lines/{line}/match", new { paymentId = BankAccount }))).Expect(422);
        await host.Tamper("ALTER TABLE bank_line RENAME TO gone_line");
        (await ask(() => File().Import(finance))).Expect(500);
    }

    /// <summary>Lets nobody connect to it any more.</summary>
    static async Task Bar(TestDatabase store)
    {
        var there = new NpgsqlConnectionStringBuilder(store.Location);
        var name = there.Database!;
        there.Database = "postgres";
        await using var server = TestStores.Open(there.ToString());
        await server.Write("test", tx => tx.Execute($"ALTER DATABASE {name} ALLOW_CONNECTIONS false"));
        await server.Read(read =>
            read.All<bool>("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = @name", new { name })
        );
    }

    /// <summary>A guest's link and ticket, a device's code and token: used, used up, and mistyped.</summary>
    static async Task<string[]> AtTheDoor(
        TestHost host,
        ApiClient owner,
        string session,
        Func<Func<Task<Reply>>, Task<Reply>> ask
    )
    {
        var invitation = await owner.Invite(session, await owner.Expert());
        var link = (await owner.Post($"/invitations/{invitation}/links")).Expect(200)["token"].GetString()!;
        (await ask(() => host.As(link).Post("/invitation/accept"))).Expect(200);
        await ask(() => host.As(link).Post("/invitation/accept", new { availability = link }));
        await ask(() => host.As(link + "x").Get("/invitation"));
        (await owner.Post($"/sessions/{session}/tickets")).Expect(200);
        var ticket = await host.As(link).Ticket();
        var code = (await owner.Post($"/sessions/{session}/door-devices", new { name = "一号门" })).Expect(201)["code"];
        var paired = (await ask(() => host.Anonymous.Post("/door/pair", new { code = code.GetString() }))).Expect(200);
        var device = paired["token"].GetString()!;
        (await ask(() => host.Anonymous.Post("/door/pair", new { code = code.GetString() }))).Expect(409);
        (await ask(() => host.As(device).Scan(ticket, "first"))).Expect(200);
        await ask(() => host.As(device).Scan(ticket, ticket));
        await ask(() => host.As(device + "x").Scan(ticket, "second"));
        return [link, ticket, code.GetString()!, device];
    }
}
