namespace ClosedDoor.Domain;

/// <summary>
/// Full-width digits, letters and punctuation (U+FF01–U+FF5E) and the ideographic space (U+3000) as their ASCII twins.
/// A Chinese keyboard in full-width mode types them, and a person cannot see the difference.
/// </summary>
public static class HalfWidth
{
    /// <summary>The same text with every full-width form narrowed; nothing else changes, nor does the length.</summary>
    public static string Of(string text) =>
        text.AsSpan().IndexOfAnyInRange('\u3000', '\uFF5E') < 0
            ? text
            : string.Create(
                text.Length,
                text,
                static (narrow, wide) =>
                {
                    for (var i = 0; i < narrow.Length; i++)
                        narrow[i] = Of(wide[i]);
                }
            );

    static char Of(char c) =>
        c switch
        {
            >= '\uFF01' and <= '\uFF5E' => (char)(c - '\uFF01' + '!'),
            '\u3000' => ' ',
            _ => c,
        };
}
