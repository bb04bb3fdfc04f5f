using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Platform.Telemetry;

/// <summary>
/// What a supervisor asks. Alive is whoever answers at all: restarting the service heals no database. Ready is whoever
/// can serve: a load balancer goes by it.
/// </summary>
static class Health
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public delegate Task<IReadOnlyList<string>> LedgerFaults(Statements read);

    public sealed record Alive(string Status);

    public sealed record Ready(string Status, IReadOnlyDictionary<string, Check> Checks);

    /// <param name="Status"><c>ok</c> or <c>failed</c>.</param>
    public sealed record Check(
        string Status,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail = null
    );

    /// <param name="faultsOfLedger">Where the books do not balance; empty when they do.</param>
    public static void Map(IEndpointRouteBuilder app, LedgerFaults faultsOfLedger)
    {
        app.MapGet("/healthz", http => Answer.WriteJson(http, new Alive("ok"), "application/json")).ForMachines();
        app.MapGet("/readyz", http => ShowReadiness(http, faultsOfLedger)).ForMachines();
    }

    /// <summary>Probes and scrapes, cheap and asked every few seconds: neither limited, nor logged, nor asked for tokens, nor part of the API's description.</summary>
    public static IEndpointConventionBuilder ForMachines(this IEndpointConventionBuilder endpoint) =>
        endpoint.ExcludeFromDescription().WithMetadata(new NotLimited(), new LeftOutOfAccessLog(), new IgnoresToken());

    static async Task ShowReadiness(HttpContext http, LedgerFaults faultsOfLedger)
    {
        var services = http.RequestServices;
        var ready = await Look(
            services.GetRequiredService<Database>(),
            faultsOfLedger,
            services.GetRequiredService<Settings>(),
            services.GetRequiredService<IClock>().GetCurrentInstant(),
            services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested
        );
        http.Response.StatusCode = ready.Status == "ok" ? 200 : 503;
        http.Response.Headers.CacheControl = "no-store";
        await Answer.WriteJson(http, ready, "application/json");
    }

    public static async Task<Ready> Look(
        Database db,
        LedgerFaults faultsOfLedger,
        Settings settings,
        Instant now,
        bool stopping
    )
    {
        var checks = new SortedDictionary<string, Check>(StringComparer.Ordinal)
        {
            ["serving"] = stopping ? Failed("shutting down") : Ok,
        };
        try
        {
            var migrated = await new Migrator(db).IsUpToDate().WaitAsync(Patience);
            checks["database"] = Ok;
            checks["migrations"] = migrated ? Ok : Failed("not all migrations are applied");
            checks["ledger"] = await LedgerOf(db, faultsOfLedger, now);
            var outbox = await db.Read(read => OutboxLag.Look(read, now)).WaitAsync(Patience);
            checks["outbox"] =
                outbox.Lag <= settings.LongestOutboxLag
                    ? Ok
                    : Failed($"the oldest message has waited {(long)outbox.Lag.TotalSeconds} s");
        }
        catch (Exception e)
            when (e is DatabaseUnavailableException or TimeoutException or System.Data.Common.DbException)
        {
            // A probe's answer may be public: the reason stands in the log with the requests that it fails.
            checks["database"] = Failed("not reachable");
        }
        return new(checks.All(check => check.Value.Status == "ok" || check.Key == "ledger") ? "ok" : "failed", checks);
    }

    /// <summary>
    /// Whether the books balance. A detail only: books that do not balance are finance's to mend, and taking every instance
    /// out of service would mend nothing. Nor would it where they cannot be read. Nobody waits
    /// for as long as reading all of them takes: see <see cref="LastLook{T}"/>.
    /// </summary>
    static async Task<Check> LedgerOf(Database db, LedgerFaults faultsOfLedger, Instant now)
    {
        try
        {
            return await LastLedgers
                    .GetOrCreateValue(db)
                    .At(now, Patience, async () => Of(await db.Read(read => faultsOfLedger(read))))
                ?? StillLooking;
        }
        catch (Exception e) when (e is DatabaseUnavailableException or System.Data.Common.DbException)
        {
            return Failed("cannot be read");
        }
    }

    static Check Of(IReadOnlyList<string> faults) => faults.Count == 0 ? Ok : Failed(string.Join(", ", faults));

    static readonly ConditionalWeakTable<Database, LastLook<Check>> LastLedgers = [];

    static readonly Check Ok = new("ok");

    static readonly Check StillLooking = new("ok", "still being read");

    static Check Failed(string detail) => new("failed", detail);
}
