using System.Text.Json;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>One meeting as it is planned: ids of people, numbers of slots (from 0) and tables (from 1).</summary>
/// <param name="ByHand">
/// A person has put two together of whom one stays out of automatic matching (PIPL article 24). Told, never asked for.
/// </param>
public sealed record PlannedMeeting(string CompanyId, string InvitationId, int Slot, int Table, bool ByHand = false);

/// <summary>When a slot begins and ends.</summary>
public sealed record PlannedSlot(Instant Begins, Instant Ends);

/// <summary>Whom a company would not meet when a timetable was made.</summary>
/// <param name="InvitationId">Null: nobody, for it stayed out of automatic matching.</param>
public sealed record RefusedMeeting(string CompanyId, string? InvitationId);

/// <summary>
/// What a timetable plans. The slots are kept with it, so that it reads the same after the day has been laid out anew.
/// </summary>
sealed record TimetablePlan(IReadOnlyList<PlannedSlot> Slots, IReadOnlyList<PlannedMeeting> Meetings)
{
    /// <summary>
    /// What companies had refused when it was made: the credit for missing meetings goes by it, so that a no cannot be
    /// taken back once it has had its effect.
    /// </summary>
    public IReadOnlyList<RefusedMeeting> Refused { get; init; } = [];

    public static TimetablePlan FromStored(string json) =>
        JsonSerializer.Deserialize<TimetablePlan>(json, Json.Options)!;

    public IEnumerable<PlannedMeeting> ByHand => Meetings.Where(one => one.ByHand);

    public string ToStored() => JsonSerializer.Serialize(this, Json.Options);

    public static IReadOnlyList<PlannedSlot> SlotsOf(MatchInput input) =>
        [.. input.Grid.Slots.Select(slot => new PlannedSlot(input.Plan.At(slot.From), input.Plan.At(slot.To)))];

    /// <param name="input">By whose numbers the meetings go.</param>
    /// <param name="meetings">In numbers.</param>
    /// <param name="byHand">Pairs that a person has put together; they stay so.</param>
    public static IReadOnlyList<PlannedMeeting> Named(
        MatchInput input,
        IEnumerable<Meeting> meetings,
        IEnumerable<PlannedMeeting> byHand
    )
    {
        var together = byHand.Select(one => (one.CompanyId, one.InvitationId)).ToHashSet();
        return
        [
            .. meetings.Select(one =>
            {
                var (company, guest) = (input.Companies[one.Company].Id, input.Guests[one.Guest].Id);
                return new PlannedMeeting(company, guest, one.Slot, one.Table + 1, together.Contains((company, guest)));
            }),
        ];
    }

    /// <summary>In the numbers of the problem; somebody who is gone gets −1, which the checker names.</summary>
    public static IReadOnlyList<Meeting> Numbered(MatchInput input, IEnumerable<PlannedMeeting> meetings) =>
        [
            .. meetings.Select(one => new Meeting(
                input.CompanyAt(one.CompanyId),
                input.GuestAt(one.InvitationId),
                one.Slot,
                one.Table - 1
            )),
        ];
}
