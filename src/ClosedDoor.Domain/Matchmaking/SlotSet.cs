using System.Numerics;

namespace ClosedDoor.Domain;

/// <summary>A set of slots, numbered from 0: when somebody is there. At most 64 slots, one bit each.</summary>
public readonly record struct SlotSet(ulong Bits)
{
    /// <summary>The most slots that a timetable can have.</summary>
    public const int Most = 64;

    public static SlotSet None => default;

    /// <summary>All of the first <paramref name="slots"/> slots.</summary>
    public static SlotSet All(int slots) => new(slots >= Most ? ulong.MaxValue : (1UL << slots) - 1);

    public int Count => BitOperations.PopCount(Bits);

    public bool Contains(int slot) => (Bits >> slot & 1) != 0;

    public SlotSet With(int slot) => new(Bits | 1UL << slot);

    /// <summary>For somebody who is late: what is left from <paramref name="slot"/> on.</summary>
    public SlotSet From(int slot) => slot >= Most ? None : new(Bits & ulong.MaxValue << slot);

    public static SlotSet operator &(SlotSet one, SlotSet other) => new(one.Bits & other.Bits);
}
