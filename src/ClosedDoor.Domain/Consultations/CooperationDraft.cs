namespace ClosedDoor.Domain;

/// <summary>Who founded the hospital.</summary>
public enum HospitalFounder
{
    /// <summary>政府办.</summary>
    Government,

    /// <summary>社会办.</summary>
    Society,
}

/// <summary>What the cooperation does with the hospital's departments.</summary>
public enum DepartmentUse
{
    /// <summary>They stay the hospital's own, run by it.</summary>
    None,

    /// <summary>出租科室.</summary>
    RentedOut,

    /// <summary>承包科室.</summary>
    ContractedOut,
}

/// <summary>A need of the hospital and the function of the product that meets it.</summary>
public sealed record NeedMatch(string Need, string Function);

/// <summary>
/// What a consultation ends in. It holds intentions: there is no field for a price, a quantity or a promise to buy, and
/// there must never be one.
/// </summary>
/// <param name="ForProfit">Whether what is run together is for profit (营利性).</param>
/// <param name="Terms">As the advisor wrote them down.</param>
public sealed record CooperationDraft(
    CooperationModel Model,
    HospitalFounder Founder,
    bool ForProfit,
    DepartmentUse Departments,
    string Terms,
    IReadOnlyList<NeedMatch> Needs
)
{
    public const int LongestTerms = 4000;
    public const int MostNeeds = 30;
    const int LongestNeed = 200;

    /// <summary>The draft that the words and texts of a request make; what is wrong is noted in <paramref name="errors"/>.</summary>
    public static CooperationDraft Check(
        FieldErrors errors,
        string? model,
        string? founder,
        bool? forProfit,
        string? departments,
        string? terms,
        IReadOnlyList<(string? Need, string? Function)>? needs
    )
    {
        needs ??= [];
        if (needs.Count == 0)
            errors.Add(
                "needs",
                "请至少填写一项医院需求及对应的产品功能。",
                "Name at least one need of the hospital and the function that meets it."
            );
        if (needs.Count > MostNeeds)
            errors.Add("needs", $"至多 {MostNeeds} 项。", $"At most {MostNeeds}.");
        return new(
            errors.RequiredWord<CooperationModel>("model", model),
            errors.RequiredWord<HospitalFounder>("hospitalFounder", founder),
            errors.Required("forProfit", forProfit),
            errors.RequiredWord<DepartmentUse>("departments", departments),
            errors.Lines("terms", terms, LongestTerms),
            [
                .. needs
                    .Take(MostNeeds)
                    .Select(
                        (need, i) =>
                            new NeedMatch(
                                errors.Text($"needs[{i}].need", need.Need, LongestNeed),
                                errors.Text($"needs[{i}].function", need.Function, LongestNeed)
                            )
                    ),
            ]
        );
    }
}
