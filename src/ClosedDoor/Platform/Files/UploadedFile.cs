using System.Security.Cryptography;
using System.Text;
using ClosedDoor.Domain;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace ClosedDoor.Platform.Files;

/// <summary>A file as it came in, and the text fields that came with it.</summary>
/// <param name="Name">Without a path, control characters or direction marks; ends with an extension of its kind.</param>
public sealed record UploadedFile(
    string Name,
    FileKind Kind,
    byte[] Bytes,
    string Sha256,
    IReadOnlyDictionary<string, string> Fields
)
{
    /// <summary>Largest file, in bytes: 10 MB.</summary>
    public const int Largest = 10 * 1024 * 1024;

    /// <summary>What the server lets in for one upload: the file, and room for the fields and boundaries around it.</summary>
    public const int LargestRequest = Largest + 512 * 1024;

    const int LongestField = 4000;
    const int MostParts = 10;
    const int LongestName = 200;

    /// <summary>A field that is <c>true</c> or <c>false</c>, in capitals too, as some languages write them; false without it.</summary>
    public bool Flag(FieldErrors errors, string field)
    {
        var text = Fields.GetValueOrDefault(field, "").Trim().ToLowerInvariant();
        if (text is not ("" or "true" or "false"))
            errors.Add(field, "应为 true 或 false。", "Must be true or false.");
        return text == "true";
    }

    /// <summary>
    /// Reads multipart/form-data (RFC 7578) with one file, into memory and never past <see cref="Largest"/>, whatever
    /// length the request declares.
    /// </summary>
    public static Task<Outcome<UploadedFile>> Read(HttpRequest request) =>
        Read(request, FileKind.Sniff, Refusals.FileTypeRefused);

    /// <summary>As <see cref="Read(HttpRequest)"/>, for a table: CSV or XLSX.</summary>
    public static Task<Outcome<UploadedFile>> ReadSheet(HttpRequest request) =>
        Read(request, FileKind.SniffSheet, Refusals.SheetTypeRefused);

    delegate FileKind? Sniffer(ReadOnlySpan<byte> bytes);

    static async Task<Outcome<UploadedFile>> Read(HttpRequest request, Sniffer sniff, Refusal otherKind)
    {
        if (
            !MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
        )
            return Refusals.UnsupportedMediaType;
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (boundary is not { Length: > 0 and <= 70 }) // RFC 2046, 5.1.1.
            return Broken;

        try
        {
            return await Read(new MultipartReader(boundary, request.Body), sniff, otherKind);
        }
        catch (Exception e) when (e is InvalidDataException or (IOException and not BadHttpRequestException))
        {
            // A boundary that never comes, or headers that go on for ever.
            return Broken;
        }
    }

    static async Task<Outcome<UploadedFile>> Read(MultipartReader parts, Sniffer sniff, Refusal otherKind)
    {
        (string Name, byte[] Bytes)? file = null;
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var count = 0; await parts.ReadNextSectionAsync() is { } part; count++)
        {
            if (
                count == MostParts
                || !ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition)
            )
                return Broken;
            var field = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
            var name = HeaderUtilities
                .RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName)
                .Value;
            var isFile = name is not null || field == "file";
            if (isFile && file is not null)
                return Wrong("每次请求只上传一个文件。", "One file a request.");
            if (await Kept(part.Body, isFile ? Largest : LongestField) is not { } bytes)
                return Refusals.TooLarge;
            if (isFile)
                file = (name ?? "", bytes);
            else
                fields[field] = Encoding.UTF8.GetString(bytes);
        }

        if (file is not var (fileName, content))
            return Wrong("请在 file 字段中上传文件。", "Send the file in the field 'file'.");
        if (content.Length == 0)
            return Wrong("文件为空。", "The file is empty.");
        if (sniff(content) is not { } kind)
            return otherKind;
        return new UploadedFile(
            kind.Name(Tidy(fileName)),
            kind,
            content,
            Convert.ToHexStringLower(SHA256.HashData(content)),
            fields
        );
    }

    /// <summary>Null when there is more than <paramref name="most"/>.</summary>
    static async Task<byte[]?> Kept(Stream body, int most)
    {
        var kept = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await body.ReadAsync(buffer)) > 0)
        {
            if (kept.Length + read > most)
                return null;
            kept.Write(buffer, 0, read);
        }
        return kept.ToArray();
    }

    // Some browsers send a whole path. Direction marks would show 'fdp.exe' as 'exe.pdf'.
    static string Tidy(string name)
    {
        var last = name.Replace('\\', '/').Split('/')[^1];
        var tidy = string.Concat(last.EnumerateRunes().Where(rune => !Invisible.Is(rune)).Take(LongestName)).Trim();
        return tidy.Trim('.').Length == 0 ? "evidence" : tidy;
    }

    static readonly Refusal Broken = Refusals.Malformed.Because(
        "multipart/form-data 内容无法解析。",
        "The multipart/form-data could not be read."
    );

    static Refusal Wrong(string zh, string en)
    {
        var errors = new FieldErrors();
        errors.Add("file", zh, en);
        return errors.Refusal!;
    }
}
