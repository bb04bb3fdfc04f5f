using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>A question that is due months after the day.</summary>
/// <param name="Id">A reservation, or an invitation.</param>
/// <param name="After">The end of the day that it counts from: a session that has moved is asked about by its new day.</param>
/// <param name="Asking">
/// Of several askings after the same end the last counts: a day that is laid out anew and then as before ends when it did
/// at first. Null where 0.1.0 has asked, which went by the end alone.
/// </param>
public sealed record FollowUpNotice(string Id, Instant After, string? Asking = null);

/// <summary>Both sides are asked 30, 90 and 180 days after the day what has come of their meetings.</summary>
static class AskWhatCame
{
    public const string Company = "meetings.follow_up_company.v1";
    public const string Guest = "meetings.follow_up_guest.v1";

    static readonly int[] AfterDays = [30, 90, 180];

    /// <summary>Once a participant and day, however many meetings there are and however often they move.</summary>
    public static async Task Plan(Tx tx, string sessionId, TimetablePlan plan, Instant now)
    {
        var ends = plan.Slots[^1].Ends;
        var asking = TypeId.New("ask", now);
        foreach (var company in plan.Meetings.Select(one => one.CompanyId).Distinct())
            if (await ParticipantTable.AskAfter(tx, sessionId, company, ends, asking))
                await Ask(tx, Company, new(await MeetingNews.SeatOf(tx, sessionId, company), ends, asking), now);
        foreach (var invitation in plan.Meetings.Select(one => one.InvitationId).Distinct())
            if (await ParticipantTable.AskAfter(tx, sessionId, invitation, ends, asking))
                await Ask(tx, Guest, new(invitation, ends, asking), now);
    }

    static async Task Ask(Tx tx, string kind, FollowUpNotice notice, Instant now)
    {
        foreach (var days in AfterDays)
            await tx.Send(kind, notice, now, notice.After + Duration.FromDays(days));
    }
}
