using System.Text;
using ClosedDoor.Domain;
using ClosedDoor.Tests.Given;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.BankStatements;

/// <summary>Finance before a file that a test writes line by line. Each is sent for a dry run first, which must say the same.</summary>
public abstract class BankCsvDesk : BankStatementDesk
{
    private protected const string Header = "交易日期,收入金额,支出金额,对方户名,对方账号,附言,流水号,币种,借贷标志";

    private protected string Today => Iso(Zones.Today(_host.Time.Now));

    private protected static string Iso(LocalDate day) => day.ToString("uuuu-MM-dd", null);

    /// <summary>A row of <see cref="Header"/>.</summary>
    private protected string Row(
        string amount = "38800.00",
        string paid = "",
        string? payer = null,
        string? remark = null,
        string? serial = null,
        string? date = null,
        string account = "6222000000000000123",
        string currency = "",
        string direction = ""
    ) =>
        $"{date ?? Today},\"{amount}\",\"{paid}\",{payer ?? _company.Name},{account},{remark ?? _code},{serial ?? BankStatementFile.NewSerial()},{currency},{direction}";

    private protected static string Csv(params string[] rows) => $"{Header}\r\n{string.Join("\r\n", rows)}\r\n";

    /// <summary>Sends it for a dry run first, which must say the same.</summary>
    private protected async Task<Reply> Import(byte[] bytes)
    {
        var foretold = (await BankStatementFile.Send(_finance, bytes, dryRun: true)).Expect(200);
        var reply = (await BankStatementFile.Send(_finance, bytes)).Expect(200);
        Assert.That(Outcomes(foretold), Is.EqualTo(Outcomes(reply)), "what the dry run said");
        return reply;
    }

    private protected Task<Reply> Import(params string[] rows) => Import(Encoding.UTF8.GetBytes(Csv(rows)));

    private protected static string[] Outcomes(Reply reply) =>
        [
            .. reply["lines"]
                .EnumerateArray()
                .Select(line => $"{line.GetProperty("outcome")} {line.GetProperty("reason")}".Trim()),
        ];
}
