using ClosedDoor.Domain;
using ClosedDoor.Features.Companies;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Vetting;

/// <summary>Opens a draft, with as much of the application as the company has. One at a time; a renewal may begin beside an approval.</summary>
public static class StartVetting
{
    internal static readonly VettingApplication Example = new(
        Technology: "产品的技术水平，以及与同类产品的比较。",
        ExpertBacking: "课题合作与专委会任职情况。",
        CompanyStrength: "企业背景、注册资本与团队。",
        CooperationModel: "与医院的合作模式。",
        Certificates: [new("国械注准20223160393", new LocalDate(2027, 6, 30), new LocalDate(2022, 7, 1))],
        ExpertLinks: [new("research_project", "03", "多中心临床研究"), new("paper", "03", "发表于核心期刊的临床论文")],
        Claims: [],
        CoreQuestions: ["cooperation_model", "regulation"],
        Safety: "上市后不良事件监测结果。",
        Distinction: "与现有产品相比的亮点。",
        DeviceClass: "16"
    );

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/companies/{companyId}/vettings", Handle)
            .Named("StartVetting", "Start a vetting")
            .RequireAuthorization(Policy.CompanyOrOrganize)
            .Answers<VettingView>(201)
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.VettingOpen)
            .Example(Example);

    static async Task<IResult> Handle(string companyId, VettingApplication? request, Caller caller, Database db) =>
        (await Execute(db, caller, companyId, request ?? new())).ToCreated(vetting => $"/api/v1/vettings/{vetting.Id}");

    public static async Task<Outcome<VettingView>> Execute(
        Database db,
        Caller caller,
        string companyId,
        VettingApplication request
    )
    {
        if (!caller.MaySee(companyId))
            return Refusals.NotFound;
        var application = request.Checked(Zones.Today(caller.Now));
        if (application.Refused(out var invalid))
            return invalid;

        return await db.Write<VettingView>(
            caller,
            async tx =>
            {
                if (!await CompanyRow.Exists(tx, companyId))
                    return Refusals.NotFound;
                if (await VettingTable.Add(tx, companyId, application.Value, caller.Now) is not { } id)
                    return Refusals.VettingOpen;
                return await VettingView.Of(tx, (await VettingTable.Lock(tx, id))!, caller, tx.Settings);
            }
        );
    }
}
