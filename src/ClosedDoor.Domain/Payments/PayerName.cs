using System.Text;

namespace ClosedDoor.Domain;

/// <summary>Company names as banks print them: wide or narrow, with brackets of any kind, spaces or none.</summary>
public static class PayerName
{
    /// <summary>Whether two spellings are the same name. Nothing that a person would read as another name is folded.</summary>
    public static bool Same(string one, string other) => Folded(one) is { Length: > 0 } name && name == Folded(other);

    /// <summary>The name without what differs between spellings; empty when nothing is left.</summary>
    public static string Folded(string name)
    {
        var folded = new StringBuilder(name.Length);
        foreach (var rune in HalfWidth.Of(name).EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune) || Invisible.Is(rune))
                continue;
            folded.Append(
                rune.Value switch
                {
                    '[' or '{' or '【' or '〔' or '〈' or '﹙' => "(",
                    ']' or '}' or '】' or '〕' or '〉' or '﹚' => ")",
                    '•' or '‧' or '・' or '･' or '∙' or '⋅' => "·",
                    _ => Rune.ToUpperInvariant(rune).ToString(),
                }
            );
        }
        return folded.ToString();
    }
}
