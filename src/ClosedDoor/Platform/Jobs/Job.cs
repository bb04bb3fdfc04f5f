using NodaTime;

namespace ClosedDoor.Platform.Jobs;

/// <summary>Something that is done again and again: right when several instances do it at once, and after a kill at any line.</summary>
sealed record Job(string Name, Duration Period, Func<IServiceProvider, Instant, Task> RunOnce);

/// <summary>What is done periodically, and how often. The list stands in PeriodicJobs.cs.</summary>
sealed class JobList
{
    readonly List<Job> _jobs = [];

    public IReadOnlyList<Job> All => _jobs;

    /// <summary>Runs a job every <paramref name="period"/>, more or less: instances do not run it in step.</summary>
    public JobList Every<T>(Duration period, Func<T, Instant, Task> runOnce)
        where T : class
    {
        _jobs.Add(
            new Job(
                typeof(T).Name,
                period,
                (services, now) => runOnce(ActivatorUtilities.GetServiceOrCreateInstance<T>(services), now)
            )
        );
        return this;
    }
}

static class JobRegistration
{
    /// <summary>The periodic jobs, and the loop that runs them where <see cref="Settings.Workers"/> says so.</summary>
    public static void AddJobs(this IServiceCollection services, Settings settings, Action<JobList> list)
    {
        var jobs = new JobList();
        list(jobs);
        services.AddSingleton(jobs);
        if (settings.Workers)
            services.AddHostedService<JobLoop>();
    }
}
