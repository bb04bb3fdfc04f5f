using ClosedDoor.Domain;

namespace ClosedDoor.Platform.Identity;

/// <summary>What an organizer's account or an API key may do. An owner may do all of it, and manages the others.</summary>
[Flags]
public enum Permission
{
    None = 0,
    Owner = 1,
    Organize = 2,
    Review = 4,
    Finance = 8,
    Door = 16,
}

public static class Permissions
{
    static readonly Permission[] Single =
    [
        Permission.Owner,
        Permission.Organize,
        Permission.Review,
        Permission.Finance,
        Permission.Door,
    ];

    public static bool Allows(this Permission granted, Permission needed) =>
        (granted & (needed | Permission.Owner)) != Permission.None;

    /// <summary>The words of the API: <c>organize</c>, <c>review</c>.</summary>
    public static string[] Words(this Permission granted) =>
        [.. Single.Where(one => granted.HasFlag(one)).Select(one => one.Word())];

    /// <summary>As a column holds them: <c>organize review</c>.</summary>
    public static string Stored(this Permission granted) => string.Join(' ', granted.Words());

    /// <summary>What <see cref="Stored"/> wrote. A word that this release does not know grants nothing at all.</summary>
    public static Permission FromStored(string words) =>
        Parse(words.Split(' ', StringSplitOptions.RemoveEmptyEntries)) ?? Permission.None;

    /// <summary>Null when a word is none of ours.</summary>
    public static Permission? Parse(IEnumerable<string> words)
    {
        var granted = Permission.None;
        foreach (var word in words)
        {
            var one = Array.Find(Single, single => single.Word() == word);
            if (one == Permission.None)
                return null;
            granted |= one;
        }
        return granted;
    }

    /// <summary>The permissions that a request names; notes the field when it is missing or has a word that is not allowed.</summary>
    public static Permission Check(FieldErrors errors, string path, string[]? words, Permission allowed)
    {
        if (words is null)
            errors.Missing(path);
        else if (Parse(words) is not { } granted || (granted & ~allowed) != Permission.None)
            errors.Add(
                path,
                $"可用的权限：{string.Join('、', allowed.Words())}。",
                $"The permissions are {string.Join(", ", allowed.Words())}."
            );
        else
            return granted;
        return Permission.None;
    }

    public const Permission All =
        Permission.Owner | Permission.Organize | Permission.Review | Permission.Finance | Permission.Door;
}
