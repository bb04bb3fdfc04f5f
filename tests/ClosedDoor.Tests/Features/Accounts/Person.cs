using System.Net;
using ClosedDoor.Features.Accounts;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.TestHost;

namespace ClosedDoor.Tests.Features.Accounts;

/// <summary>An account with a password that really hashes, for tests that sign in by it.</summary>
sealed record Person(TestHost Host, string Id, string Email)
{
    public const string Password = "a-long-passphrase";

    static readonly Lazy<Task<string>> Hash = new(() => new Passwords().Hash(Password));
    static int s_count;

    public static async Task<Person> With(TestHost host, Permission permissions, string? companyId = null)
    {
        var email = $"person{Interlocked.Increment(ref s_count)}@example.com";
        var hash = await Hash.Value;
        var id = await host.Data.Write(
            "test",
            tx => AccountTable.Add(tx, new(email, "示例人员", hash, companyId, permissions), host.Time.Now)
        );
        return new(host, id!, email);
    }

    public Task<Reply> SignIn(string password = Password, TestHost? at = null) =>
        (at ?? Host).Anonymous.Post("/auth/sign-in", new { email = Email, password });

    public async Task<Tokens> Tokens() => Accounts.Tokens.Of((await SignIn()).Expect(200));

    public async Task<ApiClient> Api() => Host.As((await Tokens()).Access);

    /// <summary>Guesses wrongly, each with its own password.</summary>
    public async Task Fail(int times)
    {
        for (var i = 0; i < times; i++)
            (await SignIn($"wrong-guess-{i}")).Expect(401, "wrong_credentials");
    }
}

sealed record Tokens(string Access, string Refresh)
{
    public static Tokens Of(Reply reply) => new(reply["accessToken"].GetString()!, reply["refreshToken"].GetString()!);
}

static class AccountCalls
{
    public static Task<Reply> Refresh(this TestHost host, string token) =>
        host.Anonymous.Post("/auth/refresh", new { refreshToken = token });

    /// <summary>A sign-in from a certain network address; the status alone.</summary>
    public static async Task<int> SignInFrom(this TestHost host, string address, string email, string password)
    {
        var server = (TestServer)host.Get<IServer>();
        using var client = new HttpClient(
            server.CreateHandler(context => context.Connection.RemoteIpAddress = IPAddress.Parse(address))
        )
        {
            BaseAddress = server.BaseAddress,
        };
        return (await new ApiClient(client, null).Post("/auth/sign-in", new { email, password })).Status;
    }
}
