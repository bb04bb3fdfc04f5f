using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Consultations;

/// <summary>The versions of a consultation's cooperation-model draft, the newest first, to its company and the organizers.</summary>
public static class ListDrafts
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/consultations/{consultationId}/drafts", Handle)
            .Named("ListCooperationDrafts", "List the versions of the cooperation-model draft, the newest first")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<Page<DraftView>>()
            .Refuses(Refusals.NotFound, Refusals.InvalidCursor);

    static async Task<IResult> Handle(string consultationId, Caller caller, Database db, int? limit, string? cursor) =>
        (await Execute(db, caller, consultationId, new Paging(limit, cursor))).ToOk();

    public static async Task<Outcome<Page<DraftView>>> Execute(
        Database db,
        Caller caller,
        string consultationId,
        Paging paging
    )
    {
        if (paging.AfterNumber(long.MaxValue, out var below) is { } noCursor)
            return noCursor;
        return await db.Read<Outcome<Page<DraftView>>>(async read =>
        {
            if (await ShowConsultation.Find(read, caller, consultationId) is null)
                return Refusals.NotFound;
            var rows = await read.All<DraftRow>(
                $"{DraftRow.Select} WHERE consultation_id = @consultationId AND number < @below ORDER BY number DESC LIMIT @most",
                new
                {
                    consultationId,
                    below,
                    most = paging.Most,
                }
            );
            return paging.Cut(rows, row => row.Number, DraftView.Of);
        });
    }
}
