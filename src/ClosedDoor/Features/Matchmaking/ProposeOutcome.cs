using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>
/// One side, or the organizer, says how far the two have come; the other side confirms. There is no stage and no field
/// for a purchase: it goes the regular way (采购还都得按正规流程走).
/// </summary>
public static class ProposeOutcome
{
    public sealed record Request(string? Stage, string? Model = null, string? Note = null);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost(
                "/meetings/{meetingId}/outcomes",
                async (string meetingId, Request request, Caller caller, Database db) =>
                    (await Execute(db, caller, meetingId, request)).ToOk()
            )
            .Named("ProposeOutcome", "Say how far the two have come")
            .RequireAuthorization(Policy.MeetsOrOrganizes)
            .Answers<MeetingView>()
            .Refuses(
                Refusals.NotFound,
                Refusals.Invalid,
                Refusals.StaleVersion,
                Refusals.WrongMeetingStatus,
                Refusals.OutcomeExists
            )
            .Example(new Request("intention", "research_project", "拟开展多中心研究"));

    public static Task<Outcome<MeetingView>> Execute(Database db, Caller caller, string meetingId, Request request) =>
        db.Write<MeetingView>(
            caller,
            async tx =>
            {
                if (await MeetingTable.Lock(tx, caller, meetingId) is not var (row, side))
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                if (row.State is not MeetingStatus.Held)
                    return Refusals.WrongMeetingStatus;
                var errors = new FieldErrors();
                var stage = errors.RequiredWord<OutcomeStage>("stage", request.Stage);
                var model = errors.OptionalWord<CooperationModel>("model", request.Model);
                var note = errors.OptionalLines("note", request.Note, 1000);
                if (errors.Refusal is { } invalid)
                    return invalid;
                if (!await OutcomeTable.Propose(tx, row, stage, model, note, side, caller.Now))
                    return Refusals.OutcomeExists;
                return (await MeetingView.Find(tx, caller, row.Id))!;
            }
        );
}
