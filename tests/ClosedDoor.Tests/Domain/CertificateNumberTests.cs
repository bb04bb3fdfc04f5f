using ClosedDoor.Domain;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public sealed class CertificateNumberTests
{
    const string Provinces = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新";

    static readonly Gen<string> Registrations =
        from start in Gen.OneOf(
            Gen.Elements("国械注准 3", "国械注进 2", "国械注进 3", "国械注许 2", "国械注许 3"),
            Gen.Elements(Provinces.ToCharArray()).Select(province => $"{province}械注准 2")
        )
        from year in Gen.Choose(2014, 2030)
        from rest in Properties.TextOf("0123456789", 6)
        select start.Replace(" ", year.ToString()) + rest;

    static readonly Gen<string> Filings =
        from place in Gen.OneOf(
            Gen.Constant("国"),
            Gen.Elements(Provinces.ToCharArray()).Select(province => province.ToString()),
            Gen.Elements(Provinces.ToCharArray()).Select(province => province + "温")
        )
        from digits in Properties.TextOf("0123456789", 8)
        select $"{place}械备{digits}";

    [TestCase("国械注准20223160393", "国", DeviceOrigin.Domestic, 2022, 3, "16", "0393")]
    [TestCase("国械注许20233160006", "国", DeviceOrigin.HongKongMacauTaiwan, 2023, 3, "16", "0006")]
    [TestCase("国械注进20143165007", "国", DeviceOrigin.Imported, 2014, 3, "16", "5007")]
    [TestCase("国械注进20142165007", "国", DeviceOrigin.Imported, 2014, 2, "16", "5007")]
    [TestCase("浙械注准20202020594", "浙", DeviceOrigin.Domestic, 2020, 2, "02", "0594")]
    [TestCase("黔械注准20202400594", "黔", DeviceOrigin.Domestic, 2020, 2, "40", "0594")]
    public void A_registration_number_is_taken_apart(
        string text,
        string scope,
        DeviceOrigin origin,
        int year,
        int deviceClass,
        string category,
        string serial
    )
    {
        var number = CertificateNumber.Parse(text).Value;

        Assert.That(number.ToString(), Is.EqualTo(text));
        Assert.That(number.Kind, Is.EqualTo(CertificateKind.Registration));
        Assert.That(number.Scope, Is.EqualTo(scope));
        Assert.That(number.Origin, Is.EqualTo(origin));
        Assert.That(number.Year, Is.EqualTo(year));
        Assert.That(number.Class, Is.EqualTo(deviceClass));
        Assert.That(number.Category, Is.EqualTo(category));
        Assert.That(number.Serial, Is.EqualTo(serial));
    }

    [TestCase("国械备20151134", "国", 2015, "1134")]
    [TestCase("浙温械备20140027", "浙温", 2014, "0027")]
    [TestCase("京械备20140027", "京", 2014, "0027")]
    [TestCase("贵黔东南械备20140027", "贵黔东南", 2014, "0027")]
    [TestCase("浙\u4E00械备20140027", "浙\u4E00", 2014, "0027", Description = "The first ideograph.")]
    [TestCase("浙\u9FFF械备20140027", "浙\u9FFF", 2014, "0027", Description = "The last.")]
    public void A_filing_number_is_taken_apart(string text, string scope, int year, string serial)
    {
        var number = CertificateNumber.Parse(text).Value;

        Assert.That(number.Value, Is.EqualTo(text));
        Assert.That(number.Kind, Is.EqualTo(CertificateKind.Filing));
        Assert.That(number.Scope, Is.EqualTo(scope));
        Assert.That(number.Origin, Is.Null);
        Assert.That(number.Year, Is.EqualTo(year));
        Assert.That(number.Class, Is.EqualTo(1));
        Assert.That(number.Category, Is.Null);
        Assert.That(number.Serial, Is.EqualTo(serial));
    }

    [TestCase(" 国械注准 2022 3 16 0393 ", "国械注准20223160393")]
    [TestCase("国械注准2022\u3000316\t0393", "国械注准20223160393")]
    [TestCase("国械注准20223160393号", "国械注准20223160393")]
    [TestCase("浙温械备20140027号", "浙温械备20140027")]
    public void What_a_person_types_is_tidied(string text, string expected) =>
        Assert.That(CertificateNumber.Parse(text).Value.Value, Is.EqualTo(expected));

    [Test]
    public void Digits_in_full_width_are_read() =>
        Assert.That(
            CertificateNumber.Parse("国械注准" + "20223160393".FullWidth()).Value.Value,
            Is.EqualTo("国械注准20223160393")
        );

    [TestCase("浙械注准20203020594", "应为2，现为3", "is 2; this has 3")]
    [TestCase("浙械注准20201020594", "应为2，现为1", "is 2; this has 1")]
    [TestCase("国械注准20222160393", "应为3，现为2", "is 3; this has 2")]
    [TestCase("国械注进20141165007", "应为2或3，现为1", "is 2 or 3; this has 1")]
    [TestCase("国械注许20234160006", "应为2或3，现为4", "is 2 or 3; this has 4")]
    public void A_class_that_contradicts_the_issuer_is_refused_and_the_right_one_named(
        string text,
        string zh,
        string en
    )
    {
        var refusal = CertificateNumber.Parse(text).Refusal;

        Assert.That(refusal?.Code, Is.EqualTo("certificate_class_mismatch"));
        Assert.That(refusal?.Detail?.Zh, Does.Contain(zh));
        Assert.That(refusal?.Detail?.En, Does.Contain(en));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("号")]
    [TestCase("国械注准")]
    [TestCase("国械注准2022316039")]
    [TestCase("国械注准202231603931")]
    [TestCase("国械注准2022316039X")]
    [TestCase("国械注准٢٠٢٢٣١٦٠٣٩٣")]
    [TestCase("国械注字20223160393")]
    [TestCase("械注准20223160393")]
    [TestCase("浙温械注准20222160393")]
    [TestCase("美械注准20222160393")]
    [TestCase("浙械注进20202020594")]
    [TestCase("浙械注许20202020594")]
    [TestCase("国食药监械(准)字2009第3400123号")]
    [TestCase("械备20140027")]
    [TestCase("温械备20140027")]
    [TestCase("国温械备20140027")]
    [TestCase("浙Wen械备20140027")]
    [TestCase("浙温州市县械备20140027")]
    [TestCase("浙\u4DFF械备20140027", Description = "A hexagram.")]
    [TestCase("浙\uA000械备20140027", Description = "A syllable of Yi.")]
    [TestCase("浙温械备2014002X")]
    [TestCase("浙温械备201400270")]
    [TestCase("国械注准国械注准20223160393")]
    public void A_text_that_is_no_certificate_number_is_refused(string? text) =>
        Assert.That(CertificateNumber.Parse(text).Refusal?.Code, Is.EqualTo("certificate_malformed"));

    [Test]
    public void Parsing_never_throws() => Properties.NeverThrows(CertificateNumber.Parse);

    [Test]
    public void Parsing_what_is_nearly_a_number_never_throws() =>
        Properties.Hold(
            from number in Gen.OneOf(Registrations, Filings)
            from at in Gen.Choose(0, number.Length - 1)
            from noise in Properties.AnyText
            select number.Remove(at, 1).Insert(at, noise),
            text =>
                CertificateNumber.Parse(text) is var read
                && (read.Refusal is null) != (read.Refusal?.Detail is not null)
        );

    [Test]
    public void Every_well_formed_number_reads_back_equal() =>
        Properties.Hold(
            Gen.OneOf(Registrations, Filings),
            text => CertificateNumber.Parse(text + "号").Value.Value == text
        );

    [Test]
    public void A_wrong_class_digit_of_a_domestic_registration_is_always_refused() =>
        Properties.Hold(
            from text in Registrations
            where text[3] == '准'
            from digit in Gen.Elements("0123456789".ToCharArray())
            where digit != text[8]
            select text.With(8, digit),
            text => CertificateNumber.Parse(text).Refusal?.Code == "certificate_class_mismatch"
        );
}
