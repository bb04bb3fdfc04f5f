using NodaTime;

namespace ClosedDoor.Domain;

/// <summary>The day's time slots: as many as fit between the session's hours, none of them running into a break.</summary>
public sealed class SlotGrid
{
    SlotGrid(IReadOnlyList<(LocalTime From, LocalTime To)> slots, bool isCut) => (Slots, IsCut) = (slots, isCut);

    /// <summary>In the session's civil time.</summary>
    public IReadOnlyList<(LocalTime From, LocalTime To)> Slots { get; }

    /// <summary>The day would hold more slots than a timetable can have, and ends early.</summary>
    public bool IsCut { get; }

    /// <param name="lengthMinutes">Of a meeting; more than 0.</param>
    /// <param name="gapMinutes">Between two, for walking; 0 or more.</param>
    /// <param name="breaks">In any order; they may overlap.</param>
    public static SlotGrid Of(
        LocalTime begins,
        LocalTime ends,
        int lengthMinutes,
        int gapMinutes,
        IReadOnlyList<(LocalTime From, LocalTime To)> breaks
    )
    {
        var slots = new List<(LocalTime, LocalTime)>();
        var (from, last) = (Minute(begins), Minute(ends));
        while (from + lengthMinutes <= last && slots.Count <= SlotSet.Most)
        {
            var to = from + lengthMinutes;
            var pause = breaks
                .Where(pause => Minute(pause.From) < to && Minute(pause.To) > from)
                .Select(pause => (int?)Minute(pause.To))
                .Max();
            if (pause is { } over)
                from = over;
            else
            {
                slots.Add((OfDay(from), OfDay(to)));
                from = to + gapMinutes;
            }
        }
        return slots.Count > SlotSet.Most ? new(slots[..SlotSet.Most], true) : new(slots, false);
    }

    /// <summary>The slots that lie wholly within one of the stretches; null for the whole day.</summary>
    public SlotSet Within(IReadOnlyList<(LocalTime From, LocalTime To)>? stretches)
    {
        if (stretches is null)
            return SlotSet.All(Slots.Count);
        var set = SlotSet.None;
        for (var slot = 0; slot < Slots.Count; slot++)
            if (stretches.Any(stretch => stretch.From <= Slots[slot].From && Slots[slot].To <= stretch.To))
                set = set.With(slot);
        return set;
    }

    static int Minute(LocalTime time) => time.Hour * 60 + time.Minute;

    static LocalTime OfDay(int minute) => LocalTime.Midnight.PlusMinutes(minute);
}
