using System.Diagnostics;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Accounts;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Security;

/// <summary>How long a refused sign-in takes tells nobody whether the e-mail address has an account.</summary>
public class SignInTimingTests
{
    const int Fewest = 15;

    /// <summary>On a machine that is busy with other things the quickest of a few may not be quick.</summary>
    const int Most = 75;

    [Test]
    public async Task Known_and_unknown_addresses_take_as_long()
    {
        await using var host = await TestHost.Create();
        await Take(host, (await Person.With(host, Permission.Organize)).Email, "10.9.9.9");
        await Take(host, "nobody@example.com", "10.9.9.8");

        // The quickest of each: whatever else the machine does only ever adds, and a difference stays however often one looks.
        var (known, unknown, atOnce) = (double.MaxValue, double.MaxValue, double.MaxValue);
        for (var i = 0; i < Fewest || (i < Most && !AreAlike()); i++)
        {
            // In turns, so that a busy moment of the machine falls on all of them. One guess each: none comes to be locked.
            var person = await Person.With(host, Permission.Organize);
            known = Math.Min(known, await Take(host, person.Email, $"10.0.0.{i}"));
            unknown = Math.Min(unknown, await Take(host, $"stranger{i}@example.com", $"10.0.1.{i}"));
            atOnce = Math.Min(atOnce, await Take(host, "no address", $"10.0.2.{i}"));
        }

        TestContext.Out.WriteLine($"quickest: known {known:F1} ms, unknown {unknown:F1} ms");
        Assert.That(AreAlike(), Is.True, $"{unknown / known}");
        // The control: without the work there is a difference that this measures.
        Assert.That(atOnce / known, Is.LessThan(0.5));

        bool AreAlike() => unknown / known is > 0.67 and < 1.5;
    }

    static async Task<double> Take(TestHost host, string email, string address)
    {
        var began = Stopwatch.GetTimestamp();
        Assert.That(await host.SignInFrom(address, email, "wrong-guess-of-usual-length"), Is.EqualTo(401));
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }
}
