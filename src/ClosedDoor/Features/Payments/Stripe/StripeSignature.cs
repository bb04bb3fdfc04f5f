using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NodaTime;

namespace ClosedDoor.Features.Payments.Stripe;

/// <summary>
/// The header Stripe-Signature: <c>t=1700000000,v1=…</c>, an HMAC-SHA256 over <c>t.</c> and the raw body, keyed with the
/// whole secret as it is shown, <c>whsec_</c> included. While a secret is rolled there are several v1; any may match.
/// </summary>
public static class StripeSignature
{
    /// <summary>An older signature may be somebody's copy of a delivery.</summary>
    public static readonly Duration Tolerance = Duration.FromSeconds(300);

    const int LongestHeader = 4096;

    /// <summary>Whether the body is Stripe's, and of now. Whatever the header is, this answers and never throws.</summary>
    public static bool Verify(ReadOnlySpan<byte> body, string? header, string secret, Instant now)
    {
        if (header is null || header.Length > LongestHeader)
            return false;
        string? time = null;
        var candidates = new List<string>();
        foreach (var part in header.Split(','))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if (at < 0)
                continue;
            var (name, value) = (part[..at].Trim(), part[(at + 1)..].Trim());
            if (name == "t")
                time = value;
            else if (name == "v1")
                candidates.Add(value);
        }
        if (
            !long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs((decimal)now.ToUnixTimeSeconds() - seconds) > (decimal)Tolerance.TotalSeconds
        )
            return false;

        var expected = Encoding.ASCII.GetBytes(Compute(body, time!, secret));
        var matches = false;
        foreach (var candidate in candidates)
            matches |= CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(candidate));
        return matches;
    }

    /// <summary>The v1 of a body at a time, in lower-case hex.</summary>
    public static string Compute(ReadOnlySpan<byte> body, string time, string secret)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hmac.AppendData(Encoding.ASCII.GetBytes($"{time}."));
        hmac.AppendData(body);
        return Convert.ToHexStringLower(hmac.GetHashAndReset());
    }
}
