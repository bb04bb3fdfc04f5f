namespace ClosedDoor.StripeSandbox;

/// <summary>What decides where faults are left to chance: the same from the same seed, as far as the calls come in the same order.</summary>
sealed class Chance
{
    readonly Lock _gate = new();
    Random _random = new();

    public void Seed(int seed)
    {
        lock (_gate)
            _random = new Random(seed);
    }

    /// <summary>From 0 to below 1.</summary>
    public double Next()
    {
        lock (_gate)
            return _random.NextDouble();
    }
}
