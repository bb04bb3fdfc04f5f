using System.Text;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Accounts;

public class SignInTests
{
    TestHost _host = null!;

    [OneTimeSetUp]
    public async Task Start() => _host = await TestHost.Create();

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [SetUp]
    public Task ForgetFailures() => _host.Tamper("DELETE FROM sign_in_failure");

    [Test]
    public async Task Tokens_of_a_sign_in_open_the_api_until_they_expire()
    {
        var person = await Person.With(_host, Permission.Review);

        var reply = (await person.SignIn()).Expect(200);

        Assert.That(reply["tokenType"].GetString(), Is.EqualTo("Bearer"));
        Assert.That(reply.Headers["Cache-Control"], Is.EqualTo("no-store"));
        Assert.That(reply["expiresIn"].GetInt64(), Is.EqualTo(1800));
        var api = _host.As(Tokens.Of(reply).Access);
        (await api.Get("/me")).Expect(200);
        _host.Time.Advance(Duration.FromSeconds(1799));
        (await api.Get("/me")).Expect(200);
        _host.Time.Advance(Duration.FromSeconds(1));
        (await api.Get("/me")).Expect(401, "unauthenticated");
    }

    [Test]
    public async Task The_address_is_read_as_it_was_at_sign_up()
    {
        var person = await Person.With(_host, Permission.Review);

        (
            await _host.Anonymous.Post(
                "/auth/sign-in",
                new { email = $" {person.Email.ToUpperInvariant()} ", password = Person.Password }
            )
        ).Expect(200);
    }

    [Test]
    public async Task Me_says_who_calls()
    {
        var person = await Person.With(_host, Permission.Review | Permission.Door);
        var company = await _host.Given.Company();

        var organizer = (await (await person.Api()).Get("/me")).Expect(200);
        var member = (await company.Api.Get("/me")).Expect(200);

        Assert.That(organizer.Id, Is.EqualTo(person.Id));
        Assert.That(organizer["role"].GetString(), Is.EqualTo("organizer"));
        Assert.That(organizer["email"].GetString(), Is.EqualTo(person.Email));
        Assert.That(organizer["permissions"].ToString(), Is.EqualTo("""["review","door"]"""));
        Assert.That(organizer.ETag, Is.EqualTo("\"1\""));
        Assert.That(member["role"].GetString(), Is.EqualTo("company"));
        Assert.That(member["companyId"].GetString(), Is.EqualTo(company.Id));
        (await _host.Anonymous.Get("/me")).Expect(401, "unauthenticated");
    }

    [Test]
    public async Task A_wrong_password_and_an_unknown_address_get_the_same_answer()
    {
        var person = await Person.With(_host, Permission.Review);

        var wrong = (await person.SignIn("not-the-password")).Expect(401, "wrong_credentials");
        var unknown = (
            await _host.Anonymous.Post("/auth/sign-in", new { email = "nobody@example.com", password = "guess" })
        ).Expect(401, "wrong_credentials");

        Assert.That(Said(unknown), Is.EqualTo(Said(wrong)));
        static string Said(Reply reply) => reply.Text.Replace(reply["requestId"].GetString()!, "");
    }

    [Test]
    public async Task A_disabled_account_is_refused_like_a_wrong_password()
    {
        var person = await Person.With(_host, Permission.Review);
        await _host.Tamper("UPDATE account SET disabled_at = 1 WHERE id = @Id", new { person.Id });

        (await person.SignIn()).Expect(401, "wrong_credentials");
    }

    [TestCase("""{}""", 422)]
    [TestCase("""{"email":null,"password":null}""", 422)]
    [TestCase("""{"email":"","password":""}""", 422)]
    [TestCase("""{"email":"a@example.com"}""", 422)]
    [TestCase("""{"email":"a@example.com","password":""}""", 422)]
    [TestCase("""{"email":"a\u0000@example.com","password":"guess"}""", 400)]
    [TestCase("""{"email":"a@example.com","password":"gu\u0000ess"}""", 400)]
    [TestCase("""{"email":"not an address","password":"guess"}""", 401)]
    [TestCase("""{"email":"a@example.com","password":"\ud800"}""", 400)]
    [TestCase("""{"email":"\ud800@example.com","password":"guess"}""", 400)]
    [TestCase("""{"email":5,"password":[]}""", 400)]
    [TestCase("""null""", 400)]
    [TestCase("""[]""", 400)]
    [TestCase("", 400)]
    public async Task Malformed_input_is_refused_and_never_an_error(string body, int status) =>
        (
            await _host.Anonymous.Send(
                HttpMethod.Post,
                "/auth/sign-in",
                new StringContent(body, Encoding.UTF8, "application/json")
            )
        ).Expect(status);

    [Test]
    public async Task A_password_longer_than_any_account_has_is_refused_without_hashing_or_counting()
    {
        var person = await Person.With(_host, Permission.Review);

        (await person.SignIn(new string('x', 500_000))).Expect(401, "wrong_credentials");

        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM sign_in_failure"), Is.Zero);
    }

    [Test]
    public async Task An_idempotency_key_is_taken_and_nothing_of_the_answer_is_stored()
    {
        var person = await Person.With(_host, Permission.Review);
        var body = new { email = person.Email, password = Person.Password };

        var first = (await _host.Anonymous.Post("/auth/sign-in", body, key: "once")).Expect(200);
        var second = (await _host.Anonymous.Post("/auth/sign-in", body, key: "once")).Expect(200);

        Assert.That(second.IsReplay, Is.False);
        Assert.That(Tokens.Of(second), Is.Not.EqualTo(Tokens.Of(first)));
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM idempotency WHERE key = 'once'"), Is.Zero);
    }

    [Test]
    public async Task No_token_stands_in_the_database()
    {
        var tokens = await (await Person.With(_host, Permission.Review)).Tokens();

        Assert.That(
            await _host.Query<long>(
                "SELECT COUNT(*) FROM sign_in WHERE access_hash IN (@Access, @Refresh) OR refresh_hash IN (@Access, @Refresh)",
                tokens
            ),
            Is.Zero
        );
    }

    [Test]
    public async Task Signing_out_ends_both_tokens_at_once()
    {
        var person = await Person.With(_host, Permission.Review);
        var tokens = await person.Tokens();
        var other = await person.Api();
        (await _host.As(tokens.Access).Get("/me")).Expect(200);

        (await _host.As(tokens.Access).Post("/auth/sign-out", key: "once")).Expect(204);

        (await _host.As(tokens.Access).Get("/me")).Expect(401);
        (await _host.Refresh(tokens.Refresh)).Expect(401, "refresh_token_invalid");
        (await other.Get("/me")).Expect(200);
        (await _host.Anonymous.Post("/auth/sign-out")).Expect(401);
    }

    [Test]
    public async Task Tokens_survive_a_restart_and_work_on_every_instance()
    {
        var person = await Person.With(_host, Permission.Review);
        var tokens = await person.Tokens();

        await using var another = _host.Another();
        (await another.As(tokens.Access).Get("/me")).Expect(200);
        var renewed = Tokens.Of((await another.Refresh(tokens.Refresh)).Expect(200));
        (await _host.As(renewed.Access).Get("/me")).Expect(200);

        // Another instance has it in memory, for ten seconds and no longer.
        (await another.As(renewed.Access).Get("/me")).Expect(200);
        (await _host.As(renewed.Access).Post("/auth/sign-out")).Expect(204);
        _host.Time.Advance(KnownTokens.RememberedFor);
        (await another.As(renewed.Access).Get("/me")).Expect(401);
    }

    [Test]
    public async Task A_new_password_ends_the_other_sign_ins()
    {
        var person = await Person.With(_host, Permission.Review);
        var (mine, other) = (await person.Api(), await person.Tokens());
        var change = new { currentPassword = Person.Password, newPassword = "another-long-passphrase" };
        (await _host.As(other.Access).Get("/me")).Expect(200);

        (await mine.Post("/me/password", change, key: "change")).Expect(204);
        var again = (await mine.Post("/me/password", change, key: "change")).Expect(204);

        Assert.That(again.IsReplay);
        (await mine.Get("/me")).Expect(200);
        (await _host.As(other.Access).Get("/me")).Expect(401);
        (await _host.Refresh(other.Refresh)).Expect(401);
        (await person.SignIn()).Expect(401);
        (await person.SignIn("another-long-passphrase")).Expect(200);
    }

    [Test]
    public async Task Guessing_the_current_password_of_a_stolen_token_is_locked_out()
    {
        var person = await Person.With(_host, Permission.Review);
        var api = await person.Api();

        for (var i = 0; i < 5; i++)
        {
            var reply = await api.Post(
                "/me/password",
                new { currentPassword = $"guess-{i}", newPassword = "another-long-passphrase" }
            );
            reply.Expect(422, "invalid_fields");
            Assert.That(reply["errors"].TryGetProperty("currentPassword", out _));
        }
        (
            await api.Post(
                "/me/password",
                new { currentPassword = Person.Password, newPassword = "another-long-passphrase" }
            )
        ).Expect(429, "too_many_attempts");
        (await person.SignIn()).Expect(429, "too_many_attempts");
    }

    [TestCase("""{}""")]
    [TestCase("""{"currentPassword":"a-long-passphrase","newPassword":"short"}""")]
    [TestCase("""{"currentPassword":null,"newPassword":"another-long-passphrase"}""")]
    public async Task An_unusable_new_password_is_refused(string body)
    {
        var api = await (await Person.With(_host, Permission.Review)).Api();

        (
            await api.Send(HttpMethod.Post, "/me/password", new StringContent(body, Encoding.UTF8, "application/json"))
        ).Expect(422, "invalid_fields");
    }
}
