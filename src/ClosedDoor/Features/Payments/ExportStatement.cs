using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Sheets;

namespace ClosedDoor.Features.Payments;

/// <summary>The statements as files for finance: one line a payment, and their sums.</summary>
public static class ExportStatement
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/sessions/{sessionId}/statement/export", OfSession)
            .Named("ExportSessionStatement", "Export a session's statement as CSV or XLSX")
            .RequireAuthorization(Policy.Finance)
            .AnswersExport()
            .Refuses(Refusals.NotFound, Refusals.Invalid);
        api.MapGet("/companies/{companyId}/statement/export", OfCompany)
            .Named("ExportCompanyStatement", "Export a company's statement as CSV or XLSX")
            .RequireAuthorization(Policy.SignedIn)
            .AnswersExport()
            .Refuses(Refusals.NotFound, Refusals.Invalid);
    }

    static Task<IResult> OfSession(string sessionId, Caller caller, Database db, string? format, string? reason) =>
        Answered(db, caller, sessionId, format, reason, "场次对账单", "payment.session_id = @id", "session");

    static Task<IResult> OfCompany(string companyId, Caller caller, Database db, string? format, string? reason) =>
        caller.MaySee(companyId)
            ? Answered(db, caller, companyId, format, reason, "企业对账单", "payment.company_id = @id", "company")
            : Task.FromResult(Platform.Http.Answer.Refuse(Refusals.NotFound));

    static async Task<IResult> Answered(
        Database db,
        Caller caller,
        string id,
        string? format,
        string? reason,
        string name,
        string where,
        string table
    )
    {
        var asked = Export.Asked(format, reason);
        if (asked.Refused(out var invalid))
            return Platform.Http.Answer.Refuse(invalid);
        return await asked.Value.Answer(
            db,
            caller,
            id,
            id,
            async read =>
            {
                if (await read.Find<string>($"SELECT id FROM {table} WHERE id = @id", new { id }) is null)
                    return Refusals.NotFound;
                return Sheet(name, await StatementRow.All(read, where, new { id }));
            }
        );
    }

    static Worksheet Sheet(string name, List<StatementRow> rows)
    {
        long Sum(Func<StatementRow, long> of) => rows.Sum(of);
        IReadOnlyList<Cell> sums =
        [
            Cell.Of("合计 Total"),
            Cell.Empty,
            Cell.Empty,
            Cell.Empty,
            Cell.Yuan(Sum(row => row.Charged)),
            Cell.Yuan(Sum(row => row.Received)),
            Cell.Yuan(Sum(row => row.Refunds)),
            Cell.Yuan(Sum(row => row.RefundsPaid)),
            Cell.Yuan(Sum(row => row.Owed)),
            Cell.Yuan(Sum(row => row.Fees)),
            Cell.Yuan(Sum(row => row.Received - row.RefundsPaid - row.Fees)),
        ];
        return new(
            name,
            [
                "附言",
                "企业",
                "场次",
                "状态",
                "应收（元）",
                "已收（元）",
                "退款（元）",
                "已退（元）",
                "欠款（元）",
                "手续费（元）",
                "净额（元）",
            ],
            [
                .. rows.Select(row =>
                    (IReadOnlyList<Cell>)
                        [
                            Cell.Of(row.Reference),
                            Cell.Of(row.CompanyName),
                            Cell.Of(row.SessionTitle),
                            Cell.Of(row.Status),
                            Cell.Yuan(row.Charged),
                            Cell.Yuan(row.Received),
                            Cell.Yuan(row.Refunds),
                            Cell.Yuan(row.RefundsPaid),
                            Cell.Yuan(row.Owed),
                            Cell.Yuan(row.Fees),
                            Cell.Yuan(row.Received - row.RefundsPaid - row.Fees),
                        ]
                ),
                sums,
            ]
        );
    }
}
