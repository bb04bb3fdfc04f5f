namespace ClosedDoor.Domain;

/// <summary>How many people and companies a session needs, and how many it takes: 6–8 hospitals, 4–5 officials and experts together.</summary>
public sealed record QuorumRule(
    long HospitalsLeast,
    long HospitalsMost,
    long ExpertsLeast,
    long ExpertsMost,
    long CompaniesLeast
)
{
    /// <summary>What is missing, named with its counts; empty when the session can be confirmed.</summary>
    public IReadOnlyList<Text> Missing(QuorumCount count)
    {
        var missing = new List<Text>();
        Compare(count.Hospitals, HospitalsLeast, "三甲医院", "hospitals");
        Compare(count.Experts, ExpertsLeast, "卫健委嘉宾与科研专家", "officials and experts");
        Compare(count.Companies, CompaniesLeast, "参会企业", "companies");
        return missing;

        void Compare(long has, long needs, string zh, string en)
        {
            if (has < needs)
                missing.Add(new($"{zh}：已确认 {has}，至少 {needs}。", $"{en}: {has} of at least {needs}."));
        }
    }
}

/// <summary>Who comes for sure.</summary>
/// <param name="Hospitals">Hospitals with at least one guest who counts; two guests of one hospital are one.</param>
/// <param name="Experts">Officials and research experts together.</param>
/// <param name="Companies">Companies with a confirmed seat.</param>
public sealed record QuorumCount(long Hospitals, long Experts, long Companies);
