using System.Diagnostics;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Jobs;
using ClosedDoor.Tests.Given;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

public class JobsTests
{
    sealed class Counter
    {
        public int Runs;
    }

    [Test]
    public async Task A_job_that_fails_runs_again_and_hinders_no_other()
    {
        var failing = new Counter();
        var services = new ServiceCollection().AddSingleton(failing).AddSingleton(new Sound()).BuildServiceProvider();
        var jobs = new JobList()
            .Every<Counter>(
                Duration.FromMilliseconds(5),
                (job, _) =>
                {
                    Interlocked.Increment(ref job.Runs);
                    throw new InvalidOperationException("always");
                }
            )
            .Every<Sound>(
                Duration.FromMilliseconds(5),
                (job, _) =>
                {
                    Interlocked.Increment(ref job.Runs);
                    return Task.CompletedTask;
                }
            );
        await using var provider = services;
        using var loop = new JobLoop(jobs, services, new StandingClock(), NullLogger<JobLoop>.Instance);

        await loop.StartAsync(CancellationToken.None);
        var began = Stopwatch.GetTimestamp();
        while (
            (failing.Runs < 3 || services.GetRequiredService<Sound>().Runs < 3)
            && Stopwatch.GetElapsedTime(began).TotalSeconds < 60
        )
            await Task.Yield();
        await loop.StopAsync(CancellationToken.None);

        Assert.That(failing.Runs, Is.GreaterThanOrEqualTo(3));
        Assert.That(services.GetRequiredService<Sound>().Runs, Is.GreaterThanOrEqualTo(3));
    }

    [Test]
    public async Task Every_job_of_the_service_runs_on_an_empty_database_and_twice_at_once()
    {
        await using var host = await TestHost.Create();
        foreach (var job in host.Get<JobList>().All)
            await Task.WhenAll(job.RunOnce(host.Services, host.Time.Now), job.RunOnce(host.Services, host.Time.Now));
    }

    [Test]
    public async Task An_instance_without_workers_runs_nothing_in_the_background_and_one_with_them_does()
    {
        await using var host = await TestHost.Create();
        await using var working = host.Another(("CLOSEDDOOR_WORKERS", "true"));

        Assert.That(Loops(host), Is.Empty);
        Assert.That(Loops(working), Is.EquivalentTo(["OutboxLoop", "JobLoop"]));

        static IEnumerable<string> Loops(TestHost host) =>
            host
                .Services.GetServices<IHostedService>()
                .Select(service => service.GetType().Name)
                .Where(name => name.EndsWith("Loop", StringComparison.Ordinal));
    }

    [Test]
    public async Task A_running_instance_sends_a_mail_on_its_own()
    {
        await using var host = await TestHost.Create(("CLOSEDDOOR_WORKERS", "true"));
        await host.Given.Hold(await host.Given.VettedCompany(), await host.Given.PublishedSession());

        var began = Stopwatch.GetTimestamp();
        while (await host.Query<long>("SELECT COUNT(*) FROM outbox") > 0)
        {
            Assert.That(Stopwatch.GetElapsedTime(began).TotalSeconds, Is.LessThan(60), "Nothing worked the outbox.");
            await Task.Yield();
        }

        Assert.That(Directory.GetFiles(host.MailFolder, "*.eml"), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Idempotency_keys_are_forgotten_after_a_day_and_not_before()
    {
        await using var host = await TestHost.Create();
        var company = await host.Given.VettedCompany();
        var sessionId = await host.Given.PublishedSession();
        (await company.Api.Post($"/sessions/{sessionId}/reservations", key: "k1")).Expect(201);
        var forget = new ForgetIdempotencyKeys(host.Data);

        Assert.That(await forget.RunOnce(host.Time.Now + Duration.FromHours(24)), Is.Zero);
        Assert.That(
            await forget.RunOnce(host.Time.Now + Duration.FromHours(24) + Duration.FromMilliseconds(1)),
            Is.EqualTo(1)
        );
    }

    [Test]
    public async Task Idempotency_keys_are_forgotten_a_few_at_a_time_so_that_nobody_waits_for_all()
    {
        await using var host = await TestHost.Create();
        await host.Tamper(
            """
            WITH RECURSIVE counter (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM counter WHERE number < 1200)
            INSERT INTO idempotency (caller, key, fingerprint, answer, at)
            SELECT 'acc_one', CAST(number AS TEXT), '', '{}', @At + number FROM counter
            """,
            new { At = host.Time.Now.ToUnixTimeMilliseconds() }
        );
        var later = host.Time.Now + Duration.FromHours(25);

        Assert.That(await host.Data.Write("test", tx => IdempotentWrites.Forget(tx, later)), Is.EqualTo(500));
        Assert.That(
            await host.Query<long>("SELECT MIN(at) - @At FROM idempotency", new { At = host.Time.Now }),
            Is.EqualTo(501)
        );
        Assert.That(await new ForgetIdempotencyKeys(host.Data).RunOnce(later), Is.EqualTo(700));
    }

    sealed class Sound
    {
        public int Runs;
    }

    sealed class StandingClock : IClock
    {
        public Instant GetCurrentInstant() => TestHost.Start;
    }
}
