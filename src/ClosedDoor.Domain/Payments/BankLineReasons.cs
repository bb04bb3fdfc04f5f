using System.Collections.Frozen;

namespace ClosedDoor.Domain;

/// <summary>The reasons in words.</summary>
public static class BankLineReasons
{
    public static Text Say(this BankLineReason reason) => Words[reason];

    static readonly FrozenDictionary<BankLineReason, Text> Words = new Dictionary<BankLineReason, Text>
    {
        [BankLineReason.NoCode] = new("附言中没有付款附言码。", "The remark holds no payment reference."),
        [BankLineReason.UnknownCode] = new(
            "附言码正确，但没有对应的付款。",
            "The reference is well-formed, and no payment has it."
        ),
        [BankLineReason.TypoInCode] = new(
            "附言码疑有一处笔误，请核对候选付款。",
            "The reference seems to hold a typing error: see the candidates."
        ),
        [BankLineReason.SeveralMatches] = new("附言中有多笔付款的附言码。", "The remark names several payments."),
        [BankLineReason.OtherPayer] = new(
            "付款户名与预订企业审核时的名称不一致。",
            "The payer is not the company that has the reservation, by the name under which it was vetted."
        ),
        [BankLineReason.Underpaid] = new("金额少于应付款。", "Less than is to be paid."),
        [BankLineReason.Overpaid] = new("金额多于应付款。", "More than is to be paid."),
        [BankLineReason.AlreadyPaid] = new("该付款已付清。", "The payment is paid already."),
        [BankLineReason.NotAwaited] = new("该付款已不再等待转账。", "The payment awaits no transfer any more."),
        [BankLineReason.PossibleDuplicate] = new(
            "同日同额同户名的款项已存在，但流水号不同或缺失，可能重复。",
            "Money of the same day, amount and payer is here already, with another serial or none: perhaps the same."
        ),
        [BankLineReason.BeforeRequest] = new(
            "入账日期早于该付款的申请日期，请核对。",
            "Its day is before the payment was asked for."
        ),
        [BankLineReason.ZeroAmount] = new("金额为零。", "The amount is zero."),
        [BankLineReason.NegativeAmount] = new("金额为负。", "The amount is negative."),
        [BankLineReason.AmountUnreadable] = new("金额无法识别。", "The amount cannot be read."),
        [BankLineReason.DateUnreadable] = new("日期无法识别。", "The date cannot be read."),
        [BankLineReason.DateInFuture] = new("日期晚于今天。", "The date lies in the future."),
        [BankLineReason.NotIncome] = new("不是收入。", "Not money that came in."),
        [BankLineReason.OtherAccount] = new("不是本收款账户的流水。", "Of another account than ours."),
        [BankLineReason.OtherCurrency] = new("不是人民币。", "Not in CNY."),
        [BankLineReason.DigitsLost] = new(
            "流水号或账号已被表格软件改为科学计数法，数字已丢失，请从银行重新导出。",
            "A spreadsheet program has shortened the serial or the account: export the file from the bank again."
        ),
        [BankLineReason.SerialDiffers] = new(
            "该流水号已登记，但金额、户名或日期不同。",
            "This serial is recorded already, with another amount, payer or day."
        ),
        [BankLineReason.RowUnreadable] = new("该行无法读取。", "The row cannot be read."),
        [BankLineReason.TextTooLong] = new(
            "户名、账号、附言或流水号过长。",
            "Payer, account, remark or serial are too long."
        ),
    }.ToFrozenDictionary();
}
