using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Demo;

/// <summary>What the scenes share: the running instance, who takes part, and what has come about so far.</summary>
sealed class Stage : IAsyncDisposable
{
    public const int OpenSeats = 8;

    /// <summary>Of a seat, in fen.</summary>
    public const long Price = 3_880_000;

    static readonly TimeSpan LongestWork = TimeSpan.FromSeconds(60);

    const string OwnerEmail = "owner@example.com";

    readonly Transcript _transcript;

    Stage(Instance service, Checkout checkout, Transcript transcript, string password, string setting)
    {
        (Service, Checkout) = (service, checkout);
        Password = password;
        _transcript = transcript;
        Setting = setting;
        Mail = new Mailbox(Path.Combine(service.Folder, "mail"));
        Public = new Api(service.Http, service.Clock);
    }

    public Instance Service { get; }

    /// <summary>The stand-in for Stripe.</summary>
    public Checkout Checkout { get; }
    public string Setting { get; }
    public Mailbox Mail { get; }

    /// <summary>Somebody who has not signed in.</summary>
    public Api Public { get; }

    public Person Owner { get; private set; } = null!;
    public Person Reviewer { get; set; } = null!;
    public Person Finance { get; set; } = null!;

    public string SessionId { get; set; } = "";

    /// <summary>All ten, in the order in which they signed up.</summary>
    public List<Company> Companies { get; } = [];

    public Company Rejected { get; set; } = null!;

    /// <summary>Eight, by seat number, as of the rush.</summary>
    public List<Company> Holders { get; set; } = [];

    /// <summary>In the order in which they joined the waitlist.</summary>
    public List<Company> Waiting { get; } = [];

    /// <summary>Those who are to pay by bank transfer, in the order in which they asked to.</summary>
    public List<Company> Paying { get; } = [];

    /// <summary>The eight whose seats are paid in the end, in the order in which they were confirmed.</summary>
    public List<Company> Confirmed { get; } = [];

    /// <summary>The twelve who have accepted.</summary>
    public List<Guest> Guests { get; } = [];

    /// <summary>A device that is paired with the session's door.</summary>
    public Api Door { get; set; } = null!;

    /// <summary>The director who will be late on the day.</summary>
    public Guest Late { get; set; } = null!;

    /// <summary>The password of everybody in the story.</summary>
    public string Password { get; }

    public LocalDate Today => Zones.Today(Now);

    public Instant Now => Service.Clock.Now;

    /// <summary>The day of the session.</summary>
    public LocalDate Day { get; set; }

    public static async Task<Stage> Open(string dll, string? database, Transcript transcript)
    {
        if (!File.Exists(dll))
            throw new StepFailedException($"没有这个文件：{dll}");
        var password = RandomNumberGenerator.GetHexString(20);
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["CLOSEDDOOR_OWNER_EMAIL"] = OwnerEmail,
            ["CLOSEDDOOR_OWNER_PASSWORD"] = password,
            ["ASPNETCORE_ENVIRONMENT"] = "Development", // In production no stand-in for Stripe is let in.
            ["CLOSEDDOOR_PAYEE_NAME"] = "示例主办方",
            ["CLOSEDDOOR_PAYEE_ACCOUNT"] = "110000000000000001",
            ["CLOSEDDOOR_PAYEE_BANK"] = "示例银行北京分行",
        };
        if (database is not null)
            settings["CLOSEDDOOR_DATABASE"] = database;
        var onPostgres = database is not null && DatabaseAddress.IsOnPostgres(database);

        var checkout = await Checkout.Open();
        foreach (var (name, value) in checkout.Settings)
            settings[name] = value;
        Instance service;
        try
        {
            service = await Instance.Start(Path.GetFullPath(dll), settings);
        }
        catch
        {
            checkout.Dispose();
            throw;
        }
        try
        {
            await checkout.SendEventsTo(new Uri(service.Http.BaseAddress!, "/api/v1/webhooks/stripe"));
            var stage = new Stage(
                service,
                checkout,
                transcript,
                password,
                $"临时实例，数据库 {(onPostgres ? "PostgreSQL" : "SQLite")}；演示时钟会快进数周，在线支付由本机沙盒代替 Stripe，不发生真实付款。"
            );
            var sessions = (await stage.Public.Get("/sessions")).Expect(200);
            if (sessions["items"].GetArrayLength() > 0)
                throw new StepFailedException("演示需要一个空数据库，而这个数据库中已有场次。");
            stage.Owner = new("主办方", OwnerEmail, await stage.Public.SignIn(OwnerEmail, password));
            return stage;
        }
        catch
        {
            checkout.Dispose();
            await service.DisposeAsync();
            throw;
        }
    }

    /// <summary>Skips the time until then, for everybody in the story.</summary>
    public async Task SkipTo(Instant later, string why)
    {
        Service.Clock.SkipTo(later);
        await Checkout.SetClock(Now);
        _transcript.Time(Now.InZone(Zones.Shanghai).ToString("M'月'd'日 'HH':'mm", CultureInfo.InvariantCulture), why);
    }

    /// <summary>Until then in Beijing.</summary>
    public Task SkipTo(LocalDate day, LocalTime time, string why) =>
        SkipTo(day.At(time).InZoneLeniently(Zones.Shanghai).ToInstant(), why);

    public Task Play(string title, Func<Stage, Task> scene)
    {
        _transcript.Scene(title);
        return scene(this);
    }

    /// <summary>Does something, checks it, and tells it. The <paramref name="action"/> returns the answer in words.</summary>
    public async Task Step(string who, string what, Func<Task<string>> action)
    {
        _transcript.Trying(who, what);
        var answer = await action();
        _transcript.Checked();
        _transcript.Step(who, what, answer);
    }

    /// <summary>Reads the session's seats as anybody may, and tells them. All of them always add up.</summary>
    public async Task Seats(long held, long confirmed)
    {
        _transcript.Trying("公众", "查看席位");
        var session = (await Public.Get($"/sessions/{SessionId}")).Expect(200);
        var seats = new SeatCounts(
            session["seats.cap"].GetInt64(),
            session["seats.held"].GetInt64(),
            session["seats.confirmed"].GetInt64(),
            session["seats.available"].GetInt64()
        );
        var expected = new SeatCounts(OpenSeats, held, confirmed, OpenSeats - held - confirmed);
        if (seats != expected)
            throw new StepFailedException($"席位应为 {expected}，实为 {seats}。");
        _transcript.Checked();
        _transcript.Seats(seats);
    }

    /// <summary>Waits for a mail and tells its subject.</summary>
    public async Task Mailed(Person person, string subject)
    {
        _transcript.Trying(person.Name, $"等候邮件「{subject}」");
        var line = await Mail.Receive(person.Email, subject);
        _transcript.Checked();
        _transcript.Mail(person.Name, line);
    }

    /// <summary>Asks again until it is so: what is done in the background takes a moment.</summary>
    public static async Task<Reply> Until(Func<Task<Reply>> ask, Func<Reply, bool> done)
    {
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(100))
        {
            var reply = await ask();
            if (done(reply))
                return reply;
            if (waited.Elapsed > LongestWork)
                throw new StepFailedException($"{LongestWork.TotalSeconds:0} 秒之后仍是：{reply.Body}");
        }
    }

    public void Remark(string text) => _transcript.Remark(text);

    public void Lines(IEnumerable<string> lines) => _transcript.Lines(lines);

    /// <summary>Fails the step that is under way unless it holds.</summary>
    public void Check(bool holds, string otherwise)
    {
        if (!holds)
            throw new StepFailedException(otherwise);
        _transcript.Checked();
    }

    public ValueTask DisposeAsync()
    {
        Checkout.Dispose();
        return Service.DisposeAsync();
    }
}

record Person(string Name, string Email, Api Api);

sealed record Company(int Number, string Id, string Name, string Email, Api Api) : Person(Name, Email, Api)
{
    public string ReservationId { get; set; } = "";
    public long Seat { get; set; }
    public string PaymentId { get; set; } = "";
    public string WaitlistId { get; set; } = "";
}

/// <param name="Id">The invitation's.</param>
/// <param name="Kind">As the API tells it.</param>
sealed record Guest(string Id, string Kind, string Name, string Email, Api Api) : Person(Name, Email, Api)
{
    public bool IsExpert => Kind == "research_expert";

    /// <summary>Officials meet no company one to one.</summary>
    public bool MayMeet => Kind != "health_commission_official";
}

/// <summary>As the API tells them.</summary>
sealed record SeatCounts(long Cap, long Held, long Confirmed, long Available);
