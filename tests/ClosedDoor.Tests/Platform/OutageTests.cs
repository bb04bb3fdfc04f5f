using System.Diagnostics;
using ClosedDoor.Domain;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using Microsoft.Data.Sqlite;
using Npgsql;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

/// <summary>The database fails: callers are told to come back, nothing is half done, and the service recovers by itself.</summary>
public class OutageTests
{
    /// <summary>SQLite takes the present size for the least.</summary>
    static readonly string[] FullOnSqlite = ["PRAGMA max_page_count = 1"];

    /// <summary>
    /// All that we see of the server's full disk is the code of its answer (disk_full), here to a session's 51st seat, when
    /// the session and half of its seats are written.
    /// </summary>
    static readonly string[] FullOnPostgres =
    [
        """
            CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql
            AS $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END $$
            """,
        "CREATE TRIGGER full_disk BEFORE INSERT ON seat FOR EACH ROW WHEN (NEW.number > 50) EXECUTE FUNCTION full_disk()",
    ];

    [Test]
    public async Task While_the_disk_is_full_writes_are_told_to_come_back_and_reads_go_on()
    {
        await using var host = await TestHost.Create();
        var organizer = await host.Given.Owner();
        var sessionId = await host.Given.PublishedSession();
        var before = await host.Query<long>("SELECT COUNT(*) FROM session");
        foreach (var sql in TestDatabase.IsPostgres ? FullOnPostgres : FullOnSqlite)
            await host.Tamper(sql);

        var refused = await FillUp(host, organizer);

        refused.Expect(503, "temporarily_unavailable");
        Assert.That(refused.Headers["Retry-After"], Is.EqualTo("5"));
        (await host.Anonymous.Get($"/sessions/{sessionId}")).Expect(200);
        // Many at once: each is answered, and the writer goes on.
        var many = await Races.Race.Run(20, _ => organizer.Post("/sessions", Large(host)));
        Assert.That(many.Select(reply => reply.Code), Does.Contain("temporarily_unavailable"));
        Assert.That(many.Select(reply => reply.Status), Is.All.AnyOf(503, 201));
        var made = await host.Query<long>("SELECT COUNT(*) FROM session");
        Assert.That(made, TestDatabase.IsPostgres ? Is.EqualTo(before) : Is.AtLeast(before));
        Assert.That(
            await host.Query<long>("SELECT COUNT(*) FROM audit WHERE action = 'session.created'"),
            Is.EqualTo(made)
        );

        await host.Tamper(
            TestDatabase.IsPostgres ? "DROP TRIGGER full_disk ON seat" : "PRAGMA max_page_count = 1000000"
        );
        (await organizer.Post("/sessions", Large(host))).Expect(201);
        Assert.That(
            await host.Query<long>("SELECT COUNT(*) FROM session"),
            Is.EqualTo(made + 1).And.GreaterThan(before)
        );
        Assert.That(
            await host.Query<long>("SELECT COUNT(*) FROM seat"),
            Is.EqualTo(await host.Query<long>("SELECT CAST(SUM(seat_cap) AS BIGINT) FROM session"))
        );
        if (!TestDatabase.IsPostgres)
            Assert.That(await host.Query<string>("PRAGMA integrity_check"), Is.EqualTo("ok"));
        await Races.Books.AuditIsWhole(host);
    }

    [Test]
    [On(Engine.Postgres, "SQLite's writer tries once for each who waits, whether they have their turn or not.")]
    public async Task Those_who_wait_for_a_session_fail_together_and_not_one_after_the_other()
    {
        await using var host = await TestHost.Create();
        var companies = await host.Given.VettedCompanies(20);
        var sessionId = await host.Given.PublishedSession();
        await using var impatient = TestStores.Open($"{host.Store.Location};Command Timeout=1");
        using var held = new SemaphoreSlim(0);
        using var end = new SemaphoreSlim(0);
        var elsewhere = host.Data.Write(
            "test",
            async tx =>
            {
                await tx.Execute("UPDATE session SET version = version WHERE id = @sessionId", new { sessionId });
                held.Release();
                await end.WaitAsync();
                return true;
            }
        );
        await held.WaitAsync();

        var began = Stopwatch.GetTimestamp();
        var failures = await Task.WhenAll(companies.Select(company => Failure(company.Id)));
        var took = Stopwatch.GetElapsedTime(began);
        end.Release();
        await elsewhere;

        Assert.That(failures, Is.All.InstanceOf<DatabaseUnavailableException>());
        // A second for the first, and one for all others; one after the other they would take twenty.
        Assert.That(took, Is.LessThan(TimeSpan.FromSeconds(15)));

        async Task<Exception?> Failure(string companyId)
        {
            try
            {
                var standing = new Standing(CallerKind.Company, "acc_test", companyId, Permission.None, null);
                await ReserveSeat.Execute(
                    impatient,
                    Caller.Internal(standing, host.Time.Now),
                    companyId,
                    sessionId,
                    host.Time.Now
                );
                return null;
            }
            catch (DatabaseUnavailableException e)
            {
                return e;
            }
        }
    }

    [Test]
    public async Task A_server_that_is_not_there_is_an_outage_and_no_bug()
    {
        // Nothing listens on port 1, and this folder is none.
        await using var store = await TestDatabase.Create();
        if (TestDatabase.IsPostgres)
        {
            await using var database = TestStores.Open("Host=127.0.0.1;Port=1;Username=nobody;Database=none;Timeout=2");
            Assert.That(
                async () => await database.Read(read => read.Get<long>("SELECT 1")),
                Throws.InstanceOf<DatabaseUnavailableException>()
            );
            Assert.That(
                async () => await database.Write("test", tx => tx.Get<long>("SELECT 1")),
                Throws.InstanceOf<DatabaseUnavailableException>()
            );
        }
        else
        {
            File.WriteAllText(Path.Combine(store.Folder, "file"), "");
            Assert.That(
                () => TestStores.Open(Path.Combine(store.Folder, "file", "closeddoor.db")),
                Throws.InstanceOf<DatabaseUnavailableException>()
            );
        }
    }

    [Test]
    public async Task A_file_that_cannot_be_opened_for_another_reader_is_an_outage_and_no_bug()
    {
        if (TestDatabase.IsPostgres)
            return;
        await using var host = await TestHost.Create();
        await host.Data.Read(async read =>
        {
            await read.Get<long>("SELECT 1");
            // The one reader that there is so far is busy; the next is opened.
            File.Move(host.Store.Location, host.Store.Location + ".away");
            try
            {
                (await host.Anonymous.Get("/sessions")).Expect(503, "temporarily_unavailable");
            }
            finally
            {
                File.Move(host.Store.Location + ".away", host.Store.Location);
            }
            return 0;
        });
        (await host.Anonymous.Get("/sessions")).Expect(200);
    }

    [Test]
    public void A_connection_that_is_lost_in_the_middle_of_a_row_is_an_outage_and_no_bug()
    {
        // Dapper wraps what happens while it reads a row's columns.
        var lost = new System.Data.DataException(
            "Error parsing column 3",
            new NpgsqlException("Timeout during reading")
        );
        Assert.That(PostgresEngine.Cause(lost) is { } cause && PostgresEngine.IsOutage(cause), Is.True);
        Assert.That(PostgresEngine.Cause(new System.Data.DataException("A column of another type")), Is.Null);
    }

    [Test]
    public async Task A_write_waits_for_another_process_and_survives_the_loss_of_its_connection()
    {
        await using var host = await TestHost.Create();
        if (TestDatabase.IsPostgres)
            await LoseConnections(host);
        else
            await WaitForTheLock(host);
        await host.Given.PublishedSession();
    }

    static async Task LoseConnections(TestHost host)
    {
        Assert.That(
            async () =>
                await host.Data.Write(
                    "test",
                    async tx =>
                    {
                        await tx.Execute(
                            """
                            INSERT INTO company (id, name, uscc, contact_name, contact_email, contact_phone, created_at, version)
                            VALUES ('cmp_1', '', '', '', '', '', 1, 1)
                            """
                        );
                        return await tx.Execute("SELECT pg_terminate_backend(pg_backend_pid())");
                    }
                ),
            Throws.InstanceOf<DatabaseUnavailableException>()
        );
        Assert.That(await host.Query<long>("SELECT COUNT(*) FROM company"), Is.Zero);

        // Lost after a refusal, and before what it wrote is taken back.
        await using var engine = new PostgresEngine(host.Store.Location);
        Assert.That(
            async () =>
                await engine.Write(async transaction =>
                {
                    Assert.That(
                        async () => await transaction.Execute("SELECT pg_terminate_backend(pg_backend_pid())"),
                        Throws.InstanceOf<PostgresException>()
                    );
                    await transaction.Undo();
                    return 0;
                }),
            Throws.InstanceOf<DatabaseUnavailableException>()
        );
    }

    static async Task WaitForTheLock(TestHost host)
    {
        await using var other = new SqliteConnection($"Data Source={host.Store.Location};Pooling=false");
        await other.OpenAsync();
        await using var hold = other.CreateCommand();
        hold.CommandText = "BEGIN IMMEDIATE";
        await hold.ExecuteNonQueryAsync();

        var write = host.Tamper("UPDATE session SET title = title");
        await Task.Delay(300);
        Assert.That(write.IsCompleted, Is.False);
        (await host.Anonymous.Get("/sessions")).Expect(200);

        hold.CommandText = "COMMIT";
        await hold.ExecuteNonQueryAsync();
        await write;
    }

    static async Task<Reply> FillUp(TestHost host, ApiClient organizer)
    {
        for (var i = 0; i < 50; i++)
        {
            var reply = await organizer.Post("/sessions", Large(host));
            if (reply.Status != 201)
                return reply;
        }
        throw new AssertionException("The disk never filled up.");
    }

    static object Large(TestHost host) => host.Given.SessionBody(seatCap: 100);
}
