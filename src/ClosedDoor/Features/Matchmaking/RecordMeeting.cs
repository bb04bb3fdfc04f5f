using System.Text.Json;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>
/// What was talked about, in the form of 三定两有: fixed time, place and people; a process and a record.
/// </summary>
/// <param name="BeganAt">When it really began.</param>
/// <param name="Place">Where: the table, or the room.</param>
/// <param name="People">Who was there, by function.</param>
/// <param name="Process">How it went.</param>
/// <param name="Notes">What was said.</param>
public sealed record MeetingRecord(
    Instant? BeganAt,
    Instant? EndedAt,
    string? Place,
    IReadOnlyList<string>? People,
    string? Process,
    string? Notes
);

/// <summary>Keeps the record of a meeting that was held. Either side and the organizer may write it; the last word stands.</summary>
public static class RecordMeeting
{
    const int MostPeople = 20;

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPut(
                "/meetings/{meetingId}/record",
                async (string meetingId, MeetingRecord request, Caller caller, Database db) =>
                    (await Execute(db, caller, meetingId, request)).ToOk()
            )
            .Named("RecordMeeting", "Keep the record of a meeting that was held")
            .RequireAuthorization(Policy.MeetsOrOrganizes)
            .Answers<MeetingView>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.StaleVersion, Refusals.WrongMeetingStatus)
            .Example(
                new MeetingRecord(
                    Instant.FromUtc(2026, 12, 20, 1, 0),
                    Instant.FromUtc(2026, 12, 20, 1, 20),
                    "3 号洽谈桌",
                    ["科室主任", "企业市场总监"],
                    "企业介绍产品，院方介绍需求，双方讨论合作方式。",
                    "双方拟就多中心临床研究进一步沟通。"
                )
            );

    public static Task<Outcome<MeetingView>> Execute(
        Database db,
        Caller caller,
        string meetingId,
        MeetingRecord request
    ) =>
        db.Write<MeetingView>(
            caller,
            async tx =>
            {
                if (await MeetingTable.Lock(tx, caller, meetingId) is not var (row, _))
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                if (row.State is not MeetingStatus.Held)
                    return Refusals.WrongMeetingStatus;
                var errors = new FieldErrors();
                var people = request.People ?? [];
                if (people.Count is 0 or > MostPeople)
                    errors.Add("people", $"请填写 1 至 {MostPeople} 人。", $"Name 1 to {MostPeople} people.");
                var record = new MeetingRecord(
                    errors.Required("beganAt", request.BeganAt),
                    errors.Required("endedAt", request.EndedAt),
                    errors.Text("place", request.Place, 100),
                    [.. people.Take(MostPeople).Select((person, i) => errors.Text($"people[{i}]", person, 50))],
                    errors.Lines("process", request.Process, 2000),
                    errors.Lines("notes", request.Notes, 4000)
                );
                if (record.EndedAt <= record.BeganAt)
                    errors.Add("endedAt", "须晚于开始时间。", "Must be later than the beginning.");
                if (errors.Refusal is { } invalid)
                    return invalid;
                await MeetingTable.SetRecord(tx, row, JsonSerializer.Serialize(record, Json.Options), caller.Now);
                return (await MeetingView.Find(tx, caller, row.Id))!;
            }
        );
}
