using System.Text;
using ClosedDoor.Features.Accounts;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Accounts;

public class RefreshTokensTests
{
    TestHost _host = null!;
    Person _person = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _person = await Person.With(_host, Permission.Review);
    }

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task A_refresh_token_gives_new_tokens_after_the_access_token_expired()
    {
        var tokens = await _person.Tokens();
        _host.Time.Advance(Duration.FromDays(29));

        var renewed = Tokens.Of((await _host.Refresh(tokens.Refresh)).Expect(200));

        (await _host.As(renewed.Access).Get("/me")).Expect(200);
        _host.Time.Advance(Duration.FromDays(29));
        (await _host.Refresh(renewed.Refresh)).Expect(200);
    }

    [Test]
    public async Task An_expired_refresh_token_is_refused()
    {
        var tokens = await _person.Tokens();
        _host.Time.Advance(Duration.FromDays(30));
        (await _host.Refresh(tokens.Refresh)).Expect(401, "refresh_token_invalid");
    }

    [Test]
    public async Task What_is_written_of_sign_ins_names_the_request_that_asked_for_it()
    {
        var person = await Person.With(_host, Permission.Review);
        var signIn = (await person.SignIn()).Expect(200);
        var spent = Tokens.Of(signIn);
        (await _host.Refresh(spent.Refresh)).Expect(200);
        _host.Time.Advance(RefreshTokens.Grace + Duration.FromMilliseconds(1));
        var reuse = (await _host.Refresh(spent.Refresh)).Expect(401);
        var signOut = (await (await person.Api()).Post("/auth/sign-out")).Expect(204);

        foreach (
            var (action, reply) in new[]
            {
                ("account.signed_in", signIn),
                ("account.refresh_token_reused", reuse),
                ("account.signed_out", signOut),
            }
        )
            Assert.That(
                await _host.Query<string?>(
                    "SELECT request_id FROM audit WHERE chain = @Id AND action = @action ORDER BY seq LIMIT 1",
                    new { person.Id, action }
                ),
                Is.EqualTo(reply.Headers["X-Request-Id"]),
                action
            );
    }

    [Test]
    public async Task A_spent_token_that_comes_again_ends_the_whole_sign_in()
    {
        var stolen = await _person.Tokens();
        var thiefs = Tokens.Of((await _host.Refresh(stolen.Refresh)).Expect(200));
        (await _host.As(thiefs.Access).Get("/me")).Expect(200);
        _host.Time.Advance(RefreshTokens.Grace + Duration.FromMilliseconds(1));

        (await _host.Refresh(stolen.Refresh)).Expect(401, "refresh_token_invalid");

        (await _host.As(thiefs.Access).Get("/me")).Expect(401);
        (await _host.Refresh(thiefs.Refresh)).Expect(401, "refresh_token_invalid");
        Assert.That(
            await _host.Query<long>("SELECT COUNT(*) FROM audit WHERE action = 'account.refresh_token_reused'"),
            Is.EqualTo(1)
        );
    }

    [Test]
    public async Task A_token_spent_several_rounds_ago_ends_the_sign_in_too()
    {
        var first = await _person.Tokens();
        var second = Tokens.Of((await _host.Refresh(first.Refresh)).Expect(200));
        var third = Tokens.Of((await _host.Refresh(second.Refresh)).Expect(200));
        _host.Time.Advance(Duration.FromDays(1));

        (await _host.Refresh(first.Refresh)).Expect(401);

        (await _host.Refresh(third.Refresh)).Expect(401, "refresh_token_invalid");
    }

    [Test]
    public async Task Of_two_refreshes_at_once_one_wins_and_the_sign_in_goes_on()
    {
        await using var another = _host.Another();
        for (var round = 0; round < 10; round++)
        {
            var tokens = await _person.Tokens();

            var replies = await Race.Run(4, i => (i % 2 == 0 ? _host : another).Refresh(tokens.Refresh));

            Assert.That(replies.Count(reply => reply.Status == 200), Is.EqualTo(1));
            Assert.That(
                replies.Where(reply => reply.Status != 200).Select(reply => reply.Code),
                Is.All.EqualTo("refresh_token_invalid")
            );
            var won = Tokens.Of(replies.Single(reply => reply.Status == 200));
            (await _host.As(won.Access).Get("/me")).Expect(200);
            (await _host.Refresh(won.Refresh)).Expect(200);
        }
    }

    [Test]
    public async Task Control_a_rotation_that_looks_before_it_writes_lets_all_win()
    {
        await using var another = _host.Another();
        var hash = Secrets.Hash((await _person.Tokens()).Refresh);
        var meet = new Rendezvous(4);

        var won = await Race.Run(
            4,
            async i =>
            {
                var host = i % 2 == 0 ? _host : another;
                var id = await host.Query<string?>("SELECT id FROM sign_in WHERE refresh_hash = @hash", new { hash });
                await meet.Arrive();
                return id is not null
                    && await host.Tamper(
                        "UPDATE sign_in SET refresh_hash = @renewed WHERE id = @id",
                        new { id, renewed = Secrets.New(Secrets.RefreshToken) }
                    ) == 1;
            }
        );

        Assert.That(won, Is.All.True);
    }

    [TestCase("""{}""", 401)]
    [TestCase("""{"refreshToken":null}""", 401)]
    [TestCase("""{"refreshToken":""}""", 401)]
    [TestCase("""{"refreshToken":"cdr_\u0000"}""", 400)]
    [TestCase("""{"refreshToken":"cdr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}""", 401)]
    [TestCase("""{"refreshToken":7}""", 400)]
    public async Task Anything_else_is_refused(string body, int status) =>
        (
            await _host.Anonymous.Send(
                HttpMethod.Post,
                "/auth/refresh",
                new StringContent(body, Encoding.UTF8, "application/json")
            )
        ).Expect(status);

    [Test]
    public async Task An_access_token_does_not_refresh_and_a_refresh_token_does_not_open()
    {
        var tokens = await _person.Tokens();
        (await _host.Refresh(tokens.Access)).Expect(401, "refresh_token_invalid");
        (await _host.As(tokens.Refresh).Get("/me")).Expect(401);
    }

    [Test]
    public async Task A_disabled_account_does_not_refresh()
    {
        var person = await Person.With(_host, Permission.Review);
        var tokens = await person.Tokens();
        await _host.Tamper("UPDATE account SET disabled_at = 1 WHERE id = @Id", new { person.Id });
        (await _host.Refresh(tokens.Refresh)).Expect(401, "refresh_token_invalid");
    }
}
