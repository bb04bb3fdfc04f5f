using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>
/// The meetings that people have been told of, in the numbers of the problem. One that is still to come, and whose time
/// is no slot of the day any more or whose people do not come any more, cannot stay.
/// </summary>
/// <param name="All">Those that could stay.</param>
/// <param name="Pinned">Those of them that must: begun, held, missed, or frozen.</param>
/// <param name="Elsewhere">
/// Company and guest of what has begun and has no place in the problem: the day was laid out anew since, or the guest
/// (then −1) has left since. They have met, and do not meet again.
/// </param>
/// <param name="Any">Whether people have been told of any.</param>
sealed record KnownMeetings(
    IReadOnlyList<Meeting> All,
    IReadOnlyList<Meeting> Pinned,
    IReadOnlyList<(int Company, int Guest)> Elsewhere,
    bool Any
)
{
    /// <summary>Where a new timetable departs from; null for the first.</summary>
    public IReadOnlyList<Meeting>? From => Any ? All : null;

    public static async Task<KnownMeetings> Load(Statements db, MatchInput input, Instant now)
    {
        var rows = await MeetingRow.Live(db, input.Plan.SessionId);
        var slots = TimetablePlan.SlotsOf(input);
        var (all, pinned, elsewhere) = (new List<Meeting>(), new List<Meeting>(), new List<(int, int)>());
        foreach (var row in rows)
        {
            var meeting = new Meeting(
                input.CompanyAt(row.CompanyId),
                input.GuestAt(row.InvitationId),
                slots.TakeWhile(slot => slot.Begins != row.BeginsAt).Count(),
                (int)row.TableNumber - 1
            );
            if (
                meeting.Company < 0
                || meeting.Guest < 0
                || meeting.Slot == slots.Count
                || meeting.Table >= input.Plan.TableCount
            )
            {
                if (!row.MayBeCalledOff(now) && meeting.Company >= 0)
                    elsewhere.Add((meeting.Company, meeting.Guest));
                continue;
            }
            all.Add(meeting);
            if (row.StaysPut(now))
                pinned.Add(meeting);
        }
        return new(all, pinned, elsewhere, rows.Count > 0);
    }
}
