using System.Text.Json;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>One meeting as it is planned: ids of people, numbers of slots (from 0) and tables (from 1).</summary>
public sealed record PlannedMeeting(string CompanyId, string InvitationId, int Slot, int Table);

/// <summary>When a slot begins and ends.</summary>
public sealed record PlannedSlot(Instant Begins, Instant Ends);

/// <summary>
/// What a timetable plans. The slots are kept with it, so that it reads the same after the day has been laid out anew.
/// </summary>
sealed record TimetablePlan(IReadOnlyList<PlannedSlot> Slots, IReadOnlyList<PlannedMeeting> Meetings)
{
    public static TimetablePlan FromStored(string json) =>
        JsonSerializer.Deserialize<TimetablePlan>(json, Json.Options)!;

    public string ToStored() => JsonSerializer.Serialize(this, Json.Options);

    public static IReadOnlyList<PlannedSlot> SlotsOf(MatchInput input) =>
        [.. input.Grid.Slots.Select(slot => new PlannedSlot(input.Plan.At(slot.From), input.Plan.At(slot.To)))];

    public static IReadOnlyList<PlannedMeeting> Named(MatchInput input, IEnumerable<Meeting> meetings) =>
        [
            .. meetings.Select(one => new PlannedMeeting(
                input.Companies[one.Company].Id,
                input.Guests[one.Guest].Id,
                one.Slot,
                one.Table + 1
            )),
        ];

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

sealed record TimetableRow
{
    public string Id { get; init; } = "";
    public string SessionId { get; init; } = "";
    public long Number { get; init; }
    public string Status { get; init; } = "";
    public string Plan { get; init; } = "";
    public string? Certificate { get; init; }
    public long Edited { get; init; }
    public string? BasedOn { get; init; }
    public Instant CreatedAt { get; init; }
    public Instant? PublishedAt { get; init; }
    public long Version { get; init; }

    public const string Select = """
        SELECT id, session_id, number, status, plan, certificate, edited, based_on, created_at, published_at, version
        FROM timetable
        """;

    public TimetableStatus State => Words.Parse<TimetableStatus>(Status);

    public static Task<TimetableRow?> Find(Statements db, string id) =>
        db.Find<TimetableRow>($"{Select} WHERE id = @id", new { id });

    /// <summary>The one that people have in their hands; null before there is one.</summary>
    public static Task<TimetableRow?> Published(Statements db, string sessionId) =>
        db.Find<TimetableRow>($"{Select} WHERE session_id = @sessionId AND status = 'published'", new { sessionId });
}
