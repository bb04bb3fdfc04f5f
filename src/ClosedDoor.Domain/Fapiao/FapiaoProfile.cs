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
)
{
    /// <summary>Null when something is wrong, which is noted. A 专票 has the buyer's address, phone, bank and account.</summary>
    public static FapiaoProfile? Checked(
        FieldErrors errors,
        string? kind,
        string? title,
        string? taxId,
        string? address,
        string? phone,
        string? bank,
        string? account,
        string? email,
        string? remark
    )
    {
        if (string.IsNullOrWhiteSpace(kind))
            errors.Add("kind", "必填。", "Required.");
        var of = errors.OptionalWord<FapiaoKind>("kind", string.IsNullOrWhiteSpace(kind) ? null : kind);
        var name = errors.Text("title", title, 100, shortest: 2);
        var code = string.IsNullOrWhiteSpace(taxId) ? null : errors.Parsed("taxId", SocialCreditCode.Parse(taxId));
        if (string.IsNullOrWhiteSpace(taxId))
            errors.Add("taxId", "必填。", "Required.");
        var special = of is FapiaoKind.Special;
        string? Part(string path, string? value, int longest) =>
            special ? errors.Text(path, value, longest) : errors.OptionalText(path, value, longest);
        var where = Part("address", address, 100);
        var call = Part("phone", phone, 30);
        var at = Part("bank", bank, 100);
        var digits = Part("account", account is null ? null : HalfWidth.Of(account).Replace(" ", ""), 40);
        if (digits is { Length: > 0 } && !digits.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            errors.Add("account", "应只含数字、字母与连字符。", "Digits, letters and hyphens only.");
        var mail = string.IsNullOrWhiteSpace(email) ? null : errors.Parsed("email", EmailAddress.Parse(email));
        var note = errors.OptionalText("remark", remark, 200);
        return errors.Refusal is null
            ? new(of!.Value, name, code!.Value, where, call, at, digits, mail?.ToString(), note)
            : null;
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
