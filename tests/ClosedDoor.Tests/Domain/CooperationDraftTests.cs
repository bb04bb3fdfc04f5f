using ClosedDoor.Domain;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public class CooperationDraftTests
{
    static readonly (string?, string?)[] OneNeed = [(" 术后随访 ", "远程监测")];

    [Test]
    public void A_draft_reads_its_words_and_trims_its_texts()
    {
        var errors = new FieldErrors();
        var draft = Check(errors, needs: OneNeed);

        Assert.That(errors.Refusal, Is.Null);
        Assert.That(
            (draft.Model, draft.Founder, draft.ForProfit, draft.Departments),
            Is.EqualTo((CooperationModel.ResearchProject, HospitalFounder.Government, false, DepartmentUse.None))
        );
        Assert.That(draft.Needs, Is.EqualTo([new NeedMatch("术后随访", "远程监测")]));
    }

    [Test]
    public void Nothing_that_it_lives_on_can_be_left_out()
    {
        var errors = new FieldErrors();
        CooperationDraft.Check(errors, null, null, null, null, null, null);

        Assert.That(
            errors.Refusal!.Fields!.Keys,
            Is.EquivalentTo(["needs", "model", "hospitalFounder", "forProfit", "departments", "terms"])
        );
    }

    [Test]
    public void An_unknown_word_is_named_once()
    {
        var errors = new FieldErrors();
        Check(errors, model: "purchase", needs: OneNeed);

        Assert.That(errors.Refusal!.Fields!.Single().Key, Is.EqualTo("model"));
        Assert.That(errors.Refusal.Fields!.Single().Value, Has.Count.EqualTo(1));
    }

    [Test]
    public void Each_need_says_what_it_is_and_what_meets_it()
    {
        var errors = new FieldErrors();
        Check(errors, needs: [("术后随访", "远程监测"), ("", "远程监测"), ("术后随访", null)]);

        Assert.That(errors.Refusal!.Fields!.Keys, Is.EquivalentTo(["needs[1].need", "needs[2].function"]));
    }

    [Test]
    public void Thirty_needs_are_enough()
    {
        var needs = Enumerable
            .Repeat<(string?, string?)>(("术后随访", "远程监测"), CooperationDraft.MostNeeds)
            .ToArray();
        var (fine, tooMany) = (new FieldErrors(), new FieldErrors());
        Check(fine, needs: needs);
        Check(tooMany, needs: [.. needs, .. OneNeed]);

        Assert.That(fine.Refusal, Is.Null);
        Assert.That(tooMany.Refusal!.Fields!.Keys, Is.EqualTo(["needs"]));
    }

    /// <summary>Selling inside the meeting is what the product must never carry (九项准则): nowhere to write it down.</summary>
    [Test]
    public void No_field_holds_a_price_a_quantity_or_a_promise_to_buy() =>
        Assert.That(
            typeof(CooperationDraft).GetProperties().Select(property => property.Name),
            Is.EquivalentTo(["Model", "Founder", "ForProfit", "Departments", "Terms", "Needs"])
        );

    static CooperationDraft Check(
        FieldErrors errors,
        string model = "research_project",
        IReadOnlyList<(string?, string?)>? needs = null
    ) => CooperationDraft.Check(errors, model, "government", false, "none", "课题合作，双方另行商定。", needs);
}
