using ClosedDoor.Domain;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public class FapiaoProfileTests
{
    const string TaxId = "91110108MA0000001D";

    [Test]
    public void An_ordinary_fapiao_needs_title_and_tax_id_alone()
    {
        var errors = new FieldErrors();
        var profile = Read(errors, "ordinary", taxId: " 91110108ma0000001d ", email: "Finance@Example.com");

        Assert.That(errors.Refusal, Is.Null);
        Assert.That(profile!.TaxId, Is.EqualTo(TaxId));
        Assert.That(
            (profile.Address, profile.Account, profile.Remark),
            Is.EqualTo(((string?)null, (string?)null, (string?)null))
        );
        Assert.That(profile.Email, Is.Not.Null);
    }

    [Test]
    public void A_special_fapiao_names_the_buyers_address_phone_bank_and_account()
    {
        var errors = new FieldErrors();

        Assert.That(Read(errors, "special"), Is.Null);
        Assert.That(errors.Refusal!.Fields!.Keys, Is.EquivalentTo(["address", "phone", "bank", "account"]));

        var whole = Read(new(), "special", "示例路1号", "010-00000000", "示例银行", "1100 0000 ００００ 0001");
        Assert.That(whole!.Account, Is.EqualTo("1100000000000001"));
    }

    [TestCase(null, "示例企业一", TaxId, "kind")]
    [TestCase("electronic", "示例企业一", TaxId, "kind")]
    [TestCase("ordinary", "示", TaxId, "title")]
    [TestCase("ordinary", "示例企业一", null, "taxId")]
    [TestCase("ordinary", "示例企业一", "91110108MA00000010", "taxId", Description = "A wrong check character.")]
    public void What_does_not_fit_is_named(string? kind, string? title, string? taxId, string field)
    {
        var errors = new FieldErrors();

        Assert.That(new TypedFapiaoProfile(kind, title, taxId).Checked(errors), Is.Null);
        Assert.That(errors.Refusal!.Fields!.Keys, Is.EqualTo([field]));
    }

    [Test]
    public void What_must_be_there_and_is_blank_is_called_missing_and_nothing_else()
    {
        var errors = new FieldErrors();
        new TypedFapiaoProfile(" ", "示例企业一", " ").Checked(errors);

        Assert.That(errors.Refusal!.Fields!["kind"].Select(text => text.En), Is.EqualTo(["Required."]));
        Assert.That(errors.Refusal.Fields["taxId"].Select(text => text.En), Is.EqualTo(["Required."]));
    }

    [Test]
    public void A_remark_has_two_hundred_characters_at_the_most()
    {
        FieldErrors fits = new();
        FieldErrors tooLong = new();
        var profile = new TypedFapiaoProfile("ordinary", "示例企业一", TaxId, Remark: new string('注', 200));

        Assert.That(profile.Checked(fits)!.Remark, Has.Length.EqualTo(200));
        Assert.That((profile with { Remark = new string('注', 201) }).Checked(tooLong), Is.Null);
        Assert.That(tooLong.Refusal!.Fields!.Keys, Is.EqualTo(["remark"]));
    }

    [TestCase("account", "1100;DROP")]
    [TestCase("email", "nobody")]
    public void A_part_that_nobody_has_to_give_is_held_to_its_form_when_given(string field, string value)
    {
        var errors = new FieldErrors();
        Read(errors, "ordinary", account: field == "account" ? value : null, email: field == "email" ? value : null);

        Assert.That(errors.Refusal!.Fields!.Keys, Is.EqualTo([field]));
    }

    [TestCase("26112000000000000001", "26112000000000000001")]
    [TestCase(" 2611 2000 0000 0000 0001", "26112000000000000001")]
    [TestCase("２６１１２０００００００００００００１", null, Description = "Nineteen wide digits.")]
    [TestCase("２６１１２００００００００００００００１", "26112000000000000001")]
    [TestCase("2611200000000000000x", null)]
    [TestCase("261120000000000000011", null)]
    [TestCase(null, null)]
    public void A_fully_digital_fapiaos_number_has_twenty_digits(string? text, string? number)
    {
        var errors = new FieldErrors();

        Assert.That(FapiaoNumber.Parse(text), Is.EqualTo(number));
        Assert.That(FapiaoNumber.Checked(errors, "number", text), Is.EqualTo(number ?? ""));
        Assert.That(errors.Refusal?.Fields?.Keys, number is null ? Is.EqualTo(["number"]) : Is.Null);
    }

    static FapiaoProfile? Read(
        FieldErrors errors,
        string kind,
        string? address = null,
        string? phone = null,
        string? bank = null,
        string? account = null,
        string taxId = TaxId,
        string? email = null
    ) => new TypedFapiaoProfile(kind, "示例企业一", taxId, address, phone, bank, account, email).Checked(errors);
}
