using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Sheets;

namespace ClosedDoor.Features.Fapiao;

/// <summary>
/// What is to be issued, for whoever types or uploads it into the tax platform: the amounts less what has been refunded
/// since, and nothing for what was refunded whole.
/// </summary>
public static class ExportFapiaoRequests
{
    const string Chain = "fapiao";

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/fapiaos/export", Handle)
            .Named("ExportFapiaoRequests", "Export the fapiaos that are to be issued")
            .RequireAuthorization(Policy.Finance)
            .AnswersExport()
            .Refuses(Refusals.Invalid);

    static async Task<IResult> Handle(Caller caller, Database db, string? format, string? reason)
    {
        var export = Export.Asked(format, reason);
        return export.Refused(out var refusal)
            ? Answer.Refuse(refusal)
            : await export.Value.Answer(db, caller, Chain, Chain, Read);
    }

    static async Task<Outcome<Worksheet>> Read(Statements read)
    {
        var rows = await read.All<FapiaoRow>(
            $"{FapiaoRow.Select} WHERE fapiao.status = 'requested' ORDER BY fapiao.requested_at, fapiao.id"
        );
        return new Worksheet(
            "待开发票",
            [
                "申请编号",
                "票种",
                "发票抬头",
                "税号",
                "金额",
                "地址",
                "电话",
                "开户行",
                "银行账号",
                "邮箱",
                "备注",
                "申请时间",
                "发票号码",
                "开票日期",
                "状态",
            ],
            [.. rows.Where(row => row.Stands > 0).Select(row => Line(row))]
        );
    }

    static Cell[] Line(FapiaoRow row)
    {
        var profile = row.Details;
        return
        [
            Cell.Of(row.Id),
            Cell.Of(profile.Kind is FapiaoKind.Special ? "专票" : "普票"),
            Cell.Of(profile.Title),
            Cell.Of(profile.TaxId),
            Cell.Yuan(row.Stands),
            Cell.Of(profile.Address),
            Cell.Of(profile.Phone),
            Cell.Of(profile.Bank),
            Cell.Of(profile.Account),
            Cell.Of(profile.Email),
            Cell.Of(profile.Remark),
            Cell.Of((NodaTime.Instant?)row.RequestedAt),
            // Number, day and status: for the tax platform's answer.
            Cell.Empty,
            Cell.Empty,
            Cell.Empty,
        ];
    }
}
