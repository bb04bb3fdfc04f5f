using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>
/// The organizer notes that a participant comes late, leaves early or not at all. The published timetable stays as it is
/// until a new one, computed with few changes, is published.
/// </summary>
public static class SetPresence
{
    /// <param name="SubjectId">A company or an invitation of this session.</param>
    /// <param name="From">In the session's civil time; left out, from the beginning.</param>
    /// <param name="Until">Left out, to the end.</param>
    public sealed record Request(
        string? SubjectId,
        LocalTime? From = null,
        LocalTime? Until = null,
        bool Absent = false
    );

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost(
                "/sessions/{sessionId}/presence",
                async (string sessionId, Request request, Caller caller, Database db) =>
                    (await Execute(db, caller, sessionId, request)).ToOk()
            )
            .Named("SetPresence", "Note that a participant is late, leaves early or stays away")
            .RequireAuthorization(Policy.Organize)
            .Answers<Request>()
            .Refuses(Refusals.NotFound, Refusals.Invalid)
            .Example(new Request("inv_01jw4v9x6fe8rtb3n5m2k7q0ah", new LocalTime(9, 40)));

    public static Task<Outcome<Request>> Execute(Database db, Caller caller, string sessionId, Request request) =>
        db.Write<Request>(
            caller,
            async tx =>
            {
                if (
                    await SessionTable.Lock(tx, sessionId) is null
                    || await MatchInput.Load(tx, sessionId) is not { } input
                )
                    return Refusals.NotFound;
                var errors = new FieldErrors();
                if (
                    request.SubjectId is not { } subject
                    || (input.CompanyAt(subject) < 0 && input.GuestAt(subject) < 0)
                )
                {
                    errors.Add("subjectId", "本场次没有这一参会方。", "No such participant in this session.");
                    subject = "";
                }
                if (request.From is { } from && request.Until is { } until && until <= from)
                    errors.Add("until", "须晚于到场时间。", "Must be later than the arrival.");
                if (errors.Refusal is { } invalid)
                    return invalid;
                await ParticipantTable.SetPresence(
                    tx,
                    sessionId,
                    subject,
                    request.From,
                    request.Until,
                    request.Absent,
                    caller.Now
                );
                return request;
            }
        );
}
