using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Sheets;
using ClosedDoor.Tests.Given;

namespace ClosedDoor.Tests.Features.BankStatements;

/// <summary>A bank's export: title lines, a header, and the rows that a test says.</summary>
sealed class BankStatementFile(TestHost host)
{
    static readonly string[] Header = ["交易日期", "收入金额", "对方户名", "对方账号", "附言", "流水号"];
    static int s_serials;

    readonly List<string[]> _rows = [];

    public static string NewSerial() => $"B{Interlocked.Increment(ref s_serials):D10}";

    public BankStatementFile Row(
        string amount,
        string payer,
        string remark,
        string? serial = null,
        string? date = null,
        string account = "6222000000000000123"
    )
    {
        var today = Zones.Today(host.Time.Now).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        _rows.Add([date ?? today, amount, payer, account, remark, serial ?? NewSerial()]);
        return this;
    }

    /// <summary>As banks still write it.</summary>
    public byte[] Gbk()
    {
        string[][] all =
        [
            ["示例银行账户明细"],
            ["账号：110000000000000001"],
            [],
            Header,
            .. _rows,
        ];
        var text = string.Join("\r\n", all.Select(row => string.Join(',', row.Select(cell => $"\"{cell}\"")))) + "\r\n";
        return CodePagesEncodingProvider.Instance.GetEncoding("GBK")!.GetBytes(text);
    }

    public byte[] Xlsx() =>
        XlsxFile.Write(
            new("明细", Header, [.. _rows.Select(row => row.Select(Cell.Of).ToArray())]),
            ["示例银行账户明细"]
        );

    public static Task<Reply> Send(
        ApiClient finance,
        byte[] bytes,
        string? mappingId = null,
        bool dryRun = false,
        string? key = null
    ) => Send(finance, bytes, mappingId, dryRun ? "true" : null, key);

    /// <param name="dryRun">As the field is written; null for none.</param>
    public static Task<Reply> Send(
        ApiClient finance,
        byte[] bytes,
        string? mappingId,
        string? dryRun,
        string? key = null
    )
    {
        var file = new ByteArrayContent(bytes);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        var form = new MultipartFormDataContent { { file, "file", "statement.csv" } };
        if (mappingId is not null)
            form.Add(new StringContent(mappingId), "mappingId");
        if (dryRun is not null)
            form.Add(new StringContent(dryRun), "dryRun");
        return finance.Send(HttpMethod.Post, "/bank-statements", form, key);
    }

    public Task<Reply> Import(ApiClient finance, bool dryRun = false) => Send(finance, Gbk(), dryRun: dryRun);
}
