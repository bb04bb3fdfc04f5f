using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace ClosedDoor.StripeSandbox;

/// <summary>
/// One account's books, in memory. Everything that reads or changes them does so inside <see cref="Enter{T}"/>, one after
/// the other; what a change gives notice of goes to <see cref="Webhooks"/>.
/// </summary>
sealed class Account
{
    readonly Lock _gate = new();
    readonly TimeProvider _time;
    readonly Dictionary<string, JsonObject> _byId = new(StringComparer.Ordinal);
    readonly Dictionary<string, List<JsonObject>> _byKind = new(StringComparer.Ordinal);
    long? _frozenAt;

    public Account(string key, TimeProvider time)
    {
        (Key, _time) = (key, time);
        Faults = new Faults(Chance);
        Webhooks = new Webhooks(this, time);
    }

    public string Key { get; }
    public Webhooks Webhooks { get; }
    public Idempotency Idempotency { get; } = new();
    public Chance Chance { get; } = new();
    public Faults Faults { get; }

    /// <summary>The state in which a refund begins; <c>failed</c> fails it right after.</summary>
    public string RefundsBegin { get; set; } = "succeeded";

    /// <summary>
    /// Money is captured in the background, as Stripe does unless it is asked not to: a charge has no balance transaction,
    /// and so no known fee, until <see cref="Intents.Capture"/>.
    /// </summary>
    public bool CapturesLater { get; set; }

    /// <summary>Unix seconds, by this account's clock.</summary>
    public long Now => _frozenAt ?? _time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Stops this account's clock at an instant, for tests whose service has a clock of its own.</summary>
    public void SetClock(long? unixSeconds)
    {
        lock (_gate)
            _frozenAt = unixSeconds;
    }

    public T Enter<T>(Func<T> work)
    {
        lock (_gate)
        {
            Checkout.ExpireOverdue(this);
            return work();
        }
    }

    public bool Has(string kind, string id)
    {
        lock (_gate)
            return _byId.TryGetValue(id, out var thing) && thing.Word("object") == kind;
    }

    /// <summary>All of a kind, the newest first.</summary>
    public IEnumerable<JsonObject> All(string kind) =>
        _byKind.TryGetValue(kind, out var all) ? Enumerable.Reverse(all) : [];

    public JsonObject? Find(string kind, string id) =>
        _byId.TryGetValue(id, out var thing) && thing.Word("object") == kind ? thing : null;

    /// <exception cref="StripeProblem">There is none.</exception>
    public JsonObject Get(string kind, string id) => Find(kind, id) ?? throw StripeProblem.Missing(kind, id);

    /// <summary>A new object with the fields that all have.</summary>
    public JsonObject Add(string kind, string prefix, JsonObject fields)
    {
        var thing = new JsonObject
        {
            ["id"] = $"{prefix}_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}",
            ["object"] = kind,
            ["created"] = Now,
            ["livemode"] = false,
        };
        foreach (var (name, value) in fields)
            thing[name] = value?.DeepClone();
        _byId[thing.Word("id")!] = thing;
        if (!_byKind.TryGetValue(kind, out var all))
            _byKind[kind] = all = [];
        all.Add(thing);
        return thing;
    }

    /// <summary>Notes that something happened to an object, which the event shows as it is at this moment.</summary>
    public void Tell(string type, JsonObject thing)
    {
        var happened = Add(
            "event",
            "evt",
            new JsonObject
            {
                ["api_version"] = Api.Version,
                ["type"] = type,
                ["data"] = new JsonObject { ["object"] = thing.DeepClone() },
                ["pending_webhooks"] = 0,
                ["request"] = new JsonObject { ["id"] = null, ["idempotency_key"] = null },
            }
        );
        Webhooks.Send(happened);
    }
}
