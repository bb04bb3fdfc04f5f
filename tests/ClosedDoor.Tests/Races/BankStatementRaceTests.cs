using ClosedDoor.Features.Payments.Ledger;
using ClosedDoor.Tests.Features.BankStatements;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Races;

/// <summary>Two people import the same statement, or overlapping ones, in the same moment.</summary>
public class BankStatementRaceTests
{
    const int Rounds = 4;
    const int Companies = 3;

    [Test]
    public async Task Two_imports_at_once_and_a_person_who_records_the_same_count_money_once()
    {
        await using var host = await TestHost.Create();
        await using var second = host.Another();
        var finance = await host.Given.Owner();
        var elsewhere = second.As(finance.Token!);
        for (var round = 0; round < Rounds; round++)
        {
            var sessionId = await host.Given.PublishedSession();
            var file = new BankStatementFile(host);
            var payments = new List<(string Id, string Serial)>();
            foreach (var company in await host.Given.VettedCompanies(Companies))
            {
                var (_, paymentId) = await host.Given.AwaitingTransfer(company, sessionId);
                var code = (await company.Api.Get($"/payments/{paymentId}"))["reference"].GetString()!;
                payments.Add((paymentId, BankStatementFile.NewSerial()));
                file.Row("38800.00", company.Name, code, payments[^1].Serial);
            }
            file.Row("1.00", "示例企业他人", "货款");

            var replies = await Race.Run(
                4,
                i =>
                    i == 3
                        ? elsewhere.Receive(host, payments[0].Id, serial: payments[0].Serial)
                        : file.Import(i % 2 == 0 ? finance : elsewhere)
            );

            Assert.That(replies.Take(3).Select(reply => reply.Status), Is.All.EqualTo(200));
            foreach (var (id, _) in payments)
            {
                Assert.That(await host.PaymentStatusOf(id), Is.EqualTo("confirmed"));
                Assert.That(
                    await host.Query<long>("SELECT COUNT(*) FROM receipt WHERE payment_id = @id", new { id }),
                    Is.EqualTo(1)
                );
            }
            Assert.That(replies.Take(3).Sum(reply => reply["queued"].GetInt32()), Is.EqualTo(1));
            Assert.That(await host.Data.Read(CheckLedger.Faults), Is.Empty);
            await Books.AreInOrder(host, sessionId);
        }
    }

    [Test]
    public async Task Control_without_the_unique_serial_the_same_money_is_counted_twice()
    {
        await using var host = await Unguarded.Host();
        var company = await host.Given.VettedCompany();
        var (_, paymentId) = await host.Given.AwaitingTransfer(company, await host.Given.PublishedSession());
        var meet = new Rendezvous(2);
        var serial = BankStatementFile.NewSerial();

        await Race.Run(2, _ => Unguarded.Receive(host, paymentId, serial, meet));

        Assert.That(
            await host.Query<long>("SELECT COUNT(*) FROM receipt WHERE serial = @serial", new { serial }),
            Is.EqualTo(2)
        );
    }
}
