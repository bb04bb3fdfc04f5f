using ClosedDoor.Features.Payments.Ledger;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.BankStatements;

/// <summary>
/// Finance before a bank's file: a host for the whole fixture, and for each test a company whose transfer is awaited.
/// </summary>
public abstract class BankStatementDesk
{
    private protected TestHost _host = null!;
    private protected ApiClient _finance = null!;
    private protected TestCompany _company = null!;
    private protected string _paymentId = null!;
    private protected string _code = null!;

    [OneTimeSetUp]
    public async Task Open()
    {
        _host = await TestHost.Create();
        _finance = await _host.Given.Organizer(Permission.Finance);
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        Assert.That(await _host.Data.Read(CheckLedger.Faults), Is.Empty);
        await Books.AuditIsWhole(_host);
        Assert.That(
            await _host.Query<long>("SELECT COUNT(*) FROM audit WHERE actor LIKE 'acc_%' AND request_id IS NULL"),
            Is.Zero,
            "What somebody asked for names the request."
        );
        await _host.DisposeAsync();
    }

    [SetUp]
    public async Task Start() => (_company, _paymentId, _code) = await Awaited();

    private protected async Task<(TestCompany Company, string PaymentId, string Code)> Awaited(int seatCap = 8)
    {
        var company = await _host.Given.VettedCompany();
        var (_, paymentId) = await _host.Given.AwaitingTransfer(company, await _host.Given.PublishedSession(seatCap));
        return (company, paymentId, (await company.Api.Get($"/payments/{paymentId}"))["reference"].GetString()!);
    }

    private protected BankStatementFile File() => new(_host);

    private protected async Task<string> Status(string? paymentId = null) =>
        await _host.PaymentStatusOf(paymentId ?? _paymentId);

    private protected static string Line(Reply reply, string property, int at = 0) =>
        reply["lines"][at].GetProperty(property).ToString();

    private protected Task<Reply> Resolve(Reply import, string how, object body, int at = 0) =>
        _finance.Post($"/bank-lines/{Line(import, "lineId", at)}/{how}", body);
}
