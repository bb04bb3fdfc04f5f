using System.Text;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Payments;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Fapiao;

/// <summary>Finance and the tax platform's lists: a host for the whole fixture, and for each test a company that has paid.</summary>
public abstract class FapiaoDesk
{
    private protected const string Uscc = "9144030071526726XG";

    static int s_numbers;

    private protected TestHost _host = null!;
    private protected ApiClient _finance = null!;
    private protected TestCompany _company = null!;
    private protected string _reservationId = null!;
    private protected string _paymentId = null!;

    [OneTimeSetUp]
    public async Task Open()
    {
        _host = await TestHost.Create();
        _finance = await _host.Given.Organizer(Permission.Finance);
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        await Books.AuditIsWhole(_host);
        await _host.DisposeAsync();
    }

    [SetUp]
    public async Task Start()
    {
        _company = await _host.Given.VettedCompany();
        (_reservationId, _paymentId) = await _host.Given.AwaitingTransfer(
            _company,
            await _host.Given.PublishedSession()
        );
        (await _finance.Receive(_host, _paymentId)).Expect(200);
    }

    private protected static string NewNumber() => $"2711{Interlocked.Increment(ref s_numbers):D16}";

    private protected Task<Reply> SetProfile(object body) =>
        _company.Api.Put($"/companies/{_company.Id}/fapiao-profile", body);

    private protected static object Ordinary =>
        new
        {
            kind = "ordinary",
            title = "示例企业一",
            taxId = Uscc,
        };

    private protected async Task<string> Requested()
    {
        (await SetProfile(Ordinary)).Expect(200);
        return (await _company.Api.Post($"/payments/{_paymentId}/fapiao")).Expect(201).Id;
    }

    private protected Task<Reply> Results(params (string Id, string Number, string Date)[] rows) =>
        Results(key: null, rows);

    private protected Task<Reply> Results(string? key, params (string Id, string Number, string Date)[] rows) =>
        Results(_finance, key, rows);

    private protected static Task<Reply> Results(
        ApiClient finance,
        string? key,
        params (string Id, string Number, string Date)[] rows
    )
    {
        var csv =
            "申请编号,发票号码,开票日期\n" + string.Concat(rows.Select(row => $"{row.Id},{row.Number},{row.Date}\n"));
        return Upload(finance, "/fapiaos/results", Encoding.UTF8.GetBytes(csv), key);
    }

    private protected Task<Reply> Upload(string path, byte[] bytes, string? key = null) =>
        Upload(_finance, path, bytes, key);

    static Task<Reply> Upload(ApiClient finance, string path, byte[] bytes, string? key) =>
        finance.Send(
            HttpMethod.Post,
            path,
            new MultipartFormDataContent { { new ByteArrayContent(bytes), "file", "fapiao" } },
            key
        );

    private protected async Task<(string Id, string Number)> Issued()
    {
        var (id, number) = (await Requested(), NewNumber());
        Assert.That((await Results((id, number, "2026-03-02"))).Expect(200)["issued"].GetInt32(), Is.EqualTo(1));
        return (id, number);
    }

    private protected Task<Reply> Results(string id, string number, string amount, string date = "2026-03-02") =>
        Upload(
            "/fapiaos/results",
            Encoding.UTF8.GetBytes($"申请编号,发票号码,开票日期,金额\n{id},{number},{date},{amount}\n")
        );

    private protected static string Outcome(Reply results, int at = 0) =>
        results["lines"][at].GetProperty("outcome").GetString()!;

    private protected async Task<string> Goodwill(long amount) =>
        (await _finance.Refund(_paymentId, amount)).Expect(201).Id;

    private protected Task<Reply> RedLetter(
        string fapiaoId,
        string refundId,
        string number,
        string on = "2026-03-02"
    ) =>
        _finance.Post(
            $"/fapiaos/{fapiaoId}/red-letters",
            new
            {
                refundId,
                number,
                issuedOn = on,
            }
        );
}
