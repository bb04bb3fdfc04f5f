using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ClosedDoor.Domain;

namespace ClosedDoor.Platform.Http;

/// <summary>Where a list goes on: the sort key of the last item, opaque to callers. Keyset paging stays right while rows come and go.</summary>
public static class Cursor
{
    /// <summary>Bytes of SHA-256 over the key, so that a made-up or damaged cursor is told from one of ours.</summary>
    const int ChecksumLength = 6;

    /// <summary>In characters; ours stay far below.</summary>
    public const int Longest = 500;

    public static string Encode(params string[] key)
    {
        var text = Encoding.UTF8.GetBytes(string.Join('\n', key));
        return Base64Url.EncodeToString([.. Checksum(text), .. text]);
    }

    /// <summary>Null when the text is no cursor of ours with that many parts.</summary>
    public static string[]? Decode(string text, int parts)
    {
        if (text.Length > Longest || !Base64Url.IsValid(text))
            return null;
        var bytes = Base64Url.DecodeFromChars(text).AsSpan();
        if (bytes.Length <= ChecksumLength)
            return null;
        var content = bytes[ChecksumLength..];
        if (!bytes[..ChecksumLength].SequenceEqual(Checksum(content)) || content.Contains((byte)0))
            return null;
        var key = Encoding.UTF8.GetString(content).Split('\n');
        return key.Length == parts ? key : null;
    }

    static ReadOnlySpan<byte> Checksum(ReadOnlySpan<byte> content) =>
        SHA256.HashData(content).AsSpan(0, ChecksumLength);
}

/// <summary>A part of a list. <c>nextCursor</c> leads to the next part; it is null at the end.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);

/// <summary>What every list takes: <c>?limit=</c> from 1 to <see cref="Largest"/> and <c>?cursor=</c>.</summary>
public readonly record struct Paging(int? Limit, string? Cursor)
{
    /// <summary>The most items that a page may be asked for.</summary>
    public const int Largest = 200;

    /// <summary>The items of a page when nothing is said.</summary>
    public const int Usual = 50;

    public int Size => Math.Clamp(Limit ?? Usual, 1, Largest);

    /// <summary>What a list reads: one row more than the page holds, which tells whether anything follows.</summary>
    public long Most => Size + 1L;

    /// <summary>The sort key to go on after, null for the first page; a refusal for a cursor that is none of ours.</summary>
    public Refusal? After(int parts, out string[]? key)
    {
        key = string.IsNullOrEmpty(Cursor) ? null : Http.Cursor.Decode(Cursor, parts);
        return key is null && !string.IsNullOrEmpty(Cursor) ? Refusals.InvalidCursor : null;
    }

    /// <summary>In a list that is ordered by ids: the one to go on after, empty for the first page.</summary>
    public Refusal? AfterId(out string id)
    {
        var refusal = After(1, out var key);
        id = key?[0] ?? "";
        return refusal;
    }

    /// <summary>In a list that is ordered by numbers: the one to go on after, <paramref name="first"/> for the first page.</summary>
    public Refusal? AfterNumber(long first, out long number)
    {
        number = first;
        if (After(1, out var key) is { } refusal)
            return refusal;
        return key is null || long.TryParse(key[0], NumberStyles.None, CultureInfo.InvariantCulture, out number)
            ? null
            : Refusals.InvalidCursor;
    }

    /// <summary>Cuts what was read (<see cref="Most"/> rows) into a page, in the order of its <paramref name="key"/>.</summary>
    public Page<TRow> Cut<TRow>(List<TRow> rows, Func<TRow, string[]> key) =>
        rows.Count > Size ? new(rows[..Size], Http.Cursor.Encode(key(rows[Size - 1]))) : new(rows, null);

    /// <inheritdoc cref="Cut{TRow}(List{TRow}, Func{TRow, string[]})"/>
    public Page<TView> Cut<TRow, TView>(List<TRow> rows, Func<TRow, string[]> key, Func<TRow, TView> view)
    {
        var page = Cut(rows, key);
        return new([.. page.Items.Select(view)], page.NextCursor);
    }

    /// <summary>As <see cref="Cut{TRow, TView}(List{TRow}, Func{TRow, string[]}, Func{TRow, TView})"/>, by an id.</summary>
    public Page<TView> Cut<TRow, TView>(List<TRow> rows, Func<TRow, string> id, Func<TRow, TView> view) =>
        Cut(rows, row => [id(row)], view);

    /// <summary>As <see cref="Cut{TRow, TView}(List{TRow}, Func{TRow, string[]}, Func{TRow, TView})"/>, by a number.</summary>
    public Page<TView> Cut<TRow, TView>(List<TRow> rows, Func<TRow, long> number, Func<TRow, TView> view) =>
        Cut(rows, row => [number(row).ToString(CultureInfo.InvariantCulture)], view);
}
