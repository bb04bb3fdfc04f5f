using System.Diagnostics;
using ClosedDoor.Features.Accounts;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Accounts;
using ClosedDoor.Tests.Given;
using Microsoft.AspNetCore.Identity;
using NUnit.Framework;
using Person = ClosedDoor.Tests.Features.Accounts.Person;

namespace ClosedDoor.Tests.Platform.Security;

/// <summary>How long a refused sign-in takes tells nobody whether the e-mail address has an account.</summary>
public class SignInTimingTests
{
    const string Wrong = "wrong-guess-of-usual-length";

    /// <summary>So many that a busy machine leaves one of each alone.</summary>
    const int Rounds = 40;

    [Test]
    public async Task Known_disabled_and_unknown_addresses_cost_the_same_one_hash()
    {
        await using var host = await TestHost.Create();
        var hasher = new Counting();
        var (known, disabled) = (await Person.With(host, Permission.Owner), await Person.With(host, Permission.Owner));
        await host.Tamper("UPDATE account SET disabled_at = 1 WHERE id = @Id", new { disabled.Id });

        foreach (var email in new[] { known.Email, disabled.Email, "nobody@example.com" })
        {
            using var passwords = new Passwords(hasher);
            // The first of all makes what stands in for a hash, whoever it is for.
            Assert.That(await Work(), Is.EqualTo(["made", Usual]), email);
            Assert.That(await Work(), Is.EqualTo([Usual]), email);

            async Task<string[]> Work()
            {
                hasher.Work.Clear();
                var caller = Caller.Internal(Standing.Anonymous, host.Time.Now);
                var answer = await SignIn.Execute(host.Data, passwords, caller, new(email, Wrong));
                Assert.That(answer.Refusal?.Code, Is.EqualTo("wrong_credentials"));
                return [.. hasher.Work];
            }
        }
    }

    /// <summary>
    /// PBKDF2 with HMAC-SHA512 (2), 100,000 (0x186a0) rounds, 16 bytes of salt, 32 of key, as the framework writes it: all
    /// that the time of a verification depends on besides the guess itself.
    /// </summary>
    const string Usual = "01-00000002-000186a0-00000010 61";

    [Test]
    public async Task Known_and_unknown_addresses_take_as_long()
    {
        await using var host = await TestHost.Create();
        await Take(host, (await Person.With(host, Permission.Organize)).Email, "10.9.9.9");
        await Take(host, "nobody@example.com", "10.9.9.8");

        // The quickest of each: whatever else the machine does only ever adds, and a difference stays however often one looks.
        var (known, unknown, atOnce) = (double.MaxValue, double.MaxValue, double.MaxValue);
        for (var i = 0; i < Rounds; i++)
        {
            // In turns, so that a busy moment of the machine falls on all of them. One guess each: none comes to be locked.
            var person = await Person.With(host, Permission.Organize);
            known = Math.Min(known, await Take(host, person.Email, $"10.0.0.{i}"));
            unknown = Math.Min(unknown, await Take(host, $"stranger{i}@example.com", $"10.0.1.{i}"));
            atOnce = Math.Min(atOnce, await Take(host, "no address", $"10.0.2.{i}"));
        }

        TestContext.Out.WriteLine($"quickest: known {known:F1} ms, unknown {unknown:F1} ms");
        // The control: without the work there is a difference that this measures.
        var hash = known - atOnce;
        Assert.That(hash, Is.GreaterThan(known / 2));
        // A clock sees a hash too few or too many; that there is none, and none that is shorter, the counts above say.
        Assert.That(Math.Abs(unknown - known), Is.LessThan(hash / 2), $"known {known} ms, unknown {unknown} ms");
    }

    static async Task<double> Take(TestHost host, string email, string address)
    {
        var began = Stopwatch.GetTimestamp();
        Assert.That(await host.SignInFrom(address, email, Wrong), Is.EqualTo(401));
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    /// <summary>Notes each hash that is made, and of each that is verified how much work it asks for.</summary>
    sealed class Counting : PasswordHasher<object>
    {
        public List<string> Work { get; } = [];

        public override string HashPassword(object user, string password)
        {
            Work.Add("made");
            return base.HashPassword(user, password);
        }

        public override PasswordVerificationResult VerifyHashedPassword(object user, string hashed, string provided)
        {
            var bytes = Convert.FromBase64String(hashed);
            var head = Convert.ToHexStringLower(bytes[..13]);
            Work.Add($"{head[..2]}-{head[2..10]}-{head[10..18]}-{head[18..]} {bytes.Length}");
            return base.VerifyHashedPassword(user, hashed, provided);
        }
    }
}
