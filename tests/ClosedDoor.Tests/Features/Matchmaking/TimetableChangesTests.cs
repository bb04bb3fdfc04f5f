using ClosedDoor.Features.Matchmaking;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Matchmaking;

public class TimetableChangesTests
{
    static PlannedSlot Slot(int hour) =>
        new(Instant.FromUtc(2026, 3, 30, hour, 0), Instant.FromUtc(2026, 3, 30, hour, 20));

    [Test]
    public void Meetings_are_kept_moved_dropped_or_added()
    {
        PlannedMeeting kept = new("a", "x", 0, 1);
        PlannedMeeting moved = new("a", "y", 1, 1);
        PlannedMeeting dropped = new("b", "y", 2, 1);
        PlannedMeeting reseated = new("b", "z", 3, 1);
        PlannedMeeting added = new("a", "z", 3, 1);
        PlannedSlot[] slots = [Slot(1), Slot(2), Slot(3), Slot(4)];

        var changes = TimetableChangesView.Between(
            new(slots, [kept, moved, dropped, reseated]),
            new(slots, [kept, moved with { Slot = 2 }, reseated with { Table = 2 }, added])
        );

        Assert.That(changes.Kept, Is.EqualTo(1));
        Assert.That(
            changes.Moved,
            Is.EqualTo(
                new MovedMeetingView[]
                {
                    new(moved, moved with { Slot = 2 }),
                    new(reseated, reseated with { Table = 2 }),
                }
            )
        );
        Assert.That(changes.Dropped, Is.EqualTo(new[] { dropped }));
        Assert.That(changes.Added, Is.EqualTo(new[] { added }));
    }

    [Test]
    public void A_day_laid_out_anew_is_compared_by_the_clock()
    {
        var changes = TimetableChangesView.Between(
            new([Slot(1), Slot(2)], [new("a", "x", 1, 1), new("b", "x", 0, 1)]),
            new([Slot(2)], [new("a", "x", 0, 1), new("b", "x", 0, 2)])
        );

        Assert.That(changes.Kept, Is.EqualTo(1));
        Assert.That(changes.Moved.Select(one => one.From.CompanyId), Is.EqualTo(new[] { "b" }));
    }
}
