using System.Reflection;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Http.OpenApi;
using ClosedDoor.Platform.Jobs;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

/// <summary>What is written and stands in none of the lists beside Program.cs would never be called.</summary>
public class ContentsTests
{
    static readonly Type[] Types = typeof(Program).Assembly.GetTypes();

    [Test]
    public void Every_use_case_that_has_an_address_is_mapped()
    {
        var source = new[] { "Program.cs", "Endpoints.cs" }.Select(name =>
            File.ReadAllText(Path.Combine(Readme.Root, "src/ClosedDoor", name))
        );
        var listed = string.Concat(source);

        var useCases = Types
            .Where(type => type != typeof(Endpoints) && type != typeof(ProblemsPage)) // That comes with the API's document.
            .Where(type => Takes(type, BindingFlags.Static, "Map", typeof(IEndpointRouteBuilder)))
            .Select(type => type.Name)
            .ToList();

        Assert.That(useCases, Has.Count.GreaterThan(100));
        Assert.That(useCases.Where(name => !listed.Contains($" {name}.Map(", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Every_job_has_a_period()
    {
        var jobs = new JobList();
        PeriodicJobs.List(jobs, new Settings(new ConfigurationBuilder().Build()));

        var written = Types
            .Where(type => Takes(type, BindingFlags.Instance, "RunOnce", typeof(Instant)))
            .Select(type => type.Name)
            .ToList();

        Assert.That(written, Has.Count.GreaterThan(10));
        Assert.That(written, Is.SubsetOf(jobs.All.Select(job => job.Name)));
    }

    static bool Takes(Type type, BindingFlags kind, string method, Type parameter) =>
        type.GetMethod(method, kind | BindingFlags.Public | BindingFlags.NonPublic, [parameter]) is not null;
}
