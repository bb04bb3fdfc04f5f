using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ClosedDoor.Platform.Audit;

/// <summary>SHA-256 over fields, each preceded by its length, so that no two different rows read the same.</summary>
sealed class FieldHash
{
    readonly ArrayBufferWriter<byte> _fields = new(512);

    public FieldHash Add(string? text)
    {
        Add(text is null ? -1 : Encoding.UTF8.GetByteCount(text));
        if (text is not null)
            _fields.Write(Encoding.UTF8.GetBytes(text));
        return this;
    }

    public FieldHash Add(long number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        _fields.Write(bytes);
        return this;
    }

    /// <summary>The hash in lower-case hexadecimal.</summary>
    public string Finish() => Convert.ToHexStringLower(SHA256.HashData(_fields.WrittenSpan));
}
