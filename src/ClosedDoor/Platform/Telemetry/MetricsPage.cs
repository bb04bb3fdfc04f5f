using System.Text;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Platform.Telemetry;

/// <summary><c>/metrics</c>, for Prometheus to scrape: counts and durations, nothing about anybody.</summary>
static class MetricsPage
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/metrics", Show).ForMachines();

    static async Task Show(HttpContext http)
    {
        var text = new StringBuilder(16 * 1024);
        await WriteOutbox(text, http.RequestServices);
        foreach (var family in http.RequestServices.GetRequiredService<MeterReader>().Read())
            PrometheusText.Write(text, family);

        http.Response.Headers.CacheControl = "no-store";
        await Answer.WriteBytes(http, Encoding.UTF8.GetBytes(text.ToString()), PrometheusText.ContentType);
    }

    static async Task WriteOutbox(StringBuilder text, IServiceProvider services)
    {
        var reachable = true;
        try
        {
            var now = services.GetRequiredService<IClock>().GetCurrentInstant();
            var outbox = await services
                .GetRequiredService<Database>()
                .Read(read => OutboxLag.Look(read, now))
                .WaitAsync(Patience);
            Gauge("closeddoor_outbox_due", "Outbox messages whose time has come.", outbox.Due);
            Gauge("closeddoor_outbox_parked", "Outbox messages that were given up.", outbox.Parked);
            Gauge(
                "closeddoor_outbox_lag_seconds",
                "How long the oldest due outbox message has waited.",
                outbox.Lag.TotalSeconds
            );
        }
        catch (Exception e)
            when (e is DatabaseUnavailableException or TimeoutException or System.Data.Common.DbException)
        {
            reachable = false;
        }
        Gauge("closeddoor_database_up", "Whether the database answered this scrape.", reachable ? 1 : 0);

        void Gauge(string name, string help, double value) => PrometheusText.Gauge(text, name, help, value);
    }
}
