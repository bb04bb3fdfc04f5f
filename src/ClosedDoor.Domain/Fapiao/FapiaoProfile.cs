namespace ClosedDoor.Domain;

public enum FapiaoKind
{
    /// <summary>增值税专用发票.</summary>
    Special,

    /// <summary>增值税普通发票.</summary>
    Ordinary,
}

public enum FapiaoStatus
{
    Requested,
    Issued,
}

/// <summary>What stands on a fapiao of its buyer (发票抬头).</summary>
/// <param name="TaxId">税号: for companies, the unified social credit code (GB 32100-2015).</param>
/// <param name="Email">Where the tax platform sends the fapiao.</param>
public sealed record FapiaoProfile(
    FapiaoKind Kind,
    string Title,
    string TaxId,
    string? Address,
    string? Phone,
    string? Bank,
    string? Account,
    string? Email,
    string? Remark
);

/// <summary>Fapiao details as somebody has typed them.</summary>
public sealed record TypedFapiaoProfile(
    string? Kind,
    string? Title,
    string? TaxId,
    string? Address = null,
    string? Phone = null,
    string? Bank = null,
    string? Account = null,
    string? Email = null,
    string? Remark = null
)
{
    /// <summary>Null when something is wrong, which is noted. A 专票 has the buyer's address, phone, bank and account.</summary>
    public FapiaoProfile? Checked(FieldErrors errors)
    {
        if (string.IsNullOrWhiteSpace(Kind))
            errors.Missing("kind");
        var kind = errors.OptionalWord<FapiaoKind>("kind", string.IsNullOrWhiteSpace(Kind) ? null : Kind);
        var title = errors.Text("title", Title, 100, shortest: 2);
        var taxId = string.IsNullOrWhiteSpace(TaxId) ? null : errors.Parsed("taxId", SocialCreditCode.Parse(TaxId));
        if (string.IsNullOrWhiteSpace(TaxId))
            errors.Missing("taxId");
        var address = Part("address", Address, 100);
        var phone = Part("phone", Phone, 30);
        var bank = Part("bank", Bank, 100);
        var account = Part("account", Account is null ? null : HalfWidth.Of(Account).Replace(" ", ""), 40);
        if (account is not null && !account.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            errors.Add("account", "应只含数字、字母与连字符。", "Digits, letters and hyphens only.");
        var email = string.IsNullOrWhiteSpace(Email) ? null : errors.Parsed("email", EmailAddress.Parse(Email));
        var remark = errors.OptionalText("remark", Remark, 200);
        return errors.Refusal is null
            ? new(kind!.Value, title, taxId!.Value, address, phone, bank, account, email?.ToString(), remark)
            : null;

        string? Part(string path, string? value, int longest) =>
            kind is FapiaoKind.Special ? errors.Text(path, value, longest) : errors.OptionalText(path, value, longest);
    }
}

/// <summary>The number of a fully digital fapiao (数电票): 20 digits.</summary>
public static class FapiaoNumber
{
    public const int Length = 20;

    /// <summary>What to say of a text that is no such number.</summary>
    public static readonly Text Expected = new("发票号码应为 20 位数字。", "A fapiao's number has 20 digits.");

    /// <summary>The number without spaces, narrow; null when it has not 20 digits.</summary>
    public static string? Parse(string? text)
    {
        var bare = HalfWidth.Of(text ?? "").Replace(" ", "");
        return bare.Length == Length && bare.All(char.IsAsciiDigit) ? bare : null;
    }

    /// <summary>As <see cref="Parse"/>, noting the field.</summary>
    public static string Checked(FieldErrors errors, string path, string? text)
    {
        if (Parse(text) is { } number)
            return number;
        errors.Add(path, Expected);
        return "";
    }
}
