using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Backup;
using ClosedDoor.Platform.Data;
using ClosedDoor.Tests.Given;
using Npgsql;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Backup;

/// <summary>Backups under load, by the same code that the commands run; restored, and held against what was acknowledged.</summary>
public class BackupTests : BesideAFolder
{
    [Test]
    public async Task A_backup_under_load_is_one_moment_of_the_database_and_loses_nothing_answered_before_it()
    {
        var companies = await _host.Given.VettedCompanies(6);
        var sessions = new List<string>();
        for (var i = 0; i < 12; i++)
            sessions.Add(await _host.Given.PublishedSession());
        var answered = new List<string>();
        using var stop = new CancellationTokenSource();
        var load = companies.Select(company => Task.Run(() => Book(company, sessions, answered, stop.Token))).ToArray();

        // So many that one company at least has made its third booking, and keeps two of them in different sessions.
        while (Count(answered) < 2 * companies.Length + 1 && !load.Any(one => one.IsFaulted))
            await Task.Delay(5);
        string[] before;
        lock (answered)
            before = [.. answered];
        await MakeBackup.Make(Settings, InFolder());
        await stop.CancelAsync();
        await Task.WhenAll(load);

        Assert.That(await VerifyBackup.Run(Settings, InFolder(), _host.Time.Now), Does.Contain("invariants hold"));
        await using var restored = await Restored(InFolder());
        var there = await restored.Data.Read(read => read.All<string>("SELECT id FROM reservation"));
        Assert.That(there, Is.SupersetOf(before));
        Assert.That(
            await restored.Data.Read(read =>
                read.Get<long>("SELECT COUNT(DISTINCT session_id) FROM reservation WHERE status = 'held'")
            ),
            Is.GreaterThan(1)
        );
        Assert.That((await new VerifyAudit(restored.Data).Run()).Broken, Is.Null);
        if (!OperatingSystem.IsWindows())
            Assert.That(File.GetUnixFileMode(InFolder()), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public async Task A_backup_that_breaks_an_invariant_or_the_audit_log_is_not_called_one()
    {
        await _host.Given.PublishedSession();
        await _host.Tamper("UPDATE session SET seat_cap = 9");
        await MakeBackup.Make(Settings, InFolder("unsound"));
        Assert.That(
            async () => await VerifyBackup.Run(Settings, InFolder("unsound"), _host.Time.Now),
            Throws.InstanceOf<BackupException>().With.Message.Contains("a_session_has_the_seats_that_its_cap_says")
        );

        await _host.Tamper("UPDATE session SET seat_cap = 8");
        await _host.Tamper("UPDATE audit SET actor = 'somebody else'");
        await MakeBackup.Make(Settings, InFolder("forged"));
        Assert.That(
            async () => await VerifyBackup.Run(Settings, InFolder("forged"), _host.Time.Now),
            Throws.InstanceOf<BackupException>().With.Message.Contains("the_audit_log_is_whole")
        );
    }

    [Test]
    public async Task A_file_that_is_cut_short_or_altered_is_no_backup()
    {
        for (var i = 0; i < 20; i++)
            await _host.Given.PublishedSession();
        await MakeBackup.Make(Settings, InFolder());
        var whole = await File.ReadAllBytesAsync(InFolder());

        await File.WriteAllBytesAsync(InFolder("short"), whole[..(whole.Length * 2 / 3)]);
        await File.WriteAllBytesAsync(InFolder("empty"), []);
        await File.WriteAllTextAsync(InFolder("other"), "no backup at all, but long enough to be looked at");

        foreach (var name in new[] { "short", "empty", "other", "none" })
            Assert.That(
                async () => await VerifyBackup.Run(Settings, InFolder(name), _host.Time.Now),
                Throws.InstanceOf<BackupException>(),
                name
            );
        Assert.That(
            Directory.GetFiles(_folder).Select(Path.GetFileName),
            Is.EquivalentTo(["backup", "short", "empty", "other"])
        );
    }

    [Test]
    [On(Engine.Sqlite, "PostgreSQL's dump has no log beside it.")]
    public async Task A_file_with_its_log_beside_it_is_looked_at_with_what_the_log_holds()
    {
        await _host.Given.PublishedSession();
        await _host.Tamper("UPDATE session SET seat_cap = 9");
        // As somebody copies them who does not know of the command.
        File.Copy(_host.Store.Location, InFolder("copied"));
        File.Copy(_host.Store.Location + "-wal", InFolder("copied-wal"));

        Assert.That(
            async () => await VerifyBackup.Run(Settings, InFolder("copied"), _host.Time.Now),
            Throws.InstanceOf<BackupException>().With.Message.Contains("a_session_has_the_seats_that_its_cap_says")
        );
    }

    [Test]
    [On(Engine.Postgres, "SQLite's copy waits for nobody.")]
    public async Task A_dump_that_waits_for_a_lock_gives_up()
    {
        using var held = new SemaphoreSlim(0);
        var end = new TaskCompletionSource();
        var holder = _host.Data.Write(
            "test",
            async tx =>
            {
                await tx.Execute("LOCK TABLE session IN ACCESS EXCLUSIVE MODE");
                held.Release();
                await end.Task;
                return true;
            }
        );
        await held.WaitAsync();
        await File.WriteAllTextAsync(InFolder(), "");

        Assert.That(
            async () =>
                await new PostgresTools(_host.Store.Location).Dump(
                    InFolder(),
                    CancellationToken.None,
                    TimeSpan.FromMilliseconds(200)
                ),
            Throws.InstanceOf<BackupException>().With.Message.Contains("pg_dump ended with 1")
        );
        end.SetResult();
        await holder;
    }

    async Task<Copy> Restored(string file)
    {
        var store = await TestDatabase.Create();
        await RestoreBackup.Run(Settings.With(store.Location), file, _host.Time.Now);
        return new(store, store.Open());
    }

    static int Count(List<string> list)
    {
        lock (list)
            return list.Count;
    }

    [TestCase("", "")]
    [TestCase(";sslmode=Require", " PGSSLMODE=require")]
    [TestCase(";SSL Mode=Disable", " PGSSLMODE=disable")]
    [TestCase(
        ";SSL Mode=VerifyFull;Root Certificate=/ca.crt;SSL Certificate=/our.crt;SSL Key=/our.key",
        " PGSSLMODE=verify-full PGSSLROOTCERT=/ca.crt PGSSLCERT=/our.crt PGSSLKEY=/our.key"
    )]
    [TestCase(";Ssl Mode=VerifyCA", " PGSSLMODE=verify-ca PGSSLROOTCERT=*")]
    [TestCase(";Ssl Mode=VerifyFull", " PGSSLMODE=verify-full PGSSLROOTCERT=*")]
    public void PostgreSQL_s_tools_connect_as_the_service_does(string said, string told)
    {
        // The system's, which the service goes by where nobody names another.
        var roots = PostgresTools.RootsOf.FirstOrDefault(File.Exists);
        told = told.Replace(" PGSSLROOTCERT=*", roots is null ? "" : $" PGSSLROOTCERT={roots}");
        Assert.That(
            string.Join(
                ' ',
                new PostgresTools("Host=db;Username=us;Password=hush;Database=ours" + said)
                    .Said()
                    .Select(one => $"{one.Name}={one.Value}")
            ),
            Is.EqualTo("PGHOST=db PGPORT=5432 PGUSER=us PGPASSWORD=hush PGDATABASE=ours" + told)
        );
    }

    [Test]
    [On(Engine.Postgres, "SQLite has no connection.")]
    public async Task Over_tls_a_backup_trusts_whom_the_connection_string_names()
    {
        var certificate = TestDatabase.Certificate;
        if (certificate is null)
            NotTried.For("The server has no certificate, which tests/with-postgres.sh makes by openssl.");
        Settings Trusting(string root) =>
            Settings.With(
                new NpgsqlConnectionStringBuilder(_host.Store.Location)
                {
                    Host = "localhost",
                    SslMode = SslMode.VerifyFull,
                    RootCertificate = root,
                }.ToString()
            );
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var stranger = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(
            TimeProvider.System.GetUtcNow(),
            TimeProvider.System.GetUtcNow().AddDays(1)
        );
        await File.WriteAllTextAsync(InFolder("stranger.crt"), stranger.ExportCertificatePem());

        await MakeBackup.Make(Trusting(certificate), InFolder());

        Assert.That(
            await VerifyBackup.Run(Trusting(certificate), InFolder(), _host.Time.Now),
            Does.Contain("invariants hold")
        );
        Assert.That(
            async () => await MakeBackup.Make(Trusting(InFolder("stranger.crt")), InFolder("another")),
            Throws.InstanceOf<BackupException>().With.Message.Contains("certificate verify failed")
        );
    }

    /// <summary>Goes round the sessions, cancels every third booking at once, and the others when it comes by again.</summary>
    static async Task Book(TestCompany company, List<string> sessions, List<string> answered, CancellationToken stop)
    {
        var kept = new Dictionary<string, string>();
        for (var i = 0; !stop.IsCancellationRequested && Count(answered) < 600; i++)
        {
            var session = sessions[i % sessions.Count];
            if (kept.Remove(session, out var earlier))
                await Cancel(earlier);
            var reply = await company.Api.Post($"/sessions/{session}/reservations");
            lock (answered)
                answered.Add(reply.Expect(201).Id);
            if (i % 3 == 0)
                await Cancel(reply.Id);
            else
                kept[session] = reply.Id;
        }

        async Task Cancel(string id) =>
            (await company.Api.Post($"/reservations/{id}/cancel", new { reason = "行程有变" })).Expect(200);
    }

    sealed record Copy(TestDatabase Store, Database Data) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Data.DisposeAsync();
            await Store.DisposeAsync();
        }
    }
}
