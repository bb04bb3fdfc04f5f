namespace ClosedDoor.StripeSandbox;

/// <summary>What goes wrong on the way: ordered for the next calls of a path, or left to chance.</summary>
sealed class Faults
{
    readonly List<Ordered> _ordered = [];

    sealed record Ordered(string Method, string Path, string Kind)
    {
        public int Times { get; set; }
    }

    /// <summary>Share of POSTs whose connection is dropped, half of them after they have had their effect.</summary>
    public double DropRate { get; set; }

    /// <param name="kind">
    /// <c>drop_before</c>, <c>drop_after</c>, <c>error_before</c>, <c>error_after</c> (500, kept under the key),
    /// <c>conflict</c> (409), <c>rate_limit</c> (429), <c>no_retry</c> (500 with Stripe-Should-Retry: false).
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
        var chance = Random.Shared.NextDouble();
        return method != "POST" || chance >= DropRate ? null
            : chance < DropRate / 2 ? "drop_before"
            : "drop_after";
    }
}
