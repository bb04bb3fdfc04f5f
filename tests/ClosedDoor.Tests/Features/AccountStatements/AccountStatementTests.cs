using System.Text;
using System.Text.Json;
using ClosedDoor.Domain;
using ClosedDoor.Features.Payments;
using ClosedDoor.Features.Payments.Ledger;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Sheets;
using ClosedDoor.Tests.Features.Payments;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.AccountStatements;

/// <summary>What a company and a session have paid, owe and have got back, as answers and as files.</summary>
public class AccountStatementTests
{
    TestHost _host = null!;
    ApiClient _finance = null!;
    TestCompany _company = null!;
    string _sessionId = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _finance = await _host.Given.Organizer(Permission.Finance);
        _company = await _host.Given.VettedCompany();
        _sessionId = await _host.Given.PublishedSession();
        await _host.PaidSeat(_company, _sessionId);
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

    /// <summary>The file's columns, each with what the answer calls it in a line and in the statement itself.</summary>
    static readonly (string Header, string OfLine, string OfSession)[] Figures =
    [
        ("应收", "charged", "revenue"),
        ("已收", "received", "received"),
        ("已退", "refundsPaid", "refundsPaid"),
        ("待退", "refundsOpen", "refundsOpen"),
        ("争议扣回", "takenBack", "takenBack"),
        ("欠款", "owed", "outstanding"),
        ("手续费", "fees", "fees"),
        ("核销", "writtenOff", "writtenOff"),
        ("净收入", "net", "net"),
        ("现金结余", "cash", "cash"),
    ];

    [TestCase("csv")]
    [TestCase("xlsx")]
    public async Task A_file_says_what_the_answer_says_line_by_line_and_in_all(string format)
    {
        var sessionId = await SessionOfEveryKind();

        var answer = (await _finance.Get($"/sessions/{sessionId}/statement")).Expect(200);
        var rows = await Rows($"/sessions/{sessionId}/statement/export?format={format}&reason=月结");

        var lines = answer["payments"].EnumerateArray().ToList();
        Assert.That(rows, Has.Count.EqualTo(lines.Count + 1), "a row a payment, and their sum");
        foreach (var (line, row) in lines.Zip(rows))
        {
            Assert.That(row["reference"], Is.EqualTo(line.GetProperty("reference").GetString()));
            foreach (var (header, name, _) in Figures)
                Assert.That(YuanText.Fen(row[header]), Is.EqualTo(Fen(line, name)), $"{row["reference"]} {header}");
        }
        foreach (var (header, ofLine, ofSession) in Figures)
        {
            var sum = answer[$"{ofSession}.amount"].GetInt64();
            Assert.That(YuanText.Fen(rows[^1][header]), Is.EqualTo(sum), header);
            Assert.That(lines.Sum(line => Fen(line, ofLine)), Is.EqualTo(sum), ofSession);
        }
    }

    [Test]
    public async Task What_a_statement_says_is_what_the_books_say_with_fees_and_after_a_lost_dispute()
    {
        var sessionId = await SessionOfEveryKind();

        var answer = (await _finance.Get($"/sessions/{sessionId}/statement")).Expect(200);
        long Of(string name) => answer[$"{name}.amount"].GetInt64();

        const long half = Moves.Price / 2;
        Assert.That((Of("revenue"), Of("refunds"), Of("fees")), Is.EqualTo((5 * Moves.Price, half, 3 * 23_280L)));
        Assert.That((Of("takenBack"), Of("outstanding")), Is.EqualTo((Moves.Price + 100_000, Moves.Price)));
        Assert.That((Of("refundsPaid"), Of("refundsOpen")), Is.EqualTo((88L, half)));
        Assert.That(
            Of("cash"),
            Is.EqualTo(
                await _host.Query<long>(
                    """
                    SELECT CAST(SUM(CASE WHEN debit IN ('bank', 'stripe') THEN amount ELSE 0 END)
                        - SUM(CASE WHEN credit IN ('bank', 'stripe') THEN amount ELSE 0 END) AS BIGINT)
                    FROM ledger WHERE session_id = @sessionId
                    """,
                    new { sessionId }
                )
            ),
            "what is on the accounts"
        );
        // What is contested (1,000 yuan) may come back, and what is owed may be paid: then no more is here than was sold.
        Assert.That(Of("cash") + Of("outstanding") + 100_000 - Of("refundsOpen"), Is.EqualTo(Of("net")));
    }

    [Test]
    public async Task A_company_s_file_says_what_its_answer_says()
    {
        var answer = (await _company.Api.Get($"/companies/{_company.Id}/statement")).Expect(200);
        var sum = (await Rows($"/companies/{_company.Id}/statement/export?format=xlsx&reason=x", _company.Api))[^1];

        foreach (
            var (header, name) in new[]
            {
                ("欠款", "owed"),
                ("已收", "paid"),
                ("已退", "refunded"),
                ("待退", "toBeRefunded"),
            }
        )
            Assert.That(YuanText.Fen(sum[header]), Is.EqualTo(answer[$"{name}.amount"].GetInt64()), header);
    }

    /// <summary>
    /// Five seats: by card with its fee; by card and taken back for good; by card and contested in part; by bank with too
    /// much, which has gone back; by bank and given up, with half of it still to go back.
    /// </summary>
    async Task<string> SessionOfEveryKind()
    {
        var sessionId = await _host.Given.PublishedSession();
        async Task<string> ByCard(string intent)
        {
            var reservationId = await _host.Given.Hold(await _host.Given.VettedCompany(), sessionId);
            var paymentId = (await _host.Checkout(reservationId))!;
            await _host.PaidByCheckout(paymentId, $"{intent}_{sessionId}", fee: 23_280);
            return paymentId;
        }
        async Task Contest(string paymentId, string intent, long amount) =>
            await _host.Tell(
                paymentId,
                (tx, locked) =>
                    Settle.DisputeOpened(
                        tx,
                        locked,
                        new($"dp_{intent}_{sessionId}", $"{intent}_{sessionId}", amount, "fraudulent"),
                        _host.Time.Now
                    )
            );
        await ByCard("pi_kept");
        var lost = await ByCard("pi_lost");
        await Contest(lost, "pi_lost", Moves.Price);
        await _host.Tell(
            lost,
            (tx, locked) => Settle.DisputeClosed(tx, locked, $"dp_pi_lost_{sessionId}", won: false, _host.Time.Now)
        );
        await Contest(await ByCard("pi_contested"), "pi_contested", 100_000);

        var (_, overpaid) = await _host.PaidSeat(await _host.Given.VettedCompany(), sessionId);
        (await _finance.Receive(_host, overpaid, 88)).Expect(200);
        (await _finance.PayOut(_host, (await _finance.RefundsOf($"paymentId={overpaid}")).Single().Id)).Expect(200);
        var (given, _) = await _host.PaidSeat(await _host.Given.VettedCompany(), sessionId);
        (
            await (await _host.Given.Owner()).Post(
                $"/reservations/{given}/cancel",
                new { reason = "示例原因", refundPercent = 50 }
            )
        ).Expect(200);
        return sessionId;
    }

    async Task<IReadOnlyList<SheetRow>> Rows(string path, ApiClient? who = null) =>
        SheetReader
            .Read(
                (await (who ?? _finance).Get(path)).Expect(200).Body,
                [
                    SheetColumn.Needed("reference", "附言"),
                    .. Figures.Select(figure => SheetColumn.Needed(figure.Header, figure.Header)),
                ]
            )
            .Value.Rows;

    static long Fen(JsonElement line, string name) => line.GetProperty(name).GetProperty("amount").GetInt64();

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
    public async Task What_a_lost_dispute_leaves_owing_may_be_written_off()
    {
        var company = await _host.Given.VettedCompany();
        var paymentId = (await _host.Checkout(await _host.Given.Hold(company, _sessionId)))!;
        await _host.PaidByCheckout(paymentId, "pi_lost");
        await _host.Tell(
            paymentId,
            (tx, locked) =>
                Settle.DisputeOpened(
                    tx,
                    locked,
                    new("dp_lost", "pi_lost", Moves.Price, "fraudulent", _host.Time.Now),
                    _host.Time.Now
                )
        );
        (await _finance.Post($"/payments/{paymentId}/write-off", new { reason = "示例原因" })).Expect(
            409,
            "wrong_payment_status"
        );
        await _host.Tell(
            paymentId,
            (tx, locked) => Settle.DisputeClosed(tx, locked, "dp_lost", won: false, _host.Time.Now)
        );
        Assert.That(await Owed(), Is.EqualTo(Moves.Price));
        var listed = (await _finance.Get("/disputes?status=charged_back"))
            .Expect(200)["items"]
            .EnumerateArray()
            .Single(one => one.GetProperty("paymentId").GetString() == paymentId);
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
