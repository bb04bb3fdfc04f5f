namespace ClosedDoor.Domain;

/// <summary>What a rule says of a draft.</summary>
/// <param name="Code">Stable.</param>
/// <param name="Blocks">A blocked draft ends no consultation; the others are warnings for a person to weigh.</param>
public sealed record CooperationFinding(string Code, bool Blocks, Text Reason);

/// <summary>
/// What the law leaves no room for: 基本医疗卫生与健康促进法 §39–40, and the rule that the
/// product records intentions and never a promise to buy.
/// </summary>
public static class CooperationRules
{
    public const string JointForProfit = "government_hospital_for_profit";
    public const string Rented = "departments_rented_out";
    public const string Contracted = "departments_contracted_out";
    public const string PurchaseWording = "purchase_wording";

    static readonly string[] PromisesToBuy =
    [
        "采购承诺",
        "承诺采购",
        "保证采购",
        "最低采购",
        "保底采购",
        "独家采购",
        "包销",
    ];

    /// <summary>Every finding, in a fixed order; empty when there is nothing to say.</summary>
    public static IReadOnlyList<CooperationFinding> Check(CooperationDraft draft)
    {
        List<CooperationFinding> found = [];
        if (draft is { Model: CooperationModel.JointOperation, Founder: HospitalFounder.Government, ForProfit: true })
            found.Add(
                new(
                    JointForProfit,
                    true,
                    new(
                        "政府办医疗卫生机构不得与社会资本合作举办营利性机构（《基本医疗卫生与健康促进法》第三十九、四十条）。请改为非营利合作或第三方服务。",
                        "A government hospital may not run a for-profit institution together with private capital (Basic Healthcare and Health Promotion Law, articles 39 and 40). Make it non-profit, or a third-party service."
                    )
                )
            );
        if (draft.Departments is DepartmentUse.RentedOut)
            found.Add(
                new(
                    Rented,
                    true,
                    new(
                        "医疗卫生机构不得对外出租医疗科室（《基本医疗卫生与健康促进法》第三十九条）。",
                        "A hospital may not rent out its departments (Basic Healthcare and Health Promotion Law, article 39)."
                    )
                )
            );
        if (draft.Departments is DepartmentUse.ContractedOut)
            found.Add(
                new(
                    Contracted,
                    true,
                    new(
                        "医疗卫生机构不得对外承包医疗科室（《基本医疗卫生与健康促进法》第三十九条）。",
                        "A hospital may not contract out its departments (Basic Healthcare and Health Promotion Law, article 39)."
                    )
                )
            );
        if (Array.Find(PromisesToBuy, draft.Terms.Contains) is { } word)
            found.Add(
                new(
                    PurchaseWording,
                    false,
                    new(
                        $"条款含“{word}”：本系统只记录合作意向，采购须按正规流程进行，请确认并非采购承诺。",
                        $"The terms say \"{word}\": only intentions are recorded here and buying goes the regular way. Make sure that this is no promise to buy."
                    )
                )
            );
        return found;
    }
}
