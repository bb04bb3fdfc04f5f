using System.Text;
using ClosedDoor.Domain;
using ClosedDoor.Features.Payments;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments;

public class StatementTests
{
    TestHost _host = null!;
    ApiClient _finance = null!;
    TestCompany _company = null!;
    string _sessionId = null!;
    string _paymentId = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _finance = await _host.Given.Organizer(Permission.Finance);
        _company = await _host.Given.VettedCompany();
        _sessionId = await _host.Given.PublishedSession();
        (_, _paymentId) = await _host.PaidSeat(_company, _sessionId);
    }

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [TestCase("csv", "text/csv")]
    [TestCase("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")]
    public async Task A_statement_leaves_as_a_file_and_stands_in_the_audit_log(string format, string mediaType)
    {
        var path = $"/sessions/{_sessionId}/statement/export?format={format}";
        (await _finance.Get(path)).Expect(422, "invalid_fields");
        var before = await Exports();

        var file = (await _finance.Get($"{path}&reason=月结")).Expect(200);

        Assert.That(file.MediaType, Is.EqualTo(mediaType));
        if (format == "csv")
        {
            var text = Encoding.UTF8.GetString(file.Body);
            Assert.That(text, Does.Contain(_company.Name).And.Contain("38800.00").And.Contain("月结"));
        }
        Assert.That(await Exports(), Is.EqualTo(before + 1));
        Task<long> Exports() =>
            _host.Query<long>(
                "SELECT COUNT(*) FROM audit WHERE chain = @_sessionId AND action = 'export.made'",
                new { _sessionId }
            );
    }

    [Test]
    public async Task A_company_takes_its_own_statement_and_no_other()
    {
        var stranger = await _host.Given.VettedCompany();

        (await _company.Api.Get($"/companies/{_company.Id}/statement/export?format=csv&reason=x")).Expect(200);
        (await stranger.Api.Get($"/companies/{_company.Id}/statement/export?format=csv&reason=x")).Expect(
            404,
            "not_found"
        );
        (await _company.Api.Get($"/sessions/{_sessionId}/statement/export?reason=x")).Expect(403, "forbidden");
    }

    [Test]
    public async Task A_receipt_names_the_money_and_is_no_fapiao()
    {
        var stranger = await _host.Given.VettedCompany();
        var (_, unpaid) = await _host.Given.AwaitingTransfer(stranger, _sessionId);

        var page = (await _company.Api.Get($"/payments/{_paymentId}/receipt")).Expect(200);

        Assert.That(page.MediaType, Is.EqualTo("text/html"));
        Assert.That(page.Text, Does.Contain("¥38,800.00").And.Contain(_company.Name).And.Contain("不是发票"));
        (await stranger.Api.Get($"/payments/{_paymentId}/receipt")).Expect(404, "not_found");
        (await stranger.Api.Get($"/payments/{unpaid}/receipt")).Expect(409, "wrong_payment_status");
    }

    [Test]
    public async Task What_a_lost_dispute_leaves_owing_may_be_written_off()
    {
        var company = await _host.Given.VettedCompany();
        var paymentId = (await _host.Checkout(await _host.Given.Hold(company, _sessionId)))!;
        await _host.PaidByCheckout(paymentId, "pi_lost");
        await _host.Tell(
            paymentId,
            (tx, taken) =>
                Settle.DisputeOpened(
                    tx,
                    taken,
                    "dp_lost",
                    "pi_lost",
                    Moves.Price,
                    "fraudulent",
                    _host.Time.Now,
                    _host.Time.Now
                )
        );
        (await _finance.Post($"/payments/{paymentId}/write-off", new { reason = "示例原因" })).Expect(
            409,
            "wrong_payment_status"
        );
        await _host.Tell(
            paymentId,
            (tx, taken) => Settle.DisputeClosed(tx, taken, "dp_lost", won: false, _host.Time.Now)
        );
        Assert.That(await Owed(), Is.EqualTo(Moves.Price));
        var listed = (await _finance.Get("/disputes?status=charged_back")).Expect(200)["items"][0];
        Assert.That(listed.GetProperty("paymentId").GetString(), Is.EqualTo(paymentId));
        Assert.That(listed.GetProperty("evidenceDueAt").GetString(), Is.Not.Null);

        (await _finance.Post($"/payments/{paymentId}/write-off", new { reason = "示例原因" })).Expect(200);

        Assert.That(await Owed(), Is.Zero);
        (await _finance.Post($"/payments/{paymentId}/write-off", new { reason = "示例原因" })).Expect(
            409,
            "wrong_payment_status"
        );
        Assert.That(await _host.Data.Read(CheckLedger.Faults), Is.Empty);
        async Task<long> Owed() =>
            (await company.Api.Get($"/companies/{company.Id}/statement")).Expect(200)["owed.amount"].GetInt64();
    }
}
