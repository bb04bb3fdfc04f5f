using System.Security.Cryptography;
using System.Text.Json;

namespace ClosedDoor.Platform.Http;

/// <summary>The tag of what is put together from many rows: another one whenever any of it is another.</summary>
static class ContentTag
{
    public static string Of<T>(long version, T view)
        where T : ITagged =>
        $"{version}.{Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(view, Json.Options)))[..16]}";
}
