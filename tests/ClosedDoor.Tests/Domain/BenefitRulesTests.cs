using ClosedDoor.Domain;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public class BenefitRulesTests
{
    [Test]
    public void Nothing_is_given_but_travel_hotel_and_meals() =>
        Assert.That(Words.All<BenefitKind>(), Is.EquivalentTo(["travel", "hotel", "meals"]));

    [Test]
    public void Only_a_payer_that_is_no_company_gives_and_only_with_the_units_approval_and_for_nothing_in_return()
    {
        foreach (var prefix in new[] { "11", "12", "51", "52", "53", "91", "92", "93" })
        foreach (var guest in Enum.GetValues<GuestKind>())
        foreach (var approval in new[] { false, true })
        foreach (var promotion in new[] { false, true })
        {
            var payer = SocialCreditCode.Compose($"{prefix}110108MA0000001");
            var allowed =
                guest is not GuestKind.HealthCommissionOfficial
                && prefix is not ("91" or "92")
                && approval
                && !promotion;
            Assert.That(
                BenefitRules.Check(guest, payer, approval, promotion) is null,
                Is.EqualTo(allowed),
                $"{prefix} {guest} {approval} {promotion}"
            );
        }
    }
}
