using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using ClosedDoor.Platform.Telemetry;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Telemetry;

public class MetricsTests
{
    [Test]
    public async Task What_was_served_is_counted_by_route_method_and_status()
    {
        await using var host = await TestHost.Create();
        var sessionId = await host.Given.PublishedSession();
        for (var i = 0; i < 3; i++)
            await host.Anonymous.Get($"/sessions/{sessionId}");
        await host.Anonymous.Get("/sessions/none");
        await host.Anonymous.Get("/no/such/route");

        // Some moments after its answer is out a request is no more under way, and only then it is counted.
        const string Count =
            "http_server_request_duration_seconds_count{http_route=\"/api/v1/sessions/{sessionId}\",http_request_method=\"GET\",http_response_status_code=";
        var metrics = await Scrape(host);
        for (var tries = 0; tries < 600 && !(IsOver() && Counted(200) >= 3 && Counted(404) >= 1); tries++)
        {
            await Task.Delay(50);
            metrics = await Scrape(host);
        }

        Assert.That((Counted(200), Counted(404)), Is.EqualTo((3, 1)));
        Assert.That(metrics.Keys, Has.None.Contain("/no/such/route"));
        Assert.That(metrics["http_server_active_requests"], Is.EqualTo(1), "the scrape itself");
        Assert.That(metrics["closeddoor_database_up"], Is.EqualTo(1));
        Assert.That(metrics["closeddoor_outbox_parked"], Is.Zero);
        Assert.That(metrics["closeddoor_outbox_lag_seconds"], Is.Zero);
        Assert.That(metrics["dotnet_process_memory_working_set_bytes"], Is.Positive);
        Assert.That(metrics["dotnet_thread_pool_thread_count"], Is.Positive);
        Assert.That(metrics.Keys, Has.Some.StartsWith("dotnet_gc_collections_total{"));
        if (!TestDatabase.IsPostgres)
        {
            Assert.That(metrics["closeddoor_database_commits_total"], Is.Positive);
            Assert.That(metrics["closeddoor_database_commit_duration_seconds_count"], Is.Positive);
        }

        bool IsOver() => metrics["http_server_active_requests"] <= 1;
        double Counted(int status) => metrics.GetValueOrDefault($"{Count}\"{status}\"}}");
    }

    [Test]
    public async Task Without_its_database_the_service_still_tells_its_metrics()
    {
        await using var host = await TestHost.Create();
        await host.Tamper("ALTER TABLE outbox RENAME TO outbox_gone");

        var metrics = await Scrape(host);

        Assert.That(metrics["closeddoor_database_up"], Is.Zero);
        Assert.That(metrics.Keys, Has.Some.StartsWith("http_server_"));
    }

    [Test]
    public void Buckets_are_cumulative_and_labels_are_escaped()
    {
        var family = new MetricFamily("x_seconds", "Help with \\ and\nbreak", MetricKind.Histogram, ["route"]);
        family.Add(0.001, [new("route", "a\"b\\c\nd")]);
        family.Add(0.3, [new("route", "a\"b\\c\nd"), new("other", "is dropped")]);
        family.Add(60, [new("route", "a\"b\\c\nd")]);
        var text = new StringBuilder();

        PrometheusText.Write(text, family);

        var metrics = PrometheusParser.Parse(text.ToString());
        const string Label = "route=\"a\\\"b\\\\c\\nd\"";
        Assert.That(metrics[$"x_seconds_bucket{{{Label},le=\"0.001\"}}"], Is.EqualTo(1));
        Assert.That(metrics[$"x_seconds_bucket{{{Label},le=\"0.25\"}}"], Is.EqualTo(1));
        Assert.That(metrics[$"x_seconds_bucket{{{Label},le=\"0.5\"}}"], Is.EqualTo(2));
        Assert.That(metrics[$"x_seconds_bucket{{{Label},le=\"10\"}}"], Is.EqualTo(2));
        Assert.That(metrics[$"x_seconds_bucket{{{Label},le=\"+Inf\"}}"], Is.EqualTo(3));
        Assert.That(metrics[$"x_seconds_count{{{Label}}}"], Is.EqualTo(3));
        Assert.That(metrics[$"x_seconds_sum{{{Label}}}"], Is.EqualTo(60.301));
    }

    [Test]
    public void A_label_that_callers_choose_cannot_fill_the_memory()
    {
        var family = new MetricFamily("x_total", "Help", MetricKind.Counter, ["route"]);
        for (var i = 0; i < 10_000; i++)
            family.Add(1, [new("route", i.ToString(CultureInfo.InvariantCulture))]);

        Assert.That(family.All.Count(), Is.LessThanOrEqualTo(501));
        Assert.That(family.All.Sum(series => series.Value), Is.EqualTo(10_000));
    }

    [Test]
    public void Many_threads_lose_no_count()
    {
        var family = new MetricFamily("x", "Help", MetricKind.Histogram, []);
        Parallel.For(0, 100_000, _ => family.Add(0.5, []));

        var series = family.All.Single();

        Assert.That(series.Buckets.Sum(), Is.EqualTo(100_000));
        Assert.That(series.Value, Is.EqualTo(50_000));
    }

    [TestCase("closeddoor.database.commits", null, "Counter", "closeddoor_database_commits_total")]
    [TestCase("http.server.request.duration", "s", "Histogram", "http_server_request_duration_seconds")]
    [TestCase("dotnet.gc.last_collection.heap.size", "By", "Gauge", "dotnet_gc_last_collection_heap_size_bytes")]
    [TestCase("dotnet.process.cpu.time", "s", "Counter", "dotnet_process_cpu_time_seconds_total")]
    [TestCase("kestrel.active_connections", "{connection}", "Gauge", "kestrel_active_connections")]
    public void Names_follow_the_conventions(string instrument, string? unit, string kind, string name) =>
        Assert.That(PrometheusText.NameOf(instrument, unit, Enum.Parse<MetricKind>(kind)), Is.EqualTo(name));

    static async Task<Dictionary<string, double>> Scrape(TestHost host)
    {
        using var response = await host.Client.GetAsync("/metrics");
        Assert.That((int)response.StatusCode, Is.EqualTo(200));
        Assert.That(
            response.Content.Headers.ContentType!.ToString(),
            Is.EqualTo("text/plain; version=0.0.4; charset=utf-8")
        );
        return PrometheusParser.Parse(await response.Content.ReadAsStringAsync());
    }
}
