using ClosedDoor.Domain;
using ClosedDoor.Features.Companies;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Fapiao;

/// <summary>A company's fapiao details (开票资料). Fapiaos that are asked for keep what they were asked for with.</summary>
public static class SetFapiaoProfile
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPut("/companies/{companyId}/fapiao-profile", Handle)
            .Named("SetFapiaoProfile", "Set a company's fapiao details")
            .RequireAuthorization(Policy.CompanyOrOrganize)
            .Answers<FapiaoProfileView>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.StaleVersion)
            .Example(
                new TypedFapiaoProfile(
                    "special",
                    "示例企业一",
                    "9144030071526726XG",
                    "北京市示例路 1 号",
                    "010-00000000",
                    "示例银行北京分行",
                    "6222000000000000",
                    "finance@example.com"
                )
            );

    static async Task<IResult> Handle(string companyId, TypedFapiaoProfile request, Caller caller, Database db) =>
        (await Execute(db, caller, companyId, request)).ToOk();

    static async Task<Outcome<FapiaoProfileView>> Execute(
        Database db,
        Caller caller,
        string companyId,
        TypedFapiaoProfile request
    )
    {
        if (!caller.MaySee(companyId))
            return Refusals.NotFound;
        var errors = new FieldErrors();
        var profile = request.Checked(errors);
        if (errors.Refusal is { } invalid)
            return invalid;
        return await db.Write<FapiaoProfileView>(
            caller,
            async tx =>
            {
                if (!await CompanyRow.Lock(tx, companyId))
                    return Refusals.NotFound;
                var before = await FapiaoProfileRow.Find(tx, companyId);
                if (caller.Stale(before?.Version ?? 0) is { } stale)
                    return stale;
                return FapiaoProfileView.Of(await FapiaoTable.SetProfile(tx, companyId, profile!, caller.Now));
            }
        );
    }
}
