using System.Text;
using ClosedDoor.Domain;
using ClosedDoor.Tests.Platform.Sheets;
using NodaTime;
using NUnit.Framework;
using static ClosedDoor.Tests.Platform.Sheets.RawXlsx;

namespace ClosedDoor.Tests.Features.BankStatements;

/// <summary>Files in every encoding and form that banks send, whole and torn.</summary>
public class BankStatementFormTests : BankCsvDesk
{
    static readonly (string Name, Encoding Encoding)[] Encodings =
    [
        ("UTF-8", new UTF8Encoding(false)),
        ("UTF-8 with a mark", new UTF8Encoding(true)),
        ("UTF-16", new UnicodeEncoding(false, true)),
        ("UTF-16, big end first", new UnicodeEncoding(true, true)),
        ("GBK", CodePagesEncodingProvider.Instance.GetEncoding("GBK")!),
        ("GB18030", CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!),
    ];

    static IEnumerable<string> EncodingNames => Encodings.Select(one => one.Name);

    [TestCaseSource(nameof(EncodingNames))]
    public async Task Whatever_a_file_is_written_in_it_says_the_same(string name)
    {
        var encoding = Encodings.Single(one => one.Name == name).Encoding;
        var file = Csv(Row()).Replace("\r\n", name.Length % 2 == 0 ? "\n" : "\r\n", StringComparison.Ordinal);

        var reply = await Import([.. encoding.GetPreamble(), .. encoding.GetBytes(file)]);

        Assert.That(Outcomes(reply), Is.EqualTo(["confirmed"]));
        Assert.That(await Status(), Is.EqualTo("confirmed"));
    }

    [Test]
    public async Task A_file_that_is_cut_off_or_torn_is_refused_whole_or_read_as_far_as_it_goes()
    {
        var gbk = CodePagesEncodingProvider.Instance.GetEncoding("GBK")!.GetBytes(Csv(Row(serial: ""), Row("5.00")));
        (await BankStatementFile.Send(_finance, gbk[..^12])).Expect(200); // In the midst of a row, and at no half of a hanzi.
        Assert.That(await Status(), Is.EqualTo("confirmed"));

        var xlsx = File().Row("38800", _company.Name, _code).Xlsx();
        (await BankStatementFile.Send(_finance, xlsx[..(xlsx.Length / 2)])).Expect(422, "sheet_unreadable");
        for (var at = 40; at < xlsx.Length - 40; at += 97)
        {
            var torn = (byte[])xlsx.Clone();
            torn[at] ^= 0x55;
            var reply = await BankStatementFile.Send(_finance, torn, dryRun: true);
            // What is not refused as torn has lost nothing that is read: a time stamp, a flag.
            if (reply.Status != 422)
                Assert.That(Outcomes(reply.Expect(200)), Is.EqualTo(["queued already_paid"]), $"byte {at}");
        }
        (await BankStatementFile.Send(_finance, [.. Encoding.UTF8.GetBytes(Csv(Row())), 0, 0])).Expect(
            415,
            "sheet_type_refused"
        );
        (await BankStatementFile.Send(_finance, [.. Encoding.UTF8.GetBytes(Csv(Row())), 0xFF])).Expect(
            422,
            "sheet_unreadable"
        );
        (await BankStatementFile.Send(_finance, [])).Expect(422);
    }

    [Test]
    public async Task Numbers_and_days_of_an_XLSX_are_what_they_show()
    {
        var today = Zones.Today(_host.Time.Now);
        var day = Period.DaysBetween(new LocalDate(1899, 12, 30), today);
        var (second, third) = (await Awaited(), await Awaited());
        var xlsx = RawXlsx.Of([
            [Text("交易日期"), Text("收入金额"), Text("对方户名"), Text("对方账号"), Text("附言"), Text("流水号")],
            [
                Day($"{day}"),
                Number("38800"),
                Text(_company.Name),
                Text("6222000000000000123"),
                Text(_code),
                Number("20270301001"),
            ],
            [
                Day($"{day}.5"),
                Number("38799.999999999996"),
                Text(second.Company.Name),
                Text(""),
                Text(second.Code),
                Text("S1"),
            ],
            [
                Text(Iso(today)),
                Text("38,800.00"),
                Text(third.Company.Name),
                Number("6222000000000000123"),
                Text(third.Code),
                Text("S2"),
            ],
            [Day($"{day}"), "<c t=\"str\"><v>#REF!</v></c>", Text("示例企业他人"), Text(""), Text(""), Text("S3")],
            [Day($"{day}"), Error("#REF!"), Text("示例企业他人"), Text(""), Text(""), Text("S5")],
            // An error where nothing need stand is not nothing: the remark says whose money it is.
            [Day($"{day}"), Number("38800"), Text("示例企业他人"), Text(""), Error("#N/A"), Text("S6")],
            [Day($"{day}"), "<c t=\"b\"><v>1</v></c>", Text("示例企业他人"), Text(""), Text(""), Text("S4")],
        ]);

        var reply = await Import(xlsx);

        Assert.That(
            Outcomes(reply),
            Is.EqualTo([
                "confirmed",
                "confirmed",
                "rejected row_unreadable",
                "rejected row_unreadable",
                "rejected row_unreadable",
                "rejected row_unreadable",
                "rejected amount_unreadable",
            ])
        );
        var line = (await _finance.Get($"/bank-lines/{Line(reply, "lineId")}")).Expect(200);
        Assert.That(line["bankSerial"].GetString(), Is.EqualTo("20270301001"));
        Assert.That(line["receivedOn"].GetString(), Is.EqualTo(Iso(today)));
        Assert.That(await Status(third.PaymentId), Is.EqualTo("awaiting_transfer"));
    }
}
