using ClosedDoor.Domain;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public class CooperationRulesTests
{
    static IEnumerable<TestCaseData> EveryDraft() =>
        from model in Enum.GetValues<CooperationModel>()
        from founder in Enum.GetValues<HospitalFounder>()
        from forProfit in new[] { false, true }
        from departments in Enum.GetValues<DepartmentUse>()
        select new TestCaseData(Draft(model, founder, forProfit, departments)).SetArgDisplayNames(
            $"{model}",
            $"{founder}",
            forProfit ? "for profit" : "non-profit",
            $"{departments}"
        );

    [TestCaseSource(nameof(EveryDraft))]
    public void A_draft_is_blocked_by_what_the_law_forbids_and_by_nothing_else(CooperationDraft draft)
    {
        var expected = new List<string>();
        if (
            draft.Model is CooperationModel.JointOperation
            && draft.Founder is HospitalFounder.Government
            && draft.ForProfit
        )
            expected.Add("government_hospital_for_profit");
        if (draft.Departments is DepartmentUse.RentedOut)
            expected.Add("departments_rented_out");
        if (draft.Departments is DepartmentUse.ContractedOut)
            expected.Add("departments_contracted_out");

        var found = CooperationRules.Check(draft);

        Assert.That(found.Select(finding => finding.Code), Is.EqualTo(expected));
        Assert.That(found.All(finding => finding.Blocks));
        Assert.That(found.Select(finding => finding.Reason.Zh), Is.All.Contain("基本医疗卫生与健康促进法"));
    }

    [Test]
    public void Words_that_promise_to_buy_are_a_warning_for_a_person_to_weigh()
    {
        var draft = Draft(
            CooperationModel.ThirdPartyService,
            HospitalFounder.Government,
            false,
            DepartmentUse.None
        ) with
        {
            Terms = "医院承诺采购设备十台。",
        };

        var finding = CooperationRules.Check(draft).Single();

        Assert.That((finding.Code, finding.Blocks), Is.EqualTo(("purchase_wording", false)));
    }

    static IEnumerable<TestCaseData> EveryPair() =>
        from status in Enum.GetValues<ConsultationStatus>()
        from trigger in Enum.GetValues<ConsultationTrigger>()
        select new TestCaseData(status, trigger).SetArgDisplayNames($"{status}", $"{trigger}");

    [TestCaseSource(nameof(EveryPair))]
    public void A_consultation_moves_as_the_contract_says_and_no_other_way(
        ConsultationStatus from,
        ConsultationTrigger trigger
    ) =>
        Assert.That(
            from.After(trigger),
            Is.EqualTo(
                (from, trigger) switch
                {
                    (ConsultationStatus.Booked, ConsultationTrigger.Finish) => ConsultationStatus.Finished,
                    (ConsultationStatus.Booked, ConsultationTrigger.Cancel) => ConsultationStatus.Cancelled,
                    (ConsultationStatus.Booked, _) => ConsultationStatus.Booked,
                    (ConsultationStatus.Finished, ConsultationTrigger.WriteDraft) => ConsultationStatus.Finished,
                    _ => (ConsultationStatus?)null,
                }
            )
        );

    static CooperationDraft Draft(
        CooperationModel model,
        HospitalFounder founder,
        bool forProfit,
        DepartmentUse departments
    ) => new(model, founder, forProfit, departments, "医院自主运营。", [new NeedMatch("需求", "功能")]);
}
