using ClosedDoor.Features.Accounts;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Accounts;

public class CreateOwnerTests
{
    static readonly (string, string)[] OwnerSettings =
    [
        ("CLOSEDDOOR_OWNER_EMAIL", "Owner@example.com"),
        ("CLOSEDDOOR_OWNER_PASSWORD", Person.Password),
    ];

    static Task<Reply> SignIn(TestHost host, string email, string password = Person.Password) =>
        host.Anonymous.Post("/auth/sign-in", new { email, password });

    static Task<long> Accounts(TestHost host) => host.Query<long>("SELECT COUNT(*) FROM account");

    [Test]
    public async Task The_first_start_makes_the_owner_that_the_environment_names()
    {
        await using var host = await TestHost.Create(OwnerSettings);

        var tokens = Tokens.Of((await SignIn(host, "owner@example.com")).Expect(200));
        var me = (await host.As(tokens.Access).Get("/me")).Expect(200);
        Assert.That(me["permissions"].ToString(), Is.EqualTo("""["owner"]"""));
    }

    [Test]
    public async Task A_later_start_changes_nothing()
    {
        await using var host = await TestHost.Create(OwnerSettings);
        await using var again = host.Another(
            ("CLOSEDDOOR_OWNER_EMAIL", "other@example.com"),
            ("CLOSEDDOOR_OWNER_PASSWORD", "another-long-passphrase")
        );

        Assert.That(await Accounts(again), Is.EqualTo(1));
        (await SignIn(again, "owner@example.com")).Expect(200);
    }

    [Test]
    public async Task Instances_that_start_together_make_one_owner()
    {
        await using var host = await TestHost.Create();

        var hosts = await Race.Run(4, _ => Task.FromResult(host.Another(OwnerSettings)));

        Assert.That(await Accounts(host), Is.EqualTo(1));
        foreach (var another in hosts)
            await another.DisposeAsync();
    }

    [Test]
    public async Task The_command_makes_an_owner_while_the_service_runs()
    {
        await using var host = await TestHost.Create();

        var (code, output, _) = await Run(host, Person.Password, "chief@example.com", "--name", "示例负责人");

        Assert.That(code, Is.EqualTo(CreateOwner.Done));
        Assert.That(output, Does.StartWith("acc_"));
        var tokens = Tokens.Of((await SignIn(host, "chief@example.com")).Expect(200));
        (await host.As(tokens.Access).Get("/organizers")).Expect(200);
    }

    [Test]
    public async Task The_environments_password_goes_before_the_one_that_is_asked_for()
    {
        await using var host = await TestHost.Create(("CLOSEDDOOR_OWNER_PASSWORD", Person.Password));
        Assert.That((await Run(host, "never-asked-for-it", "chief@example.com")).Code, Is.Zero);
        (await SignIn(host, "chief@example.com")).Expect(200);
    }

    [Test]
    public async Task The_command_says_why_it_refuses()
    {
        await using var host = await TestHost.Create(OwnerSettings);
        await using var bare = host.Another();

        var taken = await Run(bare, Person.Password, "owner@example.com");
        Assert.That((taken.Code, taken.Error), Is.EqualTo((1, "This e-mail address is taken\n")));
        var shortOne = await Run(bare, "short", "chief@example.com");
        Assert.That(shortOne.Code, Is.EqualTo(1));
        Assert.That(shortOne.Error, Does.Contain("password: ").And.Contain("10 characters"));
        Assert.That((await Run(bare, null, "chief@example.com")).Code, Is.EqualTo(1));
        Assert.That((await Run(bare, Person.Password, "nonsense")).Error, Does.Contain("email: "));
        Assert.That(await Accounts(host), Is.EqualTo(1));
    }

    [TestCase]
    [TestCase("a@example.com", "b@example.com")]
    [TestCase("a@example.com", "--name")]
    [TestCase("a@example.com", "--password", "x")]
    [TestCase("--name", "x")]
    public async Task A_wrong_command_line_is_answered_with_the_usage(params string[] args)
    {
        await using var host = await TestHost.Create();
        var run = await Run(host, Person.Password, args);
        Assert.That(run.Code, Is.EqualTo(CreateOwner.Usage));
        Assert.That(run.Error, Does.StartWith("Usage: create-owner EMAIL"));
    }

    static async Task<(int Code, string Output, string Error)> Run(TestHost host, string? typed, params string[] args)
    {
        await using StringWriter output = new(),
            error = new();
        var code = await CreateOwner.Run(host.Services, args, _ => typed, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
