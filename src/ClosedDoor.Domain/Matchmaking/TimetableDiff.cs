using System.Runtime.InteropServices;

namespace ClosedDoor.Domain;

/// <summary>A meeting that is held at another time or table than was published.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MovedMeeting(Meeting From, Meeting To)
{
    /// <summary>Another slot; otherwise only another table.</summary>
    public bool AtAnotherTime => From.Slot != To.Slot;
}

/// <summary>What a new timetable changes in the published one; who is named in it must be told, and nobody else.</summary>
public sealed record TimetableDiff(
    IReadOnlyList<Meeting> Kept,
    IReadOnlyList<MovedMeeting> Moved,
    IReadOnlyList<Meeting> Dropped,
    IReadOnlyList<Meeting> Added
)
{
    public static TimetableDiff Between(IReadOnlyList<Meeting> published, IReadOnlyList<Meeting> next)
    {
        var (kept, moved, dropped) = (new List<Meeting>(), new List<MovedMeeting>(), new List<Meeting>());
        var fresh = next.ToDictionary(meeting => (meeting.Company, meeting.Guest));
        foreach (var was in published)
            if (!fresh.Remove((was.Company, was.Guest), out var now))
                dropped.Add(was);
            else if (now == was)
                kept.Add(was);
            else
                moved.Add(new(was, now));
        var added = fresh.Values.OrderBy(meeting => meeting.Slot).ThenBy(meeting => meeting.Table).ToList();
        return new(kept, moved, dropped, added);
    }

    /// <summary>Nothing changed.</summary>
    public bool IsEmpty => Moved.Count + Dropped.Count + Added.Count == 0;

    /// <summary>Companies to be told.</summary>
    public IReadOnlyList<int> Companies => [.. Named.Select(meeting => meeting.Company).Distinct().Order()];

    /// <summary>Guests to be told.</summary>
    public IReadOnlyList<int> Guests => [.. Named.Select(meeting => meeting.Guest).Distinct().Order()];

    IEnumerable<Meeting> Named => Moved.Select(meeting => meeting.To).Concat(Dropped).Concat(Added);
}
