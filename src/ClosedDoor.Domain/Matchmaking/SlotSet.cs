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

    /// <summary>The slots from <paramref name="first"/> on, <paramref name="count"/> of them.</summary>
    public static SlotSet Range(int first, int count) => new(All(count).Bits << first);

    public int Count => BitOperations.PopCount(Bits);

    public bool Contains(int slot) => (Bits >> slot & 1) != 0;

    public SlotSet With(int slot) => new(Bits | 1UL << slot);

    public SlotSet Without(int slot) => new(Bits & ~(1UL << slot));

    /// <summary>For somebody who is late: what is left from <paramref name="slot"/> on.</summary>
    public SlotSet From(int slot) => slot >= Most ? None : new(Bits & ulong.MaxValue << slot);

    /// <summary>For somebody who leaves early: what is left before <paramref name="slot"/>.</summary>
    public SlotSet Before(int slot) => new(Bits & All(slot).Bits);

    public static SlotSet operator &(SlotSet one, SlotSet other) => new(one.Bits & other.Bits);
}
