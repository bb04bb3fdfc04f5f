namespace ClosedDoor.Platform.Files;

/// <summary>A kind of file that is taken, told by its first bytes: neither a name nor a declared type is believed.</summary>
public sealed record FileKind(string MediaType, string[] Extensions)
{
    public static readonly FileKind Pdf = new("application/pdf", [".pdf"]);
    public static readonly FileKind Png = new("image/png", [".png"]);
    public static readonly FileKind Jpeg = new("image/jpeg", [".jpg", ".jpeg"]);
    public static readonly FileKind Csv = new("text/csv", [".csv", ".txt"]);
    public static readonly FileKind Xlsx = new(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        [".xlsx"]
    );

    /// <summary>Null for anything but PDF, PNG and JPEG.</summary>
    public static FileKind? Sniff(ReadOnlySpan<byte> bytes)
    {
        // ISO 32000-1, 7.5.2. Readers also find a header within the first kilobyte; a file that hides it behind
        // something else is not taken, because that something could be HTML.
        if (bytes.StartsWith("%PDF-"u8))
            return Pdf;
        // ISO/IEC 15948, 5.2.
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
            return Png;
        // ITU-T T.81, B.1.1.3: start of image, then the first marker.
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return Jpeg;
        return null;
    }

    /// <summary>
    /// XLSX or, for text of any encoding, CSV. Null for anything else: for the XLS of before 2007 too, which is another
    /// format altogether.
    /// </summary>
    public static FileKind? SniffSheet(ReadOnlySpan<byte> bytes)
    {
        // APPNOTE 4.3.7: a local file header.
        if (bytes.StartsWith("PK\x3\x4"u8))
            return Xlsx;
        var utf16 =
            bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]);
        return utf16 || !bytes.Contains((byte)0) && Sniff(bytes) is null ? Csv : null;
    }

    /// <summary>The name with an extension of this kind: what opens it must not be told another.</summary>
    public string Name(string name) =>
        Array.Exists(Extensions, extension => name.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
            ? name
            : name + Extensions[0];
}
