using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using ClosedDoor.Platform.Telemetry;
using ClosedDoor.Tests.Given;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Telemetry;

public class OpenTelemetryTests
{
    [Test]
    public async Task Traces_and_metrics_go_to_the_endpoint_that_is_set_and_name_nobody()
    {
        using var collector = new Collector();
        await using (var host = await TestHost.Create(("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address)))
        {
            // A request's span ends after its answer is out. This listener hears of it after the exporter has, and of
            // the spans of every other host in the process: a trace of our own tells which are ours.
            var trace = ActivityTraceId.CreateRandom();
            using var ended = new SemaphoreSlim(0);
            using var listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
                ActivityStopped = span =>
                {
                    if (span.TraceId == trace)
                        ended.Release();
                },
            };
            ActivitySource.AddActivityListener(listener);
            foreach (var path in new[] { "/sessions?cursor=marked-query", "/sessions/marked-path" })
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1{path}");
                request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
                await host.Client.SendAsync(request);
                Assert.That(await ended.WaitAsync(TimeSpan.FromMinutes(1)), path);
            }
        }

        // Two end the host, the test and its own main thread, and who comes second goes on while the first still sends.
        var since = Stopwatch.GetTimestamp();
        while (collector.Received.Count < 2 && Stopwatch.GetElapsedTime(since) < TimeSpan.FromMinutes(1))
            await Task.Delay(20);
        Assert.That(collector.Received.Keys, Is.EquivalentTo(new[] { "/v1/metrics", "/v1/traces" }));
        Assert.That(
            collector.Received["/v1/traces"],
            Does.Contain("/api/v1/sessions/{sessionId}").And.Contain("closeddoor")
        );
        Assert.That(collector.Received["/v1/traces"], Does.Not.Contain("marked"));
        Assert.That(collector.Received["/v1/metrics"], Does.Contain("http.server.request.duration"));
        Assert.That(collector.ContentTypes, Is.All.EqualTo("application/x-protobuf"));
    }

    [Test]
    public async Task Nothing_is_created_when_no_endpoint_is_set()
    {
        await using var host = await TestHost.Create();

        Assert.That(host.Services.GetServices<IHostedService>().OfType<OpenTelemetryExport>(), Is.Empty);
    }

    /// <summary>Takes what exporters post, on loopback.</summary>
    sealed class Collector : IDisposable
    {
        readonly HttpListener _listener = new();

        public Collector()
        {
            for (var port = 43180; ; port++)
            {
                try
                {
                    Address = $"http://127.0.0.1:{port}/";
                    _listener.Prefixes.Add(Address);
                    _listener.Start();
                    break;
                }
                catch (HttpListenerException) when (port < 43280)
                {
                    _listener = new HttpListener(); // The port is taken.
                }
            }
            // On a thread of its own: a flush waits for it for seconds only, and the pool's may all be busy.
            new Thread(Serve) { IsBackground = true }.Start();
        }

        public string Address { get; }
        public ConcurrentDictionary<string, string> Received { get; } = new();
        public ConcurrentBag<string> ContentTypes { get; } = [];

        void Serve()
        {
            try
            {
                while (true)
                    Take(_listener.GetContext());
            }
            catch (Exception e)
                when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                // The test is over.
            }
        }

        void Take(HttpListenerContext context)
        {
            using var body = new MemoryStream();
            context.Request.InputStream.CopyTo(body);
            ContentTypes.Add(context.Request.ContentType!);
            // Protobuf keeps strings as they are, so that they can be searched for.
            var text = Encoding.Latin1.GetString(body.ToArray());
            Received.AddOrUpdate(context.Request.Url!.AbsolutePath, text, (_, earlier) => earlier + text);
            context.Response.StatusCode = 200;
            context.Response.Close();
        }

        public void Dispose() => _listener.Close();
    }
}
