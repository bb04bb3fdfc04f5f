using System.Text;
using ClosedDoor.Domain;

namespace ClosedDoor.Platform.Sheets;

/// <summary>
/// Tells in what a text file is written. A byte order mark says so; what is well-formed UTF-8 is UTF-8; all else must be
/// GB18030, which holds GBK and GB 2312. What is none of them is refused rather than read with wrong characters.
/// </summary>
static class SheetText
{
    static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    // Registered when the first file comes, not at the start of the service.
    static readonly Lazy<Encoding> Gb18030 = new(() =>
        CodePagesEncodingProvider.Instance.GetEncoding(
            "GB18030",
            EncoderFallback.ExceptionFallback,
            DecoderFallback.ExceptionFallback
        )!
    );

    public static Outcome<string> Decode(byte[] bytes)
    {
        try
        {
            var text = Chosen(bytes);
            return text.Contains('\0') ? Unknown : text;
        }
        catch (DecoderFallbackException)
        {
            return Unknown;
        }
    }

    static string Chosen(byte[] bytes)
    {
        if (bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble))
            return Utf8.GetString(bytes.AsSpan(3));
        if (bytes is [0xFF, 0xFE, ..])
            return new UnicodeEncoding(false, false, throwOnInvalidBytes: true).GetString(bytes.AsSpan(2));
        if (bytes is [0xFE, 0xFF, ..])
            return new UnicodeEncoding(true, false, throwOnInvalidBytes: true).GetString(bytes.AsSpan(2));
        if (bytes is [0x84, 0x31, 0x95, 0x33, ..])
            return Gb18030.Value.GetString(bytes.AsSpan(4));
        return System.Text.Unicode.Utf8.IsValid(bytes) && !LooksLikeHanzi(bytes)
            ? Utf8.GetString(bytes)
            : Gb18030.Value.GetString(bytes);
    }

    /// <summary>
    /// Some hanzi of GB 2312 make well-formed UTF-8 of two bytes (一 is D2 BB, as is Cyrillic һ). Where everything beyond
    /// ASCII is such a pair, and two of them stand together somewhere, it is Chinese: the other reading would be a mix of
    /// Cyrillic, Greek and Hebrew.
    /// </summary>
    static bool LooksLikeHanzi(ReadOnlySpan<byte> utf8)
    {
        var together = false;
        var last = -2;
        for (var at = 0; at < utf8.Length; at++)
        {
            if (utf8[at] < 0x80)
                continue;
            if (utf8[at] > 0xDF || utf8[at + 1] < 0xA1)
                return false;
            together |= last == at - 2;
            last = at;
            at++;
        }
        return together;
    }

    static readonly Refusal Unknown = Refusals.SheetUnreadable.Because(
        "文件编码无法识别，请另存为 UTF-8 或 GBK 编码的 CSV，或 XLSX。",
        "The file's encoding is not recognised: save it as CSV in UTF-8 or GBK, or as XLSX."
    );
}
