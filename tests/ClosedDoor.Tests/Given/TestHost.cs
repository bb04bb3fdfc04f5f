using System.Net;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace ClosedDoor.Tests.Given;

/// <summary>
/// The whole service in this process: real endpoints, real database, real outbox and mail folder; the clock is the
/// test's, and nothing runs in the background, so that a test says itself when a job runs.
/// </summary>
public sealed class TestHost : IAsyncDisposable
{
    /// <summary>A Monday morning in Beijing, with both years of the working-day calendar ahead.</summary>
    public static readonly Instant Start = Instant.FromUtc(2026, 3, 2, 1, 0);

    readonly TestDatabase _database;
    readonly bool _ownsDatabase;
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    WebApplicationFactory<Program> _factory;

    TestHost(
        TestDatabase database,
        bool ownsDatabase,
        FakeTime time,
        (string Name, string Value)[] settings,
        int? port = null
    )
    {
        (_database, _ownsDatabase, Time) = (database, ownsDatabase, time);
        _factory = new Factory(this, settings);
        if (port is not null)
            _factory.UseKestrel(port.Value);
        Client = _factory.CreateClient(new() { AllowAutoRedirect = false });
        if (port is not null)
            Client.BaseAddress = new Uri(Get<Settings>().PublicUrl);
        Data = _factory.Services.GetRequiredService<Database>();
        Given = new Given(this);
    }

    public FakeTime Time { get; }

    public HttpClient Client { get; private set; }

    /// <summary>The host's own database object.</summary>
    public Database Data { get; private set; }

    public IServiceProvider Services => _factory.Services;

    public TestDatabase Store => _database;

    public string MailFolder => Path.Combine(_database.Folder, "mail");

    public Given Given { get; }

    /// <summary>What the service has logged, as it would stand in its log file.</summary>
    public CapturedLog Log { get; } = new();

    /// <summary>A caller without a token.</summary>
    public ApiClient Anonymous => new(Client, null);

    public static async Task<TestHost> Create(params (string Name, string Value)[] settings) =>
        new(await TestDatabase.CreateMigrated(), true, new FakeTime(Start), settings);

    /// <summary>On a real socket, for what only the real server does. Links in its mails lead there.</summary>
    public static async Task<TestHost> CreateOnKestrel(params (string Name, string Value)[] settings)
    {
        var port = Ports.Free();
        return new(
            await TestDatabase.CreateMigrated(),
            true,
            new FakeTime(Start),
            [("CLOSEDDOOR_PUBLIC_URL", $"http://127.0.0.1:{port}"), .. settings],
            port
        );
    }

    /// <summary>Another instance, or the same one after a restart, on this host's database and clock.</summary>
    public TestHost Another(params (string Name, string Value)[] settings) => new(_database, false, Time, settings);

    public T Get<T>()
        where T : notnull => _factory.Services.GetRequiredService<T>();

    public ApiClient As(string token) => new(Client, token);

    /// <summary>A GET as it comes from this address.</summary>
    public Task<HttpContext> From(string address, string path, params (string Name, string Value)[] headers) =>
        _factory.Server.SendAsync(http =>
        {
            http.Connection.RemoteIpAddress = IPAddress.Parse(address);
            http.Request.Method = "GET";
            http.Request.Path = path;
            foreach (var (name, value) in headers)
                http.Request.Headers[name] = value;
        });

    /// <summary>Reads from the database, where the API shows too little for a test to be sure.</summary>
    public Task<T> Query<T>(string sql, object? args = null) => Data.Read(db => db.Get<T>(sql, args));

    /// <summary>Changes the database behind the service's back.</summary>
    public Task<int> Tamper(string sql, object? args = null) => Data.Write("test", tx => tx.Execute(sql, args));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _factory.DisposeAsync();
        // Two end the host, the factory and Program's own thread: who comes second returns while the first is still at it.
        await _ended.Task.WaitAsync(TimeSpan.FromMinutes(1));
        Log.Dispose();
        if (_ownsDatabase)
            await _database.DisposeAsync();
        // NUnit keeps every fixture, and so its fields, until the run ends: not the whole service with them.
        (_factory, Client, Data) = (null!, null!, null!);
    }

    /// <summary>The host makes its log before everything else, and so disposes of it after everything else.</summary>
    sealed class LastToGo(CapturedLog log, TaskCompletionSource ended) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => log.Provider.CreateLogger(categoryName);

        public void Dispose() => ended.TrySetResult();
    }

    sealed class Factory(TestHost host, (string Name, string Value)[] settings) : WebApplicationFactory<Program>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment("Testing");
            builder.UseSetting("CLOSEDDOOR_DATA", host._database.Folder);
            builder.UseSetting("CLOSEDDOOR_DATABASE", host._database.Location);
            builder.UseSetting("CLOSEDDOOR_WORKERS", "false");
            builder.UseSetting("CLOSEDDOOR_ACCESS_LOG", "false");
            builder.UseSetting("CLOSEDDOOR_PAYEE_NAME", "示例主办方");
            builder.UseSetting("CLOSEDDOOR_PAYEE_ACCOUNT", "110000000000000001");
            builder.UseSetting("CLOSEDDOOR_PAYEE_BANK", "示例银行北京分行");
            builder.UseSetting("CLOSEDDOOR_CALLER_REQUESTS_PER_SECOND", "100000");
            builder.UseSetting("CLOSEDDOOR_ADDRESS_REQUESTS_PER_SECOND", "100000");
            builder.UseSetting("CLOSEDDOOR_MAILS_PER_SECOND", "10000");
            foreach (var (name, value) in settings)
                builder.UseSetting(name, value);
            builder.ConfigureTestServices(services =>
            {
                services.AddSingleton<TimeProvider>(host.Time);
                services.RemoveAll<ILoggerProvider>();
                services.AddSingleton<ILoggerProvider>(_ => new LastToGo(host.Log, host._ended));
            });
        }
    }
}
