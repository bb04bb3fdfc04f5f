using ClosedDoor.Domain;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public sealed class BankLineTests
{
    static readonly Gen<char> Characters = Gen.Elements("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_ ，货".ToCharArray());

    /// <summary>A reference with one character replaced, or two neighbours swapped, anywhere in it.</summary>
    static readonly Gen<(string Reference, string Typo)> Typos =
        from reference in PaymentReferenceTests.References
        from at in Gen.Choose(0, reference.Length - 1)
        from swap in Gen.Elements(true, false)
        from other in Characters
        let typo = swap && at + 1 < reference.Length ? reference.Swapped(at, at + 1) : reference.With(at, other)
        select (reference, typo);

    [Test]
    public void A_reference_with_one_typing_error_never_names_another() =>
        Properties.Hold(
            from sample in Typos
            from before in Gen.Elements("", "货款", "席位 ", "A")
            from after in Gen.Elements("", " 示例企业", "，谢谢", "1")
            select (sample.Reference, Remark: before + sample.Typo + after),
            sample => PaymentReference.FindIn(sample.Remark).All(found => found.Value == sample.Reference)
        );

    [Test]
    public void A_reference_with_one_typing_error_is_suggested_as_a_candidate() =>
        Properties.Hold(
            Typos,
            sample => ReferenceTypo.IsNearlyIn($"货款{sample.Typo}", PaymentReference.Parse(sample.Reference).Value)
        );

    [TestCase("7K3MQ4", true)]
    [TestCase("CD7K3Q4", true)]
    [TestCase("CD-7K3MMQ-4", true)]
    [TestCase("CD-7K3MQ-5", true)]
    [TestCase("货款7K3MQ5", true, Description = "Without CD, at the very end.")]
    [TestCase("编号20267K3MQ4", true, Description = "The code itself, run into a number.")]
    [TestCase("编号20267K3MQ5", false, Description = "With an error too, it may be that number.")]
    [TestCase("CD\u20108K3MQ\u20104", true, Description = "The hyphen of a word processor.")]
    [TestCase("CD\u20158K3MQ\u20154", true, Description = "The longest dash.")]
    [TestCase("CD-7K3QM-4", true, Description = "Neighbours swapped.")]
    [TestCase("CD-7KXYQ-4", false, Description = "Two wrong.")]
    [TestCase("CD-73XMQ-4", false, Description = "Half a swap, and one wrong.")]
    [TestCase("CD-7XKMQ-4", false, Description = "The other half.")]
    [TestCase("货款", false)]
    [TestCase("20260301123456", false)]
    [TestCase("CD-9Z8XW-4", false)]
    public void Candidates_are_one_error_away(string remark, bool near) =>
        Assert.That(ReferenceTypo.IsNearlyIn(remark, PaymentReference.Parse("CD-7K3MQ-4").Value), Is.EqualTo(near));

    static AwaitedPayment Payment(PaymentStatus status = PaymentStatus.AwaitingTransfer, bool byTransfer = true) =>
        new("pay_1", "示例企业（北京）有限公司", status, byTransfer, 3_880_000);

    [TestCase(3_880_000, "示例企业(北京)有限公司", PaymentStatus.AwaitingTransfer, null)]
    [TestCase(3_880_000, "示例企业【北京】 有限公司", PaymentStatus.Underpaid, null)]
    [TestCase(3_880_000, "示例企业(北京)有限公司", PaymentStatus.Expired, null)]
    [TestCase(3_879_999, "示例企业(北京)有限公司", PaymentStatus.AwaitingTransfer, BankLineReason.Underpaid)]
    [TestCase(3_880_001, "示例企业(北京)有限公司", PaymentStatus.AwaitingTransfer, BankLineReason.Overpaid)]
    [TestCase(3_880_000, "示例企业北京有限公司", PaymentStatus.AwaitingTransfer, BankLineReason.OtherPayer)]
    [TestCase(3_880_000, "", PaymentStatus.AwaitingTransfer, BankLineReason.OtherPayer)]
    [TestCase(3_880_000, "示例企业(北京)有限公司", PaymentStatus.Confirmed, BankLineReason.AlreadyPaid)]
    [TestCase(3_880_000, "示例企业(北京)有限公司", PaymentStatus.Cancelled, BankLineReason.NotAwaited)]
    [TestCase(3_880_000, "示例企业(北京)有限公司", PaymentStatus.RefundDue, BankLineReason.NotAwaited)]
    public void Money_is_taken_by_itself_only_where_all_fits(
        long amount,
        string payer,
        PaymentStatus status,
        BankLineReason? reason
    ) => Assert.That(BankLineVerdict.Of(amount, payer, 1, [Payment(status)], false).Reason, Is.EqualTo(reason));

    [TestCase(0, 0, false, BankLineReason.NoCode)]
    [TestCase(0, 0, true, BankLineReason.TypoInCode)]
    [TestCase(1, 0, false, BankLineReason.UnknownCode)]
    [TestCase(1, 0, true, BankLineReason.TypoInCode)]
    [TestCase(2, 0, false, BankLineReason.UnknownCode)]
    [TestCase(2, 1, false, BankLineReason.SeveralMatches, Description = "The other code may be another company's.")]
    [TestCase(1, 2, false, BankLineReason.SeveralMatches)]
    [TestCase(2, 2, false, BankLineReason.SeveralMatches)]
    public void Money_whose_codes_do_not_lead_to_one_payment_names_none(
        int codes,
        int payments,
        bool nearly,
        BankLineReason reason
    ) =>
        Assert.That(
            BankLineVerdict.Of(
                3_880_000,
                "示例企业(北京)有限公司",
                codes,
                [.. Enumerable.Repeat(Payment(), payments)],
                nearly
            ),
            Is.EqualTo(new BankLineVerdict(null, reason))
        );

    [Test]
    public void In_every_state_nothing_but_an_awaited_transfer_is_taken_by_itself()
    {
        foreach (var status in Enum.GetValues<PaymentStatus>())
        {
            foreach (var byTransfer in new[] { true, false })
            {
                var taken =
                    BankLineVerdict
                        .Of(3_880_000, "示例企业(北京)有限公司", 1, [Payment(status, byTransfer)], false)
                        .Reason
                    is null;
                Assert.That(
                    taken,
                    Is.EqualTo(
                        byTransfer
                            && status
                                is PaymentStatus.AwaitingTransfer
                                    or PaymentStatus.Underpaid
                                    or PaymentStatus.Expired
                            && byTransfer
                    ),
                    $"{status} {byTransfer}"
                );
            }
        }
    }

    [TestCase("38,800.00", 3_880_000)]
    [TestCase("￥３８８００", 3_880_000)]
    [TestCase("+38800.5元", 3_880_050)]
    [TestCase("1,234,567.89", 123_456_789)]
    [TestCase("-1", -100)]
    [TestCase("0.00", 0)]
    [TestCase("CNY 38,800.00", 3_880_000)]
    [TestCase("rmb38800", 3_880_000)]
    [TestCase("123,456.78", 12_345_678)]
    [TestCase("1,234,56", null)]
    [TestCase("38O00", null, Description = "The letter O.")]
    [TestCase("38800.30000", 3_880_030)]
    [TestCase("38,80", null)]
    [TestCase("1,2345", null)]
    [TestCase("38800.001", null)]
    [TestCase("3.88E+04", null)]
    [TestCase(".5", null)]
    [TestCase("5.", null)]
    [TestCase("", null)]
    [TestCase("合计", null)]
    [TestCase("9999999999999", null)]
    public void Amounts_are_read_exactly_or_not_at_all(string text, long? fen) =>
        Assert.That(YuanText.Fen(text), Is.EqualTo(fen));

    [TestCase("2026-03-01")]
    [TestCase("2026/3/1")]
    [TestCase("2026.03.01")]
    [TestCase("20260301")]
    [TestCase("20260301093015")]
    [TestCase("2026年3月1日")]
    [TestCase("2026-03-01 09:30:15")]
    [TestCase("2026-03-01T09:30:15")]
    public void Days_are_read_as_banks_write_them(string text) =>
        Assert.That(BankDate.Parse(text), Is.EqualTo(new LocalDate(2026, 3, 1)));

    [TestCase("1990-01-01")]
    [TestCase("2200-12-31")]
    public void Days_of_two_centuries_are_read(string text) =>
        Assert.That(BankDate.Parse(text)?.ToString("uuuu-MM-dd", null), Is.EqualTo(text));

    [TestCase("")]
    [TestCase("2026-02-30")]
    [TestCase("03/01/2026")]
    [TestCase("合计")]
    [TestCase("1989-12-31")]
    [TestCase("2201-01-01")]
    [TestCase("2026030109301五")]
    public void What_is_no_day_is_none(string text) => Assert.That(BankDate.Parse(text), Is.Null);
}
