using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>
/// The meetings that people have been told of, in the numbers of the problem. One whose time is no slot of the day any
/// more, or whose people do not come any more, cannot stay.
/// </summary>
/// <param name="All">Those that could stay.</param>
/// <param name="Pinned">Those of them that must: begun, held, missed, or frozen.</param>
/// <param name="Any">Whether people have been told of any.</param>
sealed record KnownMeetings(IReadOnlyList<Meeting> All, IReadOnlyList<Meeting> Pinned, bool Any)
{
    public static async Task<KnownMeetings> Load(Statements db, MatchInput input, Instant now)
    {
        var rows = await MeetingRow.Live(db, input.Plan.SessionId);
        var slots = TimetablePlan.SlotsOf(input);
        var (all, pinned) = (new List<Meeting>(), new List<Meeting>());
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
                continue;
            all.Add(meeting);
            if (row.StaysPut(now))
                pinned.Add(meeting);
        }
        return new(all, pinned, rows.Count > 0);
    }
}
