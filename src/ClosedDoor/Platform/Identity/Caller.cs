using System.Net;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Http;
using Microsoft.Extensions.Primitives;
using NodaTime;

namespace ClosedDoor.Platform.Identity;

public enum CallerKind
{
    Anonymous,
    Organizer,
    Company,
    ApiKey,

    /// <summary>Somebody who holds a personal link, and has no account.</summary>
    Guest,

    /// <summary>A device at the door of one session; its id is the device's.</summary>
    Device,
}

/// <summary>Who is signed in, as the access token or API key says.</summary>
public sealed record Standing(CallerKind Kind, string Id, string? CompanyId, Permission Permissions, string? SignInId)
{
    /// <summary>The personal link that signed the caller in; null for everyone else.</summary>
    public PersonalLink? Link { get; init; }

    public static readonly Standing Anonymous = new(CallerKind.Anonymous, "anonymous", null, Permission.None, null);

    /// <summary>
    /// Whether people's and companies' data of all companies is theirs to read: every organizer, whatever the permissions,
    /// and the keys that work with it. A key for the door alone is none of them: it hangs on a device that stands where
    /// guests pass.
    /// </summary>
    public bool IsStaff =>
        Kind is CallerKind.Organizer
        || (
            Kind is CallerKind.ApiKey
            && (Permissions & (Permission.Organize | Permission.Review | Permission.Finance)) != Permission.None
        );

    public bool May(Permission needed) => Permissions.Allows(needed);
}

/// <summary>One request's caller: who, at what time, and on which terms (If-Match, Idempotency-Key).</summary>
public sealed class Caller
{
    Caller(
        Standing standing,
        Instant now,
        string requestId,
        IPAddress? address,
        StringValues ifMatch,
        string? idempotencyKey
    ) =>
        (Standing, Now, RequestId, _address, IfMatch, IdempotencyKey) = (
            standing,
            now,
            requestId,
            address,
            ifMatch,
            idempotencyKey
        );

    public Standing Standing { get; }

    /// <summary>When the request came: the one clock reading that the use case goes by.</summary>
    public Instant Now { get; }

    public string RequestId { get; }

    /// <summary>Whence the request came, as <see cref="ClientAddress"/> tells neighbours apart.</summary>
    public string Address => ClientAddress.Of(_address);

    readonly IPAddress? _address;

    StringValues IfMatch { get; }

    /// <summary>Null when the caller sent none, or the method is none that takes one.</summary>
    public string? IdempotencyKey { get; }

    /// <summary>Whose keys these are: one caller never meets another's answer. Strangers are told apart by their address.</summary>
    public string IdempotencyScope => Standing.Kind is CallerKind.Anonymous ? $"{Standing.Id} {Address}" : Standing.Id;

    /// <summary>A hash of method, path and what was asked for: a key used for anything else is refused.</summary>
    public string Fingerprint { get; internal set; } = "";

    /// <summary>The answer is an earlier one, found by its idempotency key.</summary>
    public bool Replayed { get; internal set; }

    /// <summary>What stands in the place of an answer where the idempotency key is taken for this request, and has none yet.</summary>
    internal string? Claim { get; set; }

    /// <summary>Nobody else is let in under the idempotency key until this request has its answer.</summary>
    internal bool IsUnderWay { get; set; }

    public string Actor => Standing.Id;

    public string? CompanyId => Standing.CompanyId;

    /// <summary>What the caller's personal link is for, when it is for this purpose; else null.</summary>
    public string? LinkTo(LinkPurpose purpose) =>
        Standing.Link is { } link && link.Purpose == purpose ? link.SubjectId : null;

    /// <inheritdoc cref="Standing.IsStaff"/>
    public bool IsStaff => Standing.IsStaff;

    public bool May(Permission needed) => Standing.May(needed);

    /// <summary>Whether the caller may know of this company's affairs: its own members and staff.</summary>
    public bool MaySee(string companyId) => IsStaff || CompanyId == companyId;

    /// <summary>A refusal when If-Match names another version (RFC 9110, 13.1.1); null when it matches or was not sent.</summary>
    public Refusal? Stale(long version)
    {
        if (IfMatch.Count == 0)
            return null;
        foreach (var line in IfMatch)
        {
            foreach (var tag in (line ?? "").Split(',', StringSplitOptions.TrimEntries))
            {
                if (tag == "*" || VersionOf(tag) == version)
                    return null;
            }
        }
        return Refusals.StaleVersion;
    }

    /// <summary>As <see cref="Stale(long)"/>, for what never changes and is tagged by its content.</summary>
    public Refusal? Stale(string tag) =>
        IfMatch.Count == 0 || Answer.MatchesStrongly(IfMatch, $"\"{tag}\"") ? null : Refusals.StaleVersion;

    // A session's tag goes on after the version, with its seat counts: a booking does not make an edit stale.
    static long? VersionOf(string tag) =>
        tag.Length > 2
        && tag[0] == '"'
        && tag[^1] == '"'
        && long.TryParse(tag.AsSpan(1, tag.Length - 2).ToString().Split('.')[0], out var version)
            ? version
            : null;

    public static Caller Of(HttpContext http) => (Caller)http.Items[typeof(Caller)]!;

    public static ValueTask<Caller> BindAsync(HttpContext http) => ValueTask.FromResult(Of(http));

    internal static Caller Attach(HttpContext http, Standing standing, Instant now)
    {
        string? key = null;
        if (
            HttpMethods.IsPost(http.Request.Method)
            && http.Request.Headers.TryGetValue("Idempotency-Key", out var given)
        )
            key = given.ToString();
        var caller = new Caller(
            standing,
            now,
            Telemetry.RequestId.Of(http),
            http.Connection.RemoteIpAddress,
            http.Request.Headers.IfMatch,
            key
        );
        http.Items[typeof(Caller)] = caller;
        return caller;
    }

    /// <summary>For use cases that run from the command line or a test, without HTTP.</summary>
    internal static Caller Internal(Standing standing, Instant now, string? idempotencyKey = null) =>
        new(standing, now, "internal", null, default, idempotencyKey);
}
