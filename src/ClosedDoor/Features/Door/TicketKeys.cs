using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Door;

/// <summary>
/// Signs tickets and knows its own (ECDSA on P-256, FIPS 186-5). A ticket's text is <c>CD1.{ticket}.{key}.{signature}</c>: no
/// name, no session, nothing about a person; the session is signed along, so a ticket of another day does not verify.
/// </summary>
public sealed class TicketKeys(Database database)
{
    const string Form = "CD1";

    readonly ConcurrentDictionary<long, ECDsa> _known = new();

    /// <summary>The key that signs now, made at the first need. Of two instances that make one at once, the first one's stands.</summary>
    public async Task<long> Current(Instant now)
    {
        if (await Newest() is { } number)
            return number;
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (secret, open) = (
            Convert.ToBase64String(made.ExportPkcs8PrivateKey()),
            Convert.ToBase64String(made.ExportSubjectPublicKeyInfo())
        );
        await database.Write(
            "job:ticket-keys",
            tx =>
                tx.Execute(
                    "INSERT INTO ticket_key (number, private_key, public_key, created_at) VALUES (1, @secret, @open, @now) ON CONFLICT DO NOTHING",
                    new
                    {
                        secret,
                        open,
                        now,
                    }
                )
        );
        return (await Newest())!.Value;
    }

    /// <summary>The public halves, by number, for devices that verify offline: SubjectPublicKeyInfo in base64.</summary>
    public async Task<IReadOnlyList<(long Number, string PublicKey)>> PublicKeys() =>
        [
            .. (await database.Read(read => read.All<KeyRow>("SELECT number, public_key FROM ticket_key"))).Select(
                row => (row.Number, row.PublicKey)
            ),
        ];

    public async Task<string> Sign(string ticketId, string sessionId, Instant now)
    {
        var number = await Current(now);
        var key = (await Find(number))!;
        var stem = $"{Form}.{ticketId}.{number}";
        return $"{stem}.{Base64Url.EncodeToString(key.SignData(Signed(stem, sessionId), HashAlgorithmName.SHA256))}";
    }

    /// <summary>The ticket's id; null when the text is none of ours, or of another session.</summary>
    public async Task<string?> Verify(string? text, string sessionId)
    {
        if (text?.Trim().Split('.') is not [Form, var ticketId, var number, var signature])
            return null;
        if (
            !TypeId.IsValid("tkt", ticketId)
            || !long.TryParse(number, out var keyNumber)
            || !Base64Url.IsValid(signature)
            || signature.Length != 86
            || await Find(keyNumber) is not { } key
        )
            return null;
        return key.VerifyData(
            Signed($"{Form}.{ticketId}.{number}", sessionId),
            Base64Url.DecodeFromChars(signature),
            HashAlgorithmName.SHA256
        )
            ? ticketId
            : null;
    }

    static byte[] Signed(string stem, string sessionId) => Encoding.UTF8.GetBytes($"{stem}|{sessionId}");

    Task<long?> Newest() => database.Read(read => read.Find<long?>("SELECT MAX(number) FROM ticket_key"));

    async Task<ECDsa?> Find(long number)
    {
        if (_known.TryGetValue(number, out var known))
            return known;
        var stored = await database.Read(read =>
            read.Find<string>("SELECT private_key FROM ticket_key WHERE number = @number", new { number })
        );
        if (stored is null)
            return null;
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(Convert.FromBase64String(stored), out _);
        return _known.GetOrAdd(number, key);
    }

    sealed record KeyRow
    {
        public long Number { get; init; }
        public string PublicKey { get; init; } = "";
    }
}
