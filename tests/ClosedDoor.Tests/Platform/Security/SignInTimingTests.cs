using System.Diagnostics;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Accounts;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Security;

/// <summary>How long a refused sign-in takes tells nobody whether the e-mail address has an account.</summary>
public class SignInTimingTests
{
    const int Each = 15;

    [Test]
    public async Task Known_and_unknown_addresses_take_as_long()
    {
        await using var host = await TestHost.Create();
        var people = new List<Person>();
        for (var i = 0; i < Each + 1; i++)
            people.Add(await Person.With(host, Permission.Organize)); // One guess each: none comes to be locked.
        await Take(host, people[Each].Email, "10.9.9.9");
        await Take(host, "nobody@example.com", "10.9.9.8");

        var (known, unknown, atOnce) = (new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i < Each; i++)
        {
            // In turns, so that a busy moment of the machine falls on all of them.
            known.Add(await Take(host, people[i].Email, $"10.0.0.{i}"));
            unknown.Add(await Take(host, $"stranger{i}@example.com", $"10.0.1.{i}"));
            atOnce.Add(await Take(host, "no address", $"10.0.2.{i}"));
        }

        TestContext.Out.WriteLine($"quickest: known {known.Min():F1} ms, unknown {unknown.Min():F1} ms");
        Assert.That(unknown.Min() / known.Min(), Is.InRange(0.67, 1.5));
        // The quickest of each: whatever else the machine does only ever adds. The control: without the work there is a difference that this measures.
        Assert.That(atOnce.Min() / known.Min(), Is.LessThan(0.5));
    }

    static async Task<double> Take(TestHost host, string email, string address)
    {
        var began = Stopwatch.GetTimestamp();
        Assert.That(await host.SignInFrom(address, email, "wrong-guess-of-usual-length"), Is.EqualTo(401));
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }
}
