using System.Globalization;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>
/// Holds a plan against everything that is known now, by a checker that shares nothing with the solver. What is computed
/// and what is set by hand pass the same gate.
/// </summary>
static class CheckTimetable
{
    /// <summary>Null when no rule is broken; else each broken rule under the place of its meeting, as <c>[3]</c>.</summary>
    public static async Task<Refusal?> Execute(Statements db, string sessionId, TimetablePlan plan, Instant now)
    {
        if (await MatchInput.Load(db, sessionId) is not { } input)
            return Refusals.NotFound;
        var errors = new FieldErrors();
        var known = await KnownMeetings.Load(db, input, now);
        if (!TimetablePlan.SlotsOf(input).SequenceEqual(plan.Slots))
            errors.Add(
                "slots",
                "时段安排已变更，请重新生成。",
                "The day has been laid out anew: make the timetable again."
            );
        var meetings = TimetablePlan.Numbered(input, plan.Meetings);
        foreach (var broken in TimetableChecker.Broken(input.ToProblem(known, null, plan.ByHand, now), meetings))
            errors.Add(PlaceOf(meetings, broken.Meeting), Says(input, broken));
        return errors.Refusal is { } invalid ? Refusals.TimetableRulesBroken with { Fields = invalid.Fields } : null;
    }

    /// <summary>Where the meeting stands, or at least its pair; empty for one that was left out.</summary>
    static string PlaceOf(IReadOnlyList<Meeting> meetings, Meeting wanted)
    {
        var all = meetings.ToList();
        var at = all.IndexOf(wanted);
        if (at < 0)
            at = all.FindIndex(one => (one.Company, one.Guest) == (wanted.Company, wanted.Guest));
        return at < 0 ? "" : $"[{at}]";
    }

    /// <summary>Which one, for it may not be among those that were sent. Told to organizers, who know the guests.</summary>
    static Text MustStay(MatchInput input, Meeting meeting)
    {
        var (company, guest) = (input.Companies[meeting.Company].Name, input.Guests[meeting.Guest].Row.Name);
        var at = input.Grid.Slots[meeting.Slot].From.ToString("HH:mm", CultureInfo.InvariantCulture);
        return new(
            $"已进行或已锁定的洽谈不得改动：{company}与{guest}，{at}，{meeting.Table + 1} 号桌。",
            $"A meeting that is held or frozen must stay: {company} and {guest}, {at}, table {meeting.Table + 1}."
        );
    }

    static Text Says(MatchInput input, BrokenRule broken) =>
        broken.Rule switch
        {
            TimetableRule.Exists => new("参会方、时段或洽谈桌不存在。", "No such participant, slot or table."),
            TimetableRule.CompanyPresent => new("企业此时不在场。", "The company is not there at that time."),
            TimetableRule.GuestPresent => new("嘉宾此时不在场。", "The guest is not there at that time."),
            TimetableRule.NotBarred => new("双方不得洽谈。", "These two may not meet."),
            TimetableRule.PairOnce => new("双方已安排过一次。", "These two meet already."),
            TimetableRule.CompanyOnceASlot => new(
                "企业在该时段已有洽谈。",
                "The company has another meeting in this slot."
            ),
            TimetableRule.GuestOnceASlot => new(
                "嘉宾在该时段已有洽谈。",
                "The guest has another meeting in this slot."
            ),
            TimetableRule.TableOnceASlot => new("该桌在该时段已占用。", "The table is taken in this slot."),
            _ => MustStay(input, broken.Meeting),
        };
}
