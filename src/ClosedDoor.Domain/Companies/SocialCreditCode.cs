namespace ClosedDoor.Domain;

/// <summary>Who is registered under a social credit code: its first two characters (GB 32100-2015).</summary>
public enum SocialCreditCodeKind
{
    Other,
    GovernmentBody,
    PublicInstitution,
    SocialOrganization,
    PrivateNonEnterprise,
    Foundation,
    Enterprise,
    SoleTrader,
    Cooperative,
}

/// <summary>
/// A unified social credit code 统一社会信用代码 (GB 32100-2015): 18 characters, upper case. 1 registering department,
/// 2 category, 3–8 region (GB/T 2260), 9–17 organization code (GB 11714), 18 check character.
/// </summary>
public sealed record SocialCreditCode
{
    const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    const int Length = 18;

    // GB 32100-2015: 3^(i-1) mod 31.
    static ReadOnlySpan<byte> Weights => [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

    // GB 11714-1997: 2^(9-i) mod 11.
    static ReadOnlySpan<byte> OrganizationWeights => [3, 7, 9, 10, 5, 8, 4, 2];

    /// <summary>Not 18 characters, a letter that the standard leaves out (I O S V Z), or a region that is not digits.</summary>
    public static readonly Refusal Malformed = new("uscc_malformed");

    /// <summary>Well formed, but the last character does not fit the others: a typing error.</summary>
    public static readonly Refusal WrongCheckCharacter = new("uscc_check_character");

    SocialCreditCode(string value) => Value = value;

    /// <summary>The 18 characters, upper case, without spaces.</summary>
    public string Value { get; }

    public SocialCreditCodeKind Kind =>
        Value[..2] switch
        {
            "11" => SocialCreditCodeKind.GovernmentBody,
            "12" => SocialCreditCodeKind.PublicInstitution,
            "51" => SocialCreditCodeKind.SocialOrganization,
            "52" => SocialCreditCodeKind.PrivateNonEnterprise,
            "53" => SocialCreditCodeKind.Foundation,
            "91" => SocialCreditCodeKind.Enterprise,
            "92" => SocialCreditCodeKind.SoleTrader,
            "93" => SocialCreditCodeKind.Cooperative,
            _ => SocialCreditCodeKind.Other,
        };

    /// <summary>Whether its holder is a company that may take a seat: an enterprise, a sole trader or a cooperative.</summary>
    public bool MayTakeSeat =>
        Kind is SocialCreditCodeKind.Enterprise or SocialCreditCodeKind.SoleTrader or SocialCreditCodeKind.Cooperative;

    /// <summary>The nine characters of the organization code inside (GB 11714), without its hyphen.</summary>
    public string OrganizationCode => Value[8..17];

    /// <summary>
    /// Says that the organization code's own check character is wrong. A warning and never a refusal: genuine codes
    /// issued outside the organization-code register fail it. Null when it fits.
    /// </summary>
    public Text? OrganizationCodeWarning
    {
        get
        {
            var expected = OrganizationCheck(OrganizationCode);
            return OrganizationCode[8] == expected
                ? null
                : new Text(
                    $"第9–17位的组织机构代码校验位不符（应为“{expected}”），请与营业执照核对。",
                    $"The organization code in characters 9–17 has a check character that does not fit (expected \"{expected}\"); compare it with the licence."
                );
        }
    }

    /// <summary>Reads a code as a person types it: any case, full-width forms, spaces around and inside.</summary>
    public static Outcome<SocialCreditCode> Parse(string? text)
    {
        var code = Normalized(text);
        if (code.Length != Length)
            return Malformed.Because(
                $"统一社会信用代码应为18位，现为{code.Length}位。",
                $"A unified social credit code has 18 characters; this has {code.Length}."
            );
        if (FirstFault(code) is { } fault)
            return Malformed.Because(fault.Zh, fault.En);

        var expected = Check(code);
        return code[^1] == expected
            ? new SocialCreditCode(code)
            : WrongCheckCharacter.Because(
                $"统一社会信用代码校验位不符：按前17位计算，末位应为“{expected}”。",
                $"The check character does not fit: the first 17 characters call for \"{expected}\" as the last."
            );
    }

    /// <summary>The code that begins with these 17 characters. For demonstration data, which must not use a real code.</summary>
    /// <exception cref="ArgumentException">They are not 17 characters that a code may begin with: a bug.</exception>
    public static SocialCreditCode Compose(string first17)
    {
        var start = Normalized(first17);
        if (start.Length != Length - 1 || FirstFault(start) is not null)
            throw new ArgumentException($"No social credit code begins with '{first17}'.", nameof(first17));
        return new SocialCreditCode(start + Check(start));
    }

    public override string ToString() => Value;

    static string Normalized(string? text) =>
        HalfWidth.Of(text ?? "").Replace(" ", "", StringComparison.Ordinal).Trim().ToUpperInvariant();

    static Text? FirstFault(string code)
    {
        for (var i = 0; i < code.Length; i++)
        {
            if (!Alphabet.Contains(code[i], StringComparison.Ordinal))
                return new Text(
                    $"第{i + 1}位“{code[i]}”不是统一社会信用代码可用的字符（不含 I、O、S、V、Z）。",
                    $"Character {i + 1}, \"{code[i]}\", does not occur in a social credit code (it has no I, O, S, V, Z)."
                );
            if (i is >= 2 and < 8 && !char.IsAsciiDigit(code[i]))
                return new Text(
                    "第3–8位为登记管理机关行政区划码，应为数字。",
                    "Characters 3–8 are the region code and must be digits."
                );
        }
        return null;
    }

    static char Check(string code)
    {
        var sum = 0;
        for (var i = 0; i < Weights.Length; i++)
            sum += Weights[i] * Alphabet.IndexOf(code[i], StringComparison.Ordinal);
        return Alphabet[(31 - sum % 31) % 31];
    }

    static char OrganizationCheck(string code)
    {
        var sum = 0;
        for (var i = 0; i < OrganizationWeights.Length; i++)
            sum += OrganizationWeights[i] * (char.IsAsciiDigit(code[i]) ? code[i] - '0' : code[i] - 'A' + 10);
        return (11 - sum % 11) switch
        {
            10 => 'X',
            11 => '0',
            var digit => (char)('0' + digit),
        };
    }
}
