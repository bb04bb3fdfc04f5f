namespace ClosedDoor.StripeSandbox;

/// <summary>What goes wrong on the way: ordered for the next calls of a path, or left to chance.</summary>
sealed class Faults(Chance chance)
{
    /// <summary>What a provider that fails does; null serves the call after all.</summary>
    static readonly string?[] Failing =
    [
        "error_before",
        "error_after",
        "drop_before",
        "drop_after",
        "conflict",
        "rate_limit",
        "no_retry",
        "hang",
        null,
        null,
    ];

    readonly List<Ordered> _ordered = [];

    sealed record Ordered(string Method, string Path, string Kind)
    {
        public int Times { get; set; }
    }

    /// <summary>Share of POSTs whose connection is dropped, half of them after they have had their effect.</summary>
    public double DropRate { get; set; }

    /// <summary>
    /// While it is set, for every call: <c>gone</c> drops each, <c>hanging</c> answers none, <c>failing</c> fails in each way
    /// that there is.
    /// </summary>
    public string? Outage { get; set; }

    /// <param name="kind">
    /// <c>drop_before</c>, <c>drop_after</c>, <c>error_before</c>, <c>error_after</c> (500, kept under the key),
    /// <c>error_kept</c> (the same, without effect),
    /// <c>conflict</c> (409), <c>rate_limit</c> (429), <c>no_retry</c> (500 with Stripe-Should-Retry: false),
    /// <c>hang</c> (no answer for as long as the caller waits, with or without effect).
    /// </param>
    public void Order(string method, string path, string kind, int times)
    {
        lock (_ordered)
            _ordered.Add(new(method, path, kind) { Times = times });
    }

    public string? Next(string method, string path)
    {
        lock (_ordered)
        {
            var found = _ordered.Find(one =>
                one.Times > 0 && one.Method == method && path.StartsWith(one.Path, StringComparison.Ordinal)
            );
            if (found is not null)
            {
                found.Times--;
                return found.Kind;
            }
        }
        switch (Outage)
        {
            case "gone":
                return "drop_before";
            case "hanging":
                return "hang";
            case "failing":
                return Failing[(int)(chance.Next() * Failing.Length)];
        }
        var drawn = chance.Next();
        return method != "POST" || drawn >= DropRate ? null
            : drawn < DropRate / 2 ? "drop_before"
            : "drop_after";
    }
}
