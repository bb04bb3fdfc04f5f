using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Accounts;

public class LockOutTests
{
    TestHost _host = null!;

    [OneTimeSetUp]
    public async Task Start() => _host = await TestHost.Create();

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [SetUp]
    public Task ForgetFailures() => _host.Tamper("DELETE FROM sign_in_failure");

    [Test]
    public async Task Five_failures_lock_the_account_for_fifteen_minutes_even_for_the_right_password()
    {
        var person = await Person.With(_host, Permission.Review);
        await person.Fail(5);

        var locked = (await person.SignIn()).Expect(429, "too_many_attempts");
        Assert.That(locked.Headers["Retry-After"], Is.EqualTo("900"));
        _host.Time.Advance(Duration.FromSeconds(899));
        Assert.That((await person.SignIn()).Expect(429).Headers["Retry-After"], Is.EqualTo("1"));

        _host.Time.Advance(Duration.FromSeconds(1));
        (await person.SignIn()).Expect(200);
    }

    [Test]
    public async Task A_right_password_clears_the_count()
    {
        var person = await Person.With(_host, Permission.Review);
        await person.Fail(4);
        (await person.SignIn()).Expect(200);
        await person.Fail(4);
        (await person.SignIn()).Expect(200);
    }

    [Test]
    public async Task An_address_that_is_nobodys_is_locked_alike()
    {
        var body = new { email = "nobody-at-all@example.com", password = "guess" };
        for (var i = 0; i < 5; i++)
            (await _host.Anonymous.Post("/auth/sign-in", body)).Expect(401, "wrong_credentials");

        var locked = (await _host.Anonymous.Post("/auth/sign-in", body)).Expect(429, "too_many_attempts");
        Assert.That(locked.Headers["Retry-After"], Is.EqualTo("900"));
    }

    [Test]
    public async Task Other_spellings_of_an_address_give_no_more_guesses()
    {
        var person = await Person.With(_host, Permission.Review);
        await person.Fail(4);
        (
            await _host.Anonymous.Post(
                "/auth/sign-in",
                new { email = person.Email.ToUpperInvariant(), password = "guess" }
            )
        ).Expect(401);

        (await person.SignIn()).Expect(429);
    }

    [Test]
    public async Task The_count_holds_across_instances()
    {
        var person = await Person.With(_host, Permission.Review);
        await using var another = _host.Another();
        await person.Fail(3);
        (await person.SignIn("guess", another)).Expect(401);
        (await person.SignIn("guess", another)).Expect(401);

        (await person.SignIn()).Expect(429);
        (await person.SignIn(at: another)).Expect(429);
    }

    [Test]
    public async Task Of_fifty_guesses_at_once_five_are_looked_at()
    {
        var person = await Person.With(_host, Permission.Review);
        await using var another = _host.Another();

        var replies = await Race.Run(50, i => person.SignIn($"guess-{i}", i % 2 == 0 ? _host : another));

        Assert.That(replies.Count(reply => reply.Status == 401), Is.EqualTo(5));
        Assert.That(replies.Count(reply => reply.Status == 429), Is.EqualTo(45));
    }

    [Test]
    public async Task Control_a_count_taken_after_the_look_lets_all_fifty_through()
    {
        await _host.Tamper("INSERT INTO sign_in_failure (subject, instants, last_at) VALUES ('control', '', 0)");
        var meet = new Rendezvous(50);

        var looked = await Race.Run(
            50,
            async _ =>
            {
                var count = await _host.Query<long>("SELECT last_at FROM sign_in_failure WHERE subject = 'control'");
                await meet.Arrive();
                return count < 5
                    && await _host.Tamper("UPDATE sign_in_failure SET last_at = last_at + 1 WHERE subject = 'control'")
                        == 1;
            }
        );

        Assert.That(looked, Is.All.True);
        Assert.That(
            await _host.Query<long>("SELECT last_at FROM sign_in_failure WHERE subject = 'control'"),
            Is.EqualTo(50)
        );
    }

    [Test]
    public async Task Fifty_failures_lock_the_network_address_and_no_other()
    {
        var person = await Person.With(_host, Permission.Review);
        for (var i = 0; i < 50; i++)
            Assert.That(await _host.SignInFrom("192.0.2.1", $"nobody{i}@example.com", "guess"), Is.EqualTo(401));

        Assert.That(await _host.SignInFrom("192.0.2.1", person.Email, Person.Password), Is.EqualTo(429));
        Assert.That(await _host.SignInFrom("::ffff:192.0.2.1", person.Email, Person.Password), Is.EqualTo(429));
        Assert.That(await _host.SignInFrom("192.0.2.2", person.Email, Person.Password), Is.EqualTo(200));
        _host.Time.Advance(Duration.FromMinutes(15));
        Assert.That(await _host.SignInFrom("192.0.2.1", person.Email, Person.Password), Is.EqualTo(200));
    }

    [Test]
    public async Task Right_passwords_use_no_failures_of_the_network_address_up()
    {
        var person = await Person.With(_host, Permission.Review);
        for (var i = 0; i < 55; i++)
            Assert.That(await _host.SignInFrom("192.0.2.3", person.Email, Person.Password), Is.EqualTo(200));
    }

    [TestCase("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [TestCase("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [TestCase("192.0.2.1", "::ffff:192.0.2.1", true)]
    [TestCase("192.0.2.1", "192.0.2.2", false)]
    public void Neighbours_within_a_64_are_one_address(string one, string other, bool same) =>
        Assert.That(
            ClientAddress.Of(System.Net.IPAddress.Parse(one)) == ClientAddress.Of(System.Net.IPAddress.Parse(other)),
            Is.EqualTo(same)
        );
}
