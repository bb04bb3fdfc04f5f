namespace ClosedDoor.Platform.Outbox;

static class OutboxRegistration
{
    /// <summary>The outbox with its handlers, and the loop that works it where <see cref="Settings.Workers"/> says so.</summary>
    public static void AddOutbox(this IServiceCollection services, Settings settings, OutboxHandlers handlers)
    {
        services.AddSingleton(handlers);
        services.AddSingleton<OutboxWorker>();
        if (settings.Workers)
            services.AddHostedService<OutboxLoop>();
    }
}
