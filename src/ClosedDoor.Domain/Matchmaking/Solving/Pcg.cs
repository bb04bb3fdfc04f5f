namespace ClosedDoor.Domain;

/// <summary>
/// Small random numbers that are the same on every machine and runtime: PCG-XSH-RR 64/32 (O'Neill 2014). Not for secrets.
/// </summary>
struct Pcg(ulong seed)
{
    ulong _state = seed * 0x9E3779B97F4A7C15UL + 0x853C49E6748FEA9BUL;

    public uint Next()
    {
        var old = _state;
        _state = old * 6364136223846793005UL + 1442695040888963407UL;
        return uint.RotateRight((uint)((old >> 18 ^ old) >> 27), (int)(old >> 59));
    }

    /// <summary>A number from 0 to below <paramref name="limit"/>.</summary>
    public int Below(int limit) => (int)((ulong)Next() * (uint)limit >> 32);

    /// <summary>A number from 0 to below 1.</summary>
    public double Unit() => Next() / 4294967296.0;
}
