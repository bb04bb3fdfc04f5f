namespace ClosedDoor.Domain;

/// <summary>A mainland mobile number in E.164 form: <c>+8613800138000</c>.</summary>
public sealed record MobileNumber
{
    /// <summary>Not a mainland mobile number: 11 digits that begin with 13 to 19.</summary>
    public static readonly Refusal Malformed = new("mobile_malformed");

    const string CountryCode = "+86";
    const int NationalLength = 11;

    MobileNumber(string national) => Value = CountryCode + national;

    /// <summary>The number in E.164 form, with +86.</summary>
    public string Value { get; }

    /// <summary>Reads a number as a person types it: with or without +86 or 0086, spaces and hyphens, full-width.</summary>
    public static Outcome<MobileNumber> Parse(string? text)
    {
        var digits = string.Concat(HalfWidth.Of(text ?? "").Where(c => c != '-' && !char.IsWhiteSpace(c)));
        foreach (var prefix in (ReadOnlySpan<string>)[CountryCode, "0086"])
            if (digits.StartsWith(prefix, StringComparison.Ordinal))
            {
                digits = digits[prefix.Length..];
                break;
            }
        return digits.Length == NationalLength && digits[0] == '1' && digits[1] >= '3' && digits.All(char.IsAsciiDigit)
            ? new MobileNumber(digits)
            : Malformed.Because(
                "手机号应为11位中国大陆手机号码，可带+86。",
                "A mainland mobile number has 11 digits and begins with 13 to 19; +86 may stand before it."
            );
    }

    public override string ToString() => Value;
}
