using System.Collections.Concurrent;

namespace ClosedDoor.StripeSandbox;

/// <summary>All accounts, by their secret keys. One comes into being when its key is first used.</summary>
sealed class Accounts(TimeProvider time)
{
    readonly ConcurrentDictionary<string, Account> _byKey = new(StringComparer.Ordinal);

    public Account? Of(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.Ordinal))
            return null;
        var key = header["Bearer ".Length..].Trim();
        return key.StartsWith("sk_test_", StringComparison.Ordinal)
            ? _byKey.GetOrAdd(key, made => new Account(made, time))
            : null;
    }

    /// <summary>Whose checkout session it is: a buyer has no key.</summary>
    public Account? OfSession(string id) =>
        _byKey.Values.FirstOrDefault(account => account.Has("checkout.session", id));
}
