using System.Diagnostics;
using Microsoft.AspNetCore.Http.Metadata;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ClosedDoor.Platform.Telemetry;

/// <summary>
/// Traces and metrics over OTLP, when the operator names an endpoint. The framework's and Npgsql's own sources are
/// exported without what names people: paths hold tokens, query strings and user agents are the callers' own.
/// </summary>
sealed class OpenTelemetryExport : IHostedService, IDisposable
{
    static readonly string[] NamesPeople =
    [
        "url.path",
        "url.query",
        "url.full",
        "user_agent.original",
        "client.address",
        "network.peer.address",
        "db.query.parameter",
    ];

    readonly TracerProvider _traces;
    readonly MeterProvider _metrics;

    OpenTelemetryExport(Uri endpoint, bool grpc)
    {
        var resource = ResourceBuilder
            .CreateEmpty()
            .AddService(
                "closeddoor",
                serviceVersion: typeof(OpenTelemetryExport).Assembly.GetName().Version?.ToString(3)
            )
            .AddEnvironmentVariableDetector();
        _traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource("Microsoft.AspNetCore", "Npgsql")
            .AddProcessor(new WithoutPeople())
            .AddOtlpExporter(options => Address(options, "v1/traces"))
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
            .AddMeter("System.Runtime", "Npgsql", "ClosedDoor")
            .AddOtlpExporter(options => Address(options, "v1/metrics"))
            .Build();

        void Address(OtlpExporterOptions options, string signal)
        {
            options.Protocol = grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
            options.Endpoint = grpc ? endpoint : new Uri($"{endpoint.AbsoluteUri.TrimEnd('/')}/{signal}");
        }
    }

    /// <summary>Nothing at all is created when no endpoint is set.</summary>
    public static void AddTo(IServiceCollection services, Settings settings)
    {
        if (settings.OtlpEndpoint is not { } endpoint)
            return;
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri))
            throw new InvalidSettingException("OTEL_EXPORTER_OTLP_ENDPOINT must be an absolute URL.");
        // Since .NET 10 the framework leaves the standard's attributes to instrumentation packages, unless asked.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        services.AddHostedService(_ => new OpenTelemetryExport(uri, settings.OtlpOverGrpc));
    }

    /// <summary>Names a request's span by its route, which the framework leaves to instrumentation packages.</summary>
    public static void NameSpans(IApplicationBuilder app, Settings settings)
    {
        if (settings.OtlpEndpoint is null)
            return;
        app.Use(
            async (http, next) =>
            {
                await next(http);
                if (Activity.Current is not { IsAllDataRequested: true } span)
                    return;
                if (http.GetEndpoint()?.Metadata.GetMetadata<IRouteDiagnosticsMetadata>()?.Route is { } route)
                {
                    span.DisplayName = $"{http.Request.Method} {route}";
                    span.SetTag("http.route", route);
                }
                span.SetTag("http.response.status_code", http.Response.StatusCode);
                if (http.Response.StatusCode >= 500)
                    span.SetStatus(ActivityStatusCode.Error);
            }
        );
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _traces.ForceFlush(2_000);
        _metrics.ForceFlush(2_000);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _traces.Dispose();
        _metrics.Dispose();
    }

    sealed class WithoutPeople : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data)
        {
            foreach (var name in NamesPeople)
                data.SetTag(name, null);
        }
    }
}
