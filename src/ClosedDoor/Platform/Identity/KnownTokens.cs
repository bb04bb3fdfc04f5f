using System.Collections.Concurrent;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Platform.Identity;

/// <summary>
/// Finds who a token stands for. What was found is remembered for <see cref="RememberedFor"/>; on this instance a
/// sign-out or a change of permissions is felt at once, on another one after that time at the latest.
/// </summary>
public sealed class KnownTokens(Database database)
{
    public static readonly Duration RememberedFor = Duration.FromSeconds(10);

    /// <summary>
    /// From the beginning of the session on, how long a door device's token holds: the day itself and two more, to hand in
    /// what was scanned offline. A device that is lost afterwards tells nobody who came.
    /// </summary>
    public static readonly Duration DeviceLives = Duration.FromDays(3);

    /// <summary>Guessed tokens are never remembered, so only real ones fill this.</summary>
    const int Most = 50_000;

    readonly ConcurrentDictionary<string, (Standing Standing, Instant Until, long Generation)> _found = new(
        StringComparer.Ordinal
    );
    long _generation;

    public async ValueTask<Standing?> Find(string token, Instant now)
    {
        var generation = Volatile.Read(ref _generation);
        if (
            _found.TryGetValue(token, out var known)
            && known.Generation == generation
            && now < known.Until
            && known.Until - now <= RememberedFor // A clock that was set back does not make it known for longer.
        )
            return known.Standing;

        var row = await database.Read(db => LookUp(db, token, now));
        if (row is null)
        {
            _found.TryRemove(token, out _);
            return null;
        }
        if (_found.Count >= Most)
            _found.Clear();
        var standing = row.ToStanding();
        var until = now + RememberedFor;
        // Under the number from before the look-up: what was read while a revocation committed is never trusted again.
        _found[token] = (standing, row.ExpiresAt is { } expiry && expiry < until ? expiry : until, generation);
        return standing;
    }

    /// <summary>Somebody's rights have changed, and that is committed: ask the database again.</summary>
    public void Forget()
    {
        Interlocked.Increment(ref _generation);
        _found.Clear();
    }

    static async Task<Row?> LookUp(Statements db, string token, Instant now) =>
        Secrets.KindOf(token) switch
        {
            Secrets.AccessToken => await db.Find<Row>(
                """
                SELECT account.id, account.role, account.company_id, account.permissions, sign_in.id AS sign_in_id, sign_in.access_expires_at AS expires_at
                FROM sign_in JOIN account ON account.id = sign_in.account_id
                WHERE sign_in.access_hash = @Hash AND sign_in.revoked_at IS NULL AND sign_in.access_expires_at > @now AND account.disabled_at IS NULL
                """,
                new { Hash = Secrets.Hash(token), now }
            ),
            Secrets.ApiKey => await db.Find<Row>(
                "SELECT id, 'api_key' AS role, permissions FROM api_key WHERE key_hash = @Hash AND revoked_at IS NULL",
                new { Hash = Secrets.Hash(token) }
            ),
            Secrets.DoorDevice => await db.Find<Row>(
                """
                SELECT door_device.id, 'device' AS role, session.begins_at + @lives AS expires_at
                FROM door_device JOIN session ON session.id = door_device.session_id
                WHERE door_device.token_hash = @Hash AND door_device.revoked_at IS NULL AND session.begins_at + @lives > @now
                """,
                new
                {
                    Hash = Secrets.Hash(token),
                    lives = (long)DeviceLives.TotalMilliseconds,
                    now,
                }
            ),
            Secrets.PersonalLink => await db.Find<Row>(
                """
                SELECT subject_id AS id, 'guest' AS role, purpose, id AS link_id, expires_at FROM personal_link
                WHERE token_hash = @Hash AND revoked_at IS NULL AND expires_at > @now
                """,
                new { Hash = Secrets.Hash(token), now }
            ),
            _ => null,
        };

    sealed record Row
    {
        public string Id { get; init; } = "";
        public string Role { get; init; } = "";
        public string? CompanyId { get; init; }
        public string Permissions { get; init; } = "";
        public string? SignInId { get; init; }
        public Instant? ExpiresAt { get; init; }
        public string? LinkId { get; init; }
        public string? Purpose { get; init; }

        public Standing ToStanding() =>
            new(
                Role switch
                {
                    "organizer" => CallerKind.Organizer,
                    "company" => CallerKind.Company,
                    "guest" => CallerKind.Guest,
                    "device" => CallerKind.Device,
                    _ => CallerKind.ApiKey,
                },
                Id,
                CompanyId,
                Identity.Permissions.FromStored(Permissions),
                SignInId
            )
            {
                Link = LinkId is null ? null : new PersonalLink(LinkId, Words.Parse<LinkPurpose>(Purpose!), Id),
            };
    }
}
