using System.IO.Compression;
using System.Xml;

namespace ClosedDoor.Platform.Sheets;

/// <summary>
/// Makes the error cells of a workbook (<c>t="e"</c>: ECMA-376, 18.18.11) say so in text. The library reads them as empty,
/// and an amount or a telephone number that could not be computed is not one that nobody entered.
/// </summary>
static class XlsxErrors
{
    /// <summary>What every error says afterwards, whichever it was.</summary>
    const string Said = "#N/A";

    /// <summary>The same bytes where there is none.</summary>
    public static byte[] AsText(byte[] workbook)
    {
        var mended = new Dictionary<string, byte[]>();
        using (var zip = new ZipArchive(new MemoryStream(workbook)))
            foreach (var sheet in zip.Entries.Where(IsSheet).Where(HasErrors))
                mended[sheet.FullName] = Mended(sheet);
        if (mended.Count == 0)
            return workbook;
        var file = new MemoryStream();
        file.Write(workbook);
        using (var zip = new ZipArchive(file, ZipArchiveMode.Update, leaveOpen: true))
            foreach (var (name, bytes) in mended)
            {
                zip.GetEntry(name)!.Delete();
                using var part = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
                part.Write(bytes);
            }
        return file.ToArray();
    }

    /// <summary>Where every program that we know puts them.</summary>
    static bool IsSheet(ZipArchiveEntry part) =>
        part.FullName.Contains("worksheets/", StringComparison.OrdinalIgnoreCase)
        && part.FullName.EndsWith(".xml", StringComparison.OrdinalIgnoreCase);

    static bool HasErrors(ZipArchiveEntry sheet)
    {
        using var reader = XmlReader.Create(sheet.Open(), Closing);
        while (reader.Read())
        {
            if (IsErrorCell(reader))
                return true;
        }
        return false;
    }

    static bool IsErrorCell(XmlReader reader) =>
        reader is { NodeType: XmlNodeType.Element, LocalName: "c" } && reader.GetAttribute("t") == "e";

    static byte[] Mended(ZipArchiveEntry sheet)
    {
        var bytes = new MemoryStream();
        using (var reader = XmlReader.Create(sheet.Open(), Closing))
        using (var writer = XmlWriter.Create(bytes))
        {
            reader.MoveToContent();
            while (!reader.EOF)
            {
                if (IsErrorCell(reader))
                    WriteAsText(reader, writer);
                else if (reader.NodeType is XmlNodeType.Element)
                {
                    writer.WriteStartElement(reader.Prefix, reader.LocalName, reader.NamespaceURI);
                    writer.WriteAttributes(reader, false);
                    if (reader.IsEmptyElement)
                        writer.WriteEndElement();
                    reader.Read();
                }
                else if (reader.NodeType is XmlNodeType.EndElement)
                {
                    writer.WriteEndElement();
                    reader.Read();
                }
                else
                    writer.WriteNode(reader, false); // Goes on by itself.
            }
        }
        return bytes.ToArray();
    }

    /// <summary>The place and the style of the cell stay; a formula and the error's own name go.</summary>
    static void WriteAsText(XmlReader reader, XmlWriter writer)
    {
        writer.WriteStartElement(reader.Prefix, "c", reader.NamespaceURI);
        foreach (var name in new[] { "r", "s" })
            if (reader.GetAttribute(name) is { } value)
                writer.WriteAttributeString(name, value);
        writer.WriteAttributeString("t", "str");
        writer.WriteElementString(reader.Prefix, "v", reader.NamespaceURI, Said);
        writer.WriteEndElement();
        reader.Skip();
    }

    static XmlReaderSettings Closing => new() { CloseInput = true };
}
