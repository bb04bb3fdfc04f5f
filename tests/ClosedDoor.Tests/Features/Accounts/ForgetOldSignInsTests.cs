using ClosedDoor.Features.Accounts;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Accounts;

public class ForgetOldSignInsTests
{
    [Test]
    public async Task What_is_over_goes_and_what_still_counts_stays()
    {
        await using var host = await TestHost.Create();
        var person = await Person.With(host, Permission.Review);
        var job = new ForgetOldSignIns(host.Data);
        var over = await person.Tokens();
        over = Tokens.Of((await host.Refresh(over.Refresh)).Expect(200));
        await person.Fail(1);

        Assert.That(await job.RunOnce(host.Time.Now), Is.Zero);

        host.Time.Advance(Duration.FromDays(20));
        var live = await person.Tokens();
        host.Time.Advance(Duration.FromDays(12));
        await person.Fail(1);
        await job.RunOnce(host.Time.Now);

        Assert.That(await host.Query<long>("SELECT COUNT(*) FROM sign_in"), Is.EqualTo(1));
        Assert.That(await host.Query<long>("SELECT COUNT(*) FROM spent_refresh_token"), Is.Zero);
        Assert.That(await host.Query<long>("SELECT COUNT(*) FROM sign_in_failure"), Is.EqualTo(2));
        (await host.Refresh(over.Refresh)).Expect(401);
        (await host.Refresh(live.Refresh)).Expect(200);
    }

    [Test]
    public async Task More_than_one_batch_goes_in_one_run()
    {
        await using var host = await TestHost.Create();
        await host.Data.Write(
            "test",
            async tx =>
            {
                for (var i = 0; i < 1200; i++)
                    await tx.Execute(
                        "INSERT INTO sign_in_failure (subject, instants, last_at) VALUES (@subject, '', 0)",
                        new { subject = $"account:{i}" }
                    );
                return true;
            }
        );

        Assert.That(await new ForgetOldSignIns(host.Data).RunOnce(host.Time.Now), Is.EqualTo(1200));
    }
}
