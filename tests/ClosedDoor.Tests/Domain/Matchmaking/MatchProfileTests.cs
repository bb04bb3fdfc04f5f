using ClosedDoor.Domain;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain.Matchmaking;

public class MatchProfileTests
{
    [Test]
    public void Each_code_counts_once_and_spaces_around_it_do_not()
    {
        var errors = new FieldErrors();
        var profile = MatchProfile.Checked(errors, ["03", " 19 ", "03"], ["01", "22"], ["plain_sale", "plain_sale"]);

        Assert.That(errors.Refusal, Is.Null);
        Assert.That(profile.Specialties, Is.EqualTo(["03", "19"]));
        Assert.That(profile.DeviceClasses, Is.EqualTo(["01", "22"]));
        Assert.That(profile.Models, Is.EqualTo([CooperationModel.PlainSale]));
    }

    [Test]
    public void What_is_wrong_is_noted_at_its_place_and_left_out()
    {
        var errors = new FieldErrors();
        var profile = MatchProfile.Checked(errors, ["03", "999", null], ["00", "23"], ["purchase_commitment"]);

        Assert.That(
            errors.Refusal!.Fields!.Keys,
            Is.EquivalentTo(["specialties[1]", "specialties[2]", "deviceClasses[0]", "deviceClasses[1]", "models[0]"])
        );
        Assert.That(profile.Specialties, Is.EqualTo(["03"]));
        Assert.That(profile.DeviceClasses, Is.Empty);
        Assert.That(profile.Models, Is.Empty);
    }

    [Test]
    public void Ten_of_a_kind_are_enough()
    {
        string?[] ten = [.. Enumerable.Range(1, 10).Select(n => $"{n:00}")];
        var (fine, tooMany) = (new FieldErrors(), new FieldErrors());
        MatchProfile.Checked(fine, null, ten, null);
        MatchProfile.Checked(tooMany, null, [.. ten, "11"], null);

        Assert.That(fine.Refusal, Is.Null);
        Assert.That(tooMany.Refusal!.Fields!.Keys, Is.EqualTo(["deviceClasses"]));
    }

    [Test]
    public void Nothing_said_is_nothing_wrong_and_fits_nobody()
    {
        var errors = new FieldErrors();
        var silent = MatchProfile.Checked(errors, null, null, null);
        var all = new MatchProfile(["03"], ["01"], [CooperationModel.Other]);

        Assert.That(errors.Refusal, Is.Null);
        Assert.That(NeedFit.Of(silent, all), Has.Property("Score").Zero.And.Property("Reasons").Empty);
        Assert.That(NeedFit.Of(MatchProfile.Empty, all).Score, Is.Zero);
    }

    [TestCase("联合运营", "joint operation", CooperationModel.JointOperation)]
    [TestCase("第三方服务", "third-party service", CooperationModel.ThirdPartyService)]
    [TestCase("传统买卖", "plain sale", CooperationModel.PlainSale)]
    [TestCase("课题合作", "research project", CooperationModel.ResearchProject)]
    [TestCase("专科共建与培训", "training and support", CooperationModel.TrainingAndSupport)]
    [TestCase("其他", "other", CooperationModel.Other)]
    public void A_shared_model_is_named_among_the_reasons_in_both_languages(
        string zh,
        string en,
        CooperationModel model
    )
    {
        var both = new MatchProfile([], [], [model]);
        var fit = NeedFit.Of(both, both);

        Assert.That(fit.Score, Is.EqualTo(20));
        Assert.That(fit.Reasons.Single().Zh, Does.EndWith($"：{zh}"));
        Assert.That(fit.Reasons.Single().En, Does.EndWith($": {en}"));
    }
}
