using System.Text;
using ClosedDoor.Platform.Outbox;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Guests;

/// <summary>A register that is empty, and tables of guests that are brought to it.</summary>
public abstract class ImportDesk
{
    private protected const string Header = "类别,姓名,职务,职称,专科,单位,手机,邮箱,医院,统一社会信用代码,级别,等次\n";

    private protected TestHost _host = null!;
    private protected ApiClient _organizer = null!;

    static ImportDesk() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    [SetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _organizer = await _host.Given.Owner();
    }

    [TearDown]
    public async Task Stop()
    {
        await Races.Books.AuditIsWhole(_host);
        await _host.DisposeAsync();
    }

    private protected Task<Reply> Begin(byte[] bytes, bool dryRun = false, bool allOrNothing = false) =>
        Begin(bytes, dryRun ? "true" : "false", allOrNothing ? "true" : "false");

    /// <summary>With the fields as they are written.</summary>
    private protected async Task<Reply> Begin(byte[] bytes, string dryRun, string allOrNothing)
    {
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(bytes), "file", "guests.csv" },
            { new StringContent(dryRun), "dryRun" },
            { new StringContent(allOrNothing), "allOrNothing" },
        };
        return await _organizer.Send(HttpMethod.Post, "/guest-imports", form);
    }

    private protected Task<int> Work() => _host.Get<OutboxWorker>().RunOnce(_host.Time.Now);

    /// <summary>The import when it is through.</summary>
    private protected async Task<Reply> Import(byte[] bytes, bool dryRun = false, bool allOrNothing = false)
    {
        var begun = (await Begin(bytes, dryRun, allOrNothing)).Expect(201);
        Assert.That(begun["status"].GetString(), Is.EqualTo("running"));
        await Work();
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM outbox"), Is.Zero, () => $"stuck: {_host.Log.Text}");
        return await Shown(begun.Id);
    }

    private protected Task<Reply> Import(string csv, bool dryRun = false, bool allOrNothing = false) =>
        Import(Encoding.UTF8.GetBytes(csv), dryRun, allOrNothing);

    private protected async Task<Reply> Shown(string importId) =>
        (await _organizer.Get($"/guest-imports/{importId}")).Expect(200);

    private protected async Task<(string Outcome, string Reasons)[]> Lines(Reply import) =>
        [
            .. (await _organizer.Get($"/guest-imports/{import.Id}/rows?limit=200"))
                .Expect(200)["items"]
                .EnumerateArray()
                .Select(row => (row.GetProperty("outcome").GetString()!, row.GetProperty("reasons").ToString())),
        ];

    private protected async Task<string[]> Outcomes(Reply import) =>
        [.. (await Lines(import)).Select(line => line.Outcome)];

    private protected Task<long> Guests() => _host.Query<long>("SELECT COUNT(*) FROM guest");

    private protected static string Director(int number, string uscc) =>
        $"医院主管领导,示例嘉宾{number},科室主任,主任医师,内科,,1380000{number:D4},g{number}@example.com,示例医院{uscc[^3..]},{uscc},三级,甲等\n";

    private protected static string Expert(int number, string? name = null, string? phone = null, string email = "") =>
        $"科研专家,{name ?? $"示例嘉宾{number}"},,研究员,03,示例研究院,{phone ?? $"1370000{number:D4}"},{email},,,,\n";

    private protected static byte[] Experts(int count) =>
        Encoding.UTF8.GetBytes(Header + string.Concat(Enumerable.Range(0, count).Select(i => Expert(i))));
}
