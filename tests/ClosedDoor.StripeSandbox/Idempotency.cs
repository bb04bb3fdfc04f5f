namespace ClosedDoor.StripeSandbox;

/// <summary>
/// Idempotency keys as Stripe keeps them: for 24 hours, with the first answer that an executed request got, errors and
/// 500 included; not for what failed the checks of its parameters. The same key with other parameters is an error, and
/// while the first request runs, a conflict.
/// </summary>
sealed class Idempotency
{
    const long KeptFor = 24 * 3600;

    readonly Dictionary<string, Entry> _byKey = new(StringComparer.Ordinal);

    sealed record Entry(string Fingerprint, long At)
    {
        public Reply? Reply { get; set; }
    }

    /// <summary>The first answer, when there was one; null when the request is to be executed, and is now under way.</summary>
    /// <exception cref="StripeProblem">The key belongs to another request, or its first request still runs.</exception>
    public Reply? Begin(string key, string fingerprint, long now)
    {
        lock (_byKey)
        {
            if (!_byKey.TryGetValue(key, out var entry) || now - entry.At >= KeptFor)
            {
                _byKey[key] = new Entry(fingerprint, now);
                return null;
            }
            if (entry.Fingerprint != fingerprint)
                throw new StripeProblem(
                    400,
                    "idempotency_error",
                    null,
                    $"Keys for idempotent requests can only be used with the same parameters they were first used with: '{key}'."
                );
            return entry.Reply
                ?? throw new StripeProblem(
                    409,
                    "idempotency_error",
                    "idempotency_key_in_use",
                    $"There is currently another in-progress request using this Idempotent Key: '{key}'."
                );
        }
    }

    public void Keep(string key, Reply reply)
    {
        lock (_byKey)
            _byKey[key].Reply = reply;
    }

    public void Forget(string key)
    {
        lock (_byKey)
            _byKey.Remove(key);
    }
}

sealed record Reply(int Status, string Body);
