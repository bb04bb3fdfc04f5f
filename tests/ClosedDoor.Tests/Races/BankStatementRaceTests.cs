using ClosedDoor.Features.Payments.Ledger;
using ClosedDoor.Platform.Data;
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
    public async Task Of_two_files_at_once_under_one_key_the_one_that_is_refused_leaves_no_row()
    {
        await using var host = await TestHost.Create();
        await using var second = host.Another();
        var finance = await host.Given.Owner();
        var elsewhere = second.As(finance.Token!);
        for (var round = 0; round < Rounds; round++)
        {
            var serials = Enumerable.Range(0, 2).Select(_ => Serials(45)).ToArray(); // Several commits each.
            var files = serials
                .Select(all =>
                    all.Aggregate(
                            new BankStatementFile(host),
                            (file, serial) => file.Row("6.00", "示例企业他人", "货款", serial)
                        )
                        .Gbk()
                )
                .ToArray();

            var replies = await Race.Run(
                2,
                i => BankStatementFile.Send(i == 0 ? finance : elsewhere, files[i], key: $"statement-{round}")
            );

            Assert.That(replies.Count(reply => reply.Status == 200), Is.EqualTo(1));
            for (var i = 0; i < 2; i++)
            {
                var isTaken = replies[i].Status == 200;
                if (!isTaken)
                    Assert.That(replies[i].Code, Is.AnyOf("idempotency_key_reused", "idempotency_in_progress"));
                Assert.That(await Lines(host, serials[i]), Is.EqualTo(isTaken ? serials[i].Length : 0));
            }
        }
    }

    [Test]
    public async Task A_file_that_is_sent_again_meanwhile_under_its_key_takes_no_row_from_the_first()
    {
        await using var host = await TestHost.Create();
        await using var second = host.Another();
        var finance = await host.Given.Owner();
        // On SQLite it is the process that keeps the others waiting, and a database has one: a second might take rows meanwhile.
        var elsewhere = TestDatabase.IsPostgres ? second.As(finance.Token!) : finance;
        for (var round = 0; round < Rounds; round++)
        {
            var file = Serials(120) // Several commits, for another to come between.
                .Aggregate(
                    new BankStatementFile(host),
                    (file, serial) => file.Row("6.00", "示例企业他人", "货款", serial)
                )
                .Gbk();

            var replies = await Race.Run(
                4,
                i => BankStatementFile.Send(i % 2 == 0 ? finance : elsewhere, file, key: $"again-{round}")
            );

            var answered = replies.Where(reply => reply.Status == 200).ToArray();
            Assert.That(answered, Is.Not.Empty);
            Assert.That(
                answered.Select(reply => (reply["queued"].GetInt32(), reply["duplicates"].GetInt32())),
                Is.All.EqualTo((120, 0))
            );
            Assert.That(
                replies.Except(answered).Select(reply => reply.Code),
                Is.All.EqualTo("idempotency_in_progress")
            );
        }
    }

    [TestCase("")]
    [TestCase(",\"told\":\"by a later release\"")]
    public async Task A_key_whose_import_was_cut_off_goes_on_with_the_same_file_and_takes_no_other(string more)
    {
        await using var host = await TestHost.Create();
        var finance = await host.Given.Owner();
        var serials = Serials(3);
        byte[] File(params string[] some) =>
            some.Aggregate(
                    new BankStatementFile(host),
                    (file, serial) => file.Row("6.00", "示例企业他人", "货款", serial)
                )
                .Gbk();
        (await BankStatementFile.Send(finance, File(serials[0], serials[1]), key: "cut-off")).Expect(200);
        // As a kill leaves it: rows are taken, and nobody has answered.
        var claim = IdempotentWrites.Claimed.Insert(IdempotentWrites.Claimed.LastIndexOf("}}"), more);
        await host.Tamper("UPDATE idempotency SET answer = @claim WHERE key = 'cut-off'", new { claim });
        await host.Tamper(
            "DELETE FROM ledger WHERE subject IN (SELECT id FROM bank_line WHERE serial = @serial)",
            new { serial = serials[1] }
        );
        await host.Tamper("DELETE FROM bank_line WHERE serial = @serial", new { serial = serials[1] });

        (await BankStatementFile.Send(finance, File(serials[2]), key: "cut-off")).Expect(422, "idempotency_key_reused");
        (await finance.Post("/sessions", host.Given.SessionBody(), "cut-off")).Expect(422, "idempotency_key_reused");
        var again = (await BankStatementFile.Send(finance, File(serials[0], serials[1]), key: "cut-off")).Expect(200);
        var replay = (await BankStatementFile.Send(finance, File(serials[0], serials[1]), key: "cut-off")).Expect(200);

        Assert.That((again.IsReplay, replay.IsReplay), Is.EqualTo((false, true)));
        Assert.That((again["queued"].GetInt32(), again["duplicates"].GetInt32()), Is.EqualTo((1, 1)));
        Assert.That(replay.Text, Is.EqualTo(again.Text));
        Assert.That(await Lines(host, serials), Is.EqualTo(2));
    }

    static string[] Serials(int count) => [.. Enumerable.Range(0, count).Select(_ => BankStatementFile.NewSerial())];

    static async Task<long> Lines(TestHost host, string[] serials)
    {
        var lines = 0L;
        foreach (var serial in serials)
            lines += await host.Query<long>("SELECT COUNT(*) FROM bank_line WHERE serial = @serial", new { serial });
        return lines;
    }

    [Test]
    public async Task Control_imports_and_a_person_who_look_for_the_serial_first_and_write_later_count_money_thrice()
    {
        await using var host = await Unguarded.Host();
        await Unguarded.TakeConstraints(host, "bank_line");
        var company = await host.Given.VettedCompany();
        var (_, paymentId) = await host.Given.AwaitingTransfer(company, await host.Given.PublishedSession());
        var meet = new Rendezvous(3);
        var serial = BankStatementFile.NewSerial();

        var counted = await Race.Run(
            3,
            i =>
                i == 2
                    ? UnguardedPayments.Receive(host, paymentId, serial, meet)
                    : UnguardedPayments.Import(host, paymentId, serial, meet)
        );

        Assert.That(counted, Is.All.True);
        Assert.That(await Lines(host, [serial]), Is.EqualTo(2));
        Assert.That(
            await host.Query<long>("SELECT COUNT(*) FROM receipt WHERE serial = @serial", new { serial }),
            Is.EqualTo(3)
        );
    }
}
