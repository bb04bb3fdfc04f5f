namespace ClosedDoor.Platform.Telemetry;

/// <summary>
/// Where the log goes: JSON lines on stdout in production, plain lines for the developer. The one place that says what
/// is worth a line.
/// </summary>
static class Logs
{
    public static void AddLogs(this WebApplicationBuilder builder)
    {
        var logging = builder.Logging;
        logging.ClearProviders();
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("System", LogLevel.Warning);
        logging.AddFilter("Npgsql", LogLevel.Warning);
        // What the framework says of single requests is in the access log; its scope and line would cost each request.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
        if (builder.Environment.IsDevelopment())
        {
            logging.AddSimpleConsole(console => console.SingleLine = true);
            return;
        }
        builder.Services.AddSingleton<ILoggerProvider>(services => new JsonLog(
            Console.OpenStandardOutput(),
            services.GetRequiredService<TimeProvider>()
        ));
    }
}
