using System.Text;
using System.Text.Json;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Telemetry;
using ClosedDoor.Tests.Given;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Telemetry;

public class LogTests
{
    TestHost _host = null!;

    [SetUp]
    public async Task Start() => _host = await TestHost.Create(("CLOSEDDOOR_ACCESS_LOG", "true"));

    [TearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task Every_request_has_one_line_with_its_route_template_and_no_more_of_its_path()
    {
        var sessionId = await _host.Given.PublishedSession();
        var company = await _host.Given.VettedCompany();
        var held = (await company.Api.Post($"/sessions/{sessionId}/reservations")).Expect(201);
        await company.Api.Get("/reservations?status=held&cursor=private");

        var lines = _host.Log.Requests.ToList();

        var booking = lines.Single(line =>
            line.GetProperty("route").GetString() == "/api/v1/sessions/{sessionId}/reservations"
        );
        Assert.That(booking.GetProperty("method").GetString(), Is.EqualTo("POST"));
        Assert.That(booking.GetProperty("status").GetInt32(), Is.EqualTo(201));
        Assert.That(booking.GetProperty("caller").GetString(), Is.EqualTo(company.AccountId));
        Assert.That(booking.GetProperty("durationMs").GetDouble(), Is.Positive);
        Assert.That(booking.GetProperty("requestId").GetString(), Is.EqualTo(held.Headers["X-Request-Id"]));
        Assert.That(lines[^1].GetProperty("status").GetInt32(), Is.EqualTo(400));
        Assert.That(_host.Log.Text, Does.Not.Contain("private").And.Not.Contain(sessionId));
    }

    [Test]
    public void The_start_says_once_which_release_it_is_of()
    {
        var props = File.ReadAllText(Path.Combine(Readme.Root, "Directory.Build.props"));
        var number = ProductVersion.Text.Split('+')[0];
        Assert.That(props, Does.Contain($"<Version>{number}</Version>"));

        Assert.That(_host.Log.Text.Split($"\"ClosedDoor {number}"), Has.Length.EqualTo(2));
    }

    [Test]
    public async Task A_given_trace_goes_on_in_the_log()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/sessions");
        request.Headers.Add("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        request.Headers.Add("X-Request-Id", "callers-own-id");
        await _host.Client.SendAsync(request);

        var line = _host.Log.Requests.Last();

        Assert.That(line.GetProperty("traceId").GetString(), Is.EqualTo("4bf92f3577b34da6a3ce929d0e0e4736"));
        Assert.That(line.GetProperty("requestId").GetString(), Is.EqualTo("callers-own-id"));
    }

    [Test]
    public async Task Probes_and_scrapes_are_left_out()
    {
        foreach (var path in new[] { "/healthz", "/readyz", "/metrics" })
            await _host.Client.GetAsync(path);

        Assert.That(_host.Log.Requests, Is.Empty);
    }

    [Test]
    public async Task The_access_log_can_be_turned_off()
    {
        await using var quiet = await TestHost.Create(("CLOSEDDOOR_ACCESS_LOG", "false"));
        await quiet.Anonymous.Get("/sessions");

        Assert.That(quiet.Log.Requests, Is.Empty);
    }

    [Test]
    public async Task No_personal_data_reaches_the_log()
    {
        const string Password = "marked-pass-phrase-1";
        var person = new
        {
            name = "示例企业标记",
            uscc = ClosedDoor.Tests.Given.Given.Uscc(77).Value,
            contact = new
            {
                name = "标记人",
                email = "marked@example.com",
                phone = "13800009999",
            },
            password = Password,
        };
        (await _host.Anonymous.Post("/companies", person)).Expect(201);
        (await _host.Anonymous.Post("/companies", person)).Expect(409);
        (await _host.Anonymous.Post("/companies?email=marked@example.com", new { name = "标记人", uscc = 5 })).Expect(
            400
        );
        var tokens = (
            await _host.Anonymous.Post("/auth/sign-in", new { email = "marked@example.com", password = Password })
        ).Expect(200);
        (
            await _host.Anonymous.Post("/auth/sign-in", new { email = "marked@example.com", password = "marked-wrong" })
        ).Expect(401);
        await _host.As("cda_marked-token").Get("/reservations");
        await _host.Anonymous.Get("/marked@example.com?phone=13800009999");

        // A crash in the middle of the sign-up's statements.
        await _host.Tamper("ALTER TABLE company RENAME TO company_gone");
        (await _host.Anonymous.Post("/companies", person)).Expect(500, "internal_error");

        var log = _host.Log.Text;
        Assert.That(
            _host.Log.Lines.Any(line => line.GetProperty("level").GetString() == "error"),
            "the crash is there"
        );
        foreach (
            var secret in new[]
            {
                "marked",
                "标记",
                "13800009999",
                person.uscc,
                tokens["accessToken"].GetString()!,
                tokens["refreshToken"].GetString()!,
                "127.0.0.1",
            }
        )
            Assert.That(log, Does.Not.Contain(secret));
    }

    [Test]
    public async Task A_crash_is_logged_with_where_it_happened()
    {
        await _host.Tamper("ALTER TABLE company RENAME TO company_gone");
        var reply = await _host.Anonymous.Post(
            "/companies",
            new
            {
                name = "示例企业一",
                uscc = ClosedDoor.Tests.Given.Given.Uscc(78).Value,
                contact = new
                {
                    name = "示例联系人",
                    email = "contact@example.com",
                    phone = "13800000000",
                },
                password = "a-long-passphrase",
            }
        );
        reply.Expect(500, "internal_error");

        var line = _host.Log.Lines.Single(one => one.GetProperty("level").GetString() == "error");

        Assert.That(line.GetProperty("requestId").GetString(), Is.EqualTo(reply["requestId"].GetString()));
        var exception = line.GetProperty("exception");
        Assert.That(exception.GetProperty("type").GetString(), Does.EndWith("Exception"));
        Assert.That(exception.GetProperty("stack").GetString(), Does.Contain("CompanyTable.Add"));
        Assert.That(reply.Text, Does.Not.Contain("company_gone").And.Not.Contain("Exception"));
    }

    [Test]
    public void Messages_that_may_quote_a_value_are_left_out_and_others_kept()
    {
        using var output = new MemoryStream();
        using var log = new JsonLog(Stream.Synchronized(output), TimeProvider.System);
        var logger = log.CreateLogger("Test");

        logger.LogError(Thrown(() => int.Parse("13800009999x")), "Parsing failed");
        logger.LogError(
            new InvalidOperationException("No seat", new KeyNotFoundException("标记人")),
            "Line\nbreak \"quoted\""
        );
        log.Flush();

        var lines = Encoding.UTF8.GetString(output.ToArray()).TrimEnd('\n').Split('\n');
        Assert.That(lines, Has.Length.EqualTo(2));
        Assert.That(lines[0], Does.Contain("System.FormatException").And.Not.Contain("13800009999"));
        Assert.That(lines[1], Does.Contain("No seat").And.Not.Contain("标记人"));
        Assert.That(
            JsonDocument.Parse(lines[1]).RootElement.GetProperty("message").GetString(),
            Is.EqualTo("Line\nbreak \"quoted\"")
        );

        static Exception Thrown(Action act)
        {
            try
            {
                act();
            }
            catch (FormatException e)
            {
                return e;
            }
            throw new AssertionException("Nothing was thrown.");
        }
    }

    [Test]
    public void Of_several_exceptions_together_each_is_told()
    {
        using var output = new MemoryStream();
        using var log = new JsonLog(Stream.Synchronized(output), TimeProvider.System);

        log.CreateLogger("Test")
            .LogError(
                new AggregateException(
                    Enumerable
                        .Range(1, 12)
                        .Select(i => new InvalidOperationException($"ses_{i}.", new TimeoutException($"Cause {i}.")))
                ),
                "Failed"
            );
        log.Flush();

        var exception = JsonDocument.Parse(output.ToArray()).RootElement.GetProperty("exception");
        Assert.That(exception.GetProperty("count").GetInt32(), Is.EqualTo(12));
        Assert.That(
            exception.GetProperty("exceptions").EnumerateArray().Select(one => one.GetProperty("message").GetString()),
            Is.EqualTo(Enumerable.Range(1, 10).Select(i => $"ses_{i}."))
        );
        Assert.That(
            exception.GetProperty("exceptions")[1].GetProperty("exception").GetProperty("message").GetString(),
            Is.EqualTo("Cause 2.")
        );
    }

    [Test]
    public void A_log_that_nobody_reads_drops_lines_and_never_holds_a_request_up()
    {
        using var stuck = new StuckStream();
        var queue = new LogQueue(stuck);
        var line = new byte[1000];

        for (var i = 0; i < 10_000; i++)
            queue.Add(line, urgent: false);
        stuck.Release();
        queue.Flush();
        queue.Add("{}\n"u8, urgent: true);
        queue.Dispose();

        Assert.That(stuck.Text, Does.Contain("log lines were dropped"));
        Assert.That(stuck.Text, Does.EndWith("{}\n"));
    }

    [Test]
    public void Lines_of_many_threads_stay_whole()
    {
        using var output = new MemoryStream();
        using (var log = new JsonLog(output, TimeProvider.System))
        {
            var logger = log.CreateLogger("Test");
            Parallel.For(0, 5_000, i => logger.LogInformation("Line {Number}", i));
        }

        var lines = Encoding.UTF8.GetString(output.ToArray()).TrimEnd('\n').Split('\n');
        Assert.That(lines, Has.Length.EqualTo(5_000));
        Assert.That(
            lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("message").GetString()),
            Is.Unique
        );
    }

    sealed class StuckStream : MemoryStream
    {
        readonly ManualResetEventSlim _released = new();

        public string Text => Encoding.UTF8.GetString(ToArray());

        public void Release() => _released.Set();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _released.Wait();
            base.Write(buffer);
        }

        protected override void Dispose(bool disposing)
        {
            _released.Set();
            base.Dispose(disposing);
        }
    }
}
