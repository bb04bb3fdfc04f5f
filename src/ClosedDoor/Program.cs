using ClosedDoor;
using ClosedDoor.Features.Accounts;
using ClosedDoor.Features.Door;
using ClosedDoor.Features.Invariants;
using ClosedDoor.Features.Payments.Ledger;
using ClosedDoor.Features.Payments.Stripe;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Backup;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Http.OpenApi;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Jobs;
using ClosedDoor.Platform.Mail;
using ClosedDoor.Platform.Outbox;
using ClosedDoor.Platform.Pages;
using ClosedDoor.Platform.Telemetry;
using NodaTime;

try
{
    // Settings files lie beside the binary, whatever folder the service is started from; they are read once, so that
    // nothing need watch them.
    var builder = WebApplication.CreateSlimBuilder(
        new WebApplicationOptions
        {
            Args = ["--hostBuilder:reloadConfigOnChange=false", .. args],
            ContentRootPath = AppContext.BaseDirectory,
        }
    );
    var settings = new Settings(builder.Configuration);

    StripeSetup.Check(settings, builder.Environment.IsProduction());
    var stripe = new StripeClient(settings);

    builder.Services.AddSingleton(settings);
    builder.Services.AddSingleton(stripe);
    builder.Services.AddSingleton(TimeProvider.System);
    builder.Services.AddSingleton<IClock, SystemTime>();
    builder.Services.AddSingleton(_ => Database.Open(settings));
    builder.Services.AddSingleton<KeptAnswers>();
    builder.Services.AddSingleton<KnownTokens>();
    builder.Services.AddSingleton<Passwords>();
    builder.Services.AddSingleton<TicketKeys>();
    builder.Services.AddSingleton<Mailer>();
    builder.Services.AddOutbox(settings, MessageHandlers.All(stripe));
    builder.Services.AddSingleton<CheckInvariantsNightly>();
    builder.Services.AddSingleton<ReconcileEvents>();
    builder.Services.AddSingleton<TakeSnapshots>();
    builder.Services.AddJobs(settings, jobs => PeriodicJobs.List(jobs, settings));
    builder.Services.AddPolicies();
    builder.Services.AddRateLimits(settings);
    builder.Services.AddApiDocument();
    builder.Services.ConfigureHttpJsonOptions(json => Json.Configure(json.SerializerOptions));
    builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
    builder.WebHost.ConfigureKestrel(Edge.Limit).UseSockets(Edge.Buffer);
    builder.AddLogs();
    builder.Services.AddSingleton<MeterReader>();
    builder.Services.AddSingleton<FollowedTraces>();
    builder.Services.AddHostedService<Drain>();
    builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Drain.LongestStop(settings));
    OpenTelemetryExport.AddTo(builder.Services, settings);

    var app = builder.Build();
    var clock = app.Services.GetRequiredService<IClock>();

    if (CommandLine.VerbOf(args) is { } verb)
        return await new CommandLine(
            new Dictionary<string, CommandLine.Command>
            {
                // These two change nothing of what they copy or replace, the schema neither.
                ["backup"] = CommandLine.OnOurs(MakeBackup.Command),
                ["restore"] = RestoreBackup.Command,
                ["check-invariants"] = CommandLine.OfNothing(CommandLine.OnExisting(CheckInvariants.Command)),
                ["create-owner"] = CommandLine.OnceMigrated(CreateOwner.Run),
                ["migrate"] = CommandLine.OfNothing(CommandLine.OnceMigrated((_, _) => Task.FromResult(0))),
                ["version"] = ProductVersion.Show,
                ["verify-audit"] = CommandLine.OfNothing(CommandLine.OnExisting(VerifyAudit.Command)),
            }
        ).Run(verb, app.Services, args);

    UnknownSettings.Log(app.Logger, settings.Unknown);
    await new Migrator(app.Services.GetRequiredService<Database>()).Apply(clock.GetCurrentInstant());
    await FirstOwner.Ensure(app.Services, clock.GetCurrentInstant());

    app.Services.GetRequiredService<FollowedTraces>();
    app.Services.GetRequiredService<MeterReader>();
    app.Services.GetRequiredService<Mailer>(); // A sender that is no address stops the start, not the first mail.

    app.UseTrustedProxies(settings);
    app.UseAccessLog(settings.AccessLog ?? app.Environment.IsProduction());
    OpenTelemetryExport.NameSpans(app, settings);
    app.UseProblemDetails();
    app.UseRouting();
    app.UseBodyLimit();
    app.UseAuthentication();
    app.UseRateLimits(); // Before tokens that are none are refused, so that guessing them is limited too.
    app.UseCaller(clock);
    app.UseAuthorization();
    app.UsePlausibility();

    Health.Map(app.MapGroup("").AnswersHead(), CheckLedger.Faults);
    MetricsPage.Map(app);
    app.MapApiDocument();
    LinkPages.Map(app);

    Endpoints.Map(app.MapGroup("/api/v1").AnswersHead());

    ProductVersion.LogStart(app.Logger);
    app.Run();
    return 0;
}
catch (Exception e)
    when (e is InvalidSettingException or MigrationException or BackupException or DatabaseUnavailableException)
{
    // The operator's to mend: what it is, without where in the code it was found.
    await Console.Error.WriteLineAsync(e.Message.ReplaceLineEndings(" "));
    return 1;
}

public partial class Program;
