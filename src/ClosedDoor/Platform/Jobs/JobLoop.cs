using NodaTime;

namespace ClosedDoor.Platform.Jobs;

/// <summary>Runs the periodic jobs while the service runs, each on its own. One that fails is logged and runs again in its time.</summary>
sealed partial class JobLoop(JobList jobs, IServiceProvider services, IClock clock, ILogger<JobLoop> log)
    : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(jobs.All.Select(job => Repeat(job, stoppingToken)));

    async Task Repeat(Job job, CancellationToken stopping)
    {
        try
        {
            // Somewhere within the first period, so that instances that start together do not run in step.
            await Task.Delay(job.Period.ToTimeSpan() * Random.Shared.NextDouble(), stopping);
            while (!stopping.IsCancellationRequested)
            {
                await Run(job);
                await Task.Delay(job.Period.ToTimeSpan() * (0.9 + 0.2 * Random.Shared.NextDouble()), stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The service stops; a run that had begun is over.
        }
    }

    async Task Run(Job job)
    {
        try
        {
            await job.RunOnce(services, clock.GetCurrentInstant());
        }
        catch (Exception e)
        {
            LogFailed(e, job.Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The job {Job} failed; it runs again in its time")]
    partial void LogFailed(Exception error, string job);
}
