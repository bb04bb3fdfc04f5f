using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ClosedDoor.Platform.Identity;

/// <summary>
/// Tokens: 256 random bits behind a prefix that says what they are. Only their SHA-256 is kept; a slow hash would add
/// nothing, because nobody can try 2^256 of them.
/// </summary>
static class Secrets
{
    public const string AccessToken = "cda";
    public const string RefreshToken = "cdr";
    public const string ApiKey = "cdk";
    public const string DoorDevice = "cdd";
    public const string PersonalLink = "cdl";

    public static string New(string kind) => $"{kind}_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}";

    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>The kind, when the form is right; else null.</summary>
    public static string? KindOf(string token) => token.Length == 47 && token[3] == '_' ? token[..3] : null;
}
