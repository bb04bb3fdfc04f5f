using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Accounts;

public class KnownTokensTests
{
    TestHost _host = null!;

    [OneTimeSetUp]
    public async Task Start() => _host = await TestHost.Create();

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    async Task<string> Token() => (await _host.Given.Owner()).Token!;

    Task<int> Revoke(string token) =>
        _host.Tamper("UPDATE sign_in SET revoked_at = 1 WHERE access_hash = @Hash", new { Hash = Secrets.Hash(token) });

    [Test]
    public async Task What_was_found_is_known_for_ten_seconds()
    {
        var (known, token, now) = (new KnownTokens(_host.Data), await Token(), _host.Time.Now);
        Assert.That(await known.Find(token, now), Is.Not.Null);
        await Revoke(token);

        Assert.That(await known.Find(token, now + Duration.FromMilliseconds(9999)), Is.Not.Null);
        Assert.That(await known.Find(token, now + KnownTokens.RememberedFor), Is.Null);
    }

    [Test]
    public async Task Forgetting_is_felt_at_once()
    {
        var (known, token, now) = (new KnownTokens(_host.Data), await Token(), _host.Time.Now);
        await known.Find(token, now);
        await Revoke(token);
        known.Forget();

        Assert.That(await known.Find(token, now), Is.Null);
    }

    [Test]
    public async Task A_clock_set_back_does_not_make_a_token_known_for_longer()
    {
        var (known, token, now) = (new KnownTokens(_host.Data), await Token(), _host.Time.Now);
        await known.Find(token, now);
        await Revoke(token);

        Assert.That(await known.Find(token, now - Duration.FromMinutes(1)), Is.Null);
    }

    [Test]
    public async Task A_look_up_that_began_before_forgetting_is_not_believed_after_it()
    {
        var now = _host.Time.Now;
        for (var round = 0; round < 300; round++)
        {
            var (known, token) = (new KnownTokens(_host.Data), await Token());
            var lookers = Enumerable.Range(0, 8).Select(_ => Task.Run(() => known.Find(token, now).AsTask())).ToArray();
            await Revoke(token);
            known.Forget();
            await Task.WhenAll(lookers);
            Assert.That(await known.Find(token, now), Is.Null);
        }
    }
}
