namespace ClosedDoor.Platform.Sheets;

/// <summary>
/// The CRC-32 of a zip's parts (APPNOTE 4.4.7, polynomial 0xEDB88320). The platform's reader does not compare it: a part
/// with a few wrong bytes would be read as it is, and an amount with them.
/// </summary>
struct ZipChecksum()
{
    static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(Entry)];

    uint _crc = uint.MaxValue;

    public readonly uint Value => ~_crc;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        var crc = _crc;
        foreach (var one in bytes)
            crc = Table[(byte)(crc ^ one)] ^ (crc >> 8);
        _crc = crc;
    }

    static uint Entry(int index)
    {
        var entry = (uint)index;
        for (var bit = 0; bit < 8; bit++)
            entry = (entry & 1) == 0 ? entry >> 1 : 0xEDB88320 ^ (entry >> 1);
        return entry;
    }
}
