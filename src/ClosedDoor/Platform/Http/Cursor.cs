using System.Buffers.Text;
using System.Text;

namespace ClosedDoor.Platform.Http;

/// <summary>Where a list goes on: the sort key of the last item, opaque to callers. Keyset paging stays right while rows come and go.</summary>
public static class Cursor
{
    public static string Encode(params string[] key) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Join('\n', key)));

    /// <summary>Null when the text is no cursor with that many parts.</summary>
    public static string[]? Decode(string text, int parts)
    {
        if (text.Length > 500 || !Base64Url.IsValid(text))
            return null;
        var key = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split('\n');
        return key.Length == parts ? key : null;
    }
}

/// <summary>A part of a list. <see cref="NextCursor"/> is null at its end.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);

/// <summary>What every list takes: <c>?limit=</c> from 1 to 200 (50) and <c>?cursor=</c>.</summary>
public readonly record struct Paging(int? Limit, string? Cursor)
{
    public int Size => Math.Clamp(Limit ?? 50, 1, 200);

    /// <summary>Cuts what was read with one row more than <see cref="Size"/> into a page.</summary>
    public Page<T> Cut<T>(List<T> rows, Func<T, string[]> key) =>
        rows.Count > Size ? new(rows[..Size], Http.Cursor.Encode(key(rows[Size - 1]))) : new(rows, null);
}
