using System.Buffers;

namespace ClosedDoor.Domain;

/// <summary>
/// An e-mail address that mail can be sent to: a dot-atom local part and a domain of at least two labels (RFC 5321 §4.1.2,
/// without quoted strings and address literals), ASCII only. No character that could start another header gets through.
/// </summary>
public sealed record EmailAddress
{
    /// <summary>Not an address, or longer than 254 characters.</summary>
    public static readonly Refusal Malformed = new("email_malformed");

    // RFC 5321 §4.5.3.1: a path has 256 octets with its angle brackets, a local part 64; RFC 1035: a label 63.
    const int Longest = 254;
    const int LongestLocal = 64;
    const int LongestLabel = 63;

    const string LettersAndDigits = "abcdefghijklmnopqrstuvwxyz0123456789";
    static readonly SearchValues<char> LocalSymbols = SearchValues.Create(LettersAndDigits + "!#$%&'*+-/=?^_`{|}~.");
    static readonly SearchValues<char> LabelSymbols = SearchValues.Create(LettersAndDigits + "-");

    EmailAddress(string value) => Value = value;

    /// <summary>
    /// The address in lower case, which is what is compared: no provider in use tells <c>A@</c> from <c>a@</c>, and a
    /// person would otherwise get two accounts.
    /// </summary>
    public string Value { get; }

    /// <summary>Reads an address; spaces around it and full-width forms are tidied.</summary>
    public static Outcome<EmailAddress> Parse(string? text)
    {
        // Spaces only: a line break at the end is no slip of a thumb.
        var address = HalfWidth.Of(text ?? "").Trim(' ').ToLowerInvariant();
        var at = address.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && address.Length <= Longest && IsLocal(address[..at]) && IsDomain(address[(at + 1)..])
            ? new EmailAddress(address)
            : Malformed.Because(
                "电子邮箱格式有误，应形如 name@example.com。",
                "This is not an e-mail address such as name@example.com."
            );
    }

    public override string ToString() => Value;

    static bool IsLocal(string local) =>
        local.Length <= LongestLocal
        && !local.AsSpan().ContainsAnyExcept(LocalSymbols)
        && !local.StartsWith('.')
        && !local.EndsWith('.')
        && !local.Contains("..", StringComparison.Ordinal);

    static bool IsDomain(string domain) =>
        domain.Split('.') is { Length: >= 2 } labels && labels.All(IsLabel) && !labels[^1].All(char.IsAsciiDigit);

    static bool IsLabel(string label) =>
        label.Length is > 0 and <= LongestLabel
        && !label.AsSpan().ContainsAnyExcept(LabelSymbols)
        && !label.StartsWith('-')
        && !label.EndsWith('-');
}
