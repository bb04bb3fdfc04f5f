namespace ClosedDoor.Domain;

/// <summary>
/// 医疗机构执业许可证登记号, 22 characters: 9 organization code (GB 11714), 6 region (GB/T 2260), 2 economic type, 4 kind of
/// institution, 1 non-profit or for-profit.
/// </summary>
public sealed record RegistrationCode
{
    public static readonly Refusal Malformed = new("registration_code_malformed");

    public const int Length = 22;

    RegistrationCode(string value) => Value = value;

    /// <summary>The 22 characters, upper case, without spaces or hyphens.</summary>
    public string Value { get; }

    /// <summary>The organization code at its beginning.</summary>
    public string OrganizationCode => Value[..9];

    /// <summary>Reads a code as a person types it: any case, full-width forms, spaces and hyphens inside.</summary>
    public static Outcome<RegistrationCode> Parse(string? text)
    {
        var code = string.Concat(HalfWidth.Of(text ?? "").Where(c => c != '-' && !char.IsWhiteSpace(c)))
            .ToUpperInvariant();
        if (code.Length != Length)
            return Malformed.Because(
                $"医疗机构登记号应为{Length}位，现为{code.Length}位。",
                $"A registration code has {Length} characters; this has {code.Length}."
            );
        for (var i = 0; i < Length; i++)
        {
            var digit = char.IsAsciiDigit(code[i]);
            if (IsDigitsOnly(i) ? !digit : !digit && !char.IsAsciiLetterUpper(code[i]))
                return Malformed.Because(
                    $"医疗机构登记号第{i + 1}位“{code[i]}”有误。",
                    $"Character {i + 1}, \"{code[i]}\", cannot stand in a registration code."
                );
        }
        return new RegistrationCode(code);
    }

    public override string ToString() => Value;

    // Region and economic type, and the last; organization code and kind of institution have letters too.
    static bool IsDigitsOnly(int i) => i is >= 9 and < 17 or Length - 1;
}
