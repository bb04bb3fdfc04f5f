using ClosedDoor.Domain;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Consultations;

/// <summary>The slots of a session by time: all of them to organizers, the free ones and its own to a company that has a reservation.</summary>
public static class ListSlots
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/sessions/{sessionId}/consultation-slots", Handle)
            .Named("ListConsultationSlots", "List the slots for online consultations")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<Page<SlotView>>()
            .Refuses(Refusals.NotFound, Refusals.InvalidCursor);

    static async Task<IResult> Handle(string sessionId, Caller caller, Database db, int? limit, string? cursor) =>
        (await Execute(db, caller, sessionId, new Paging(limit, cursor))).ToOk();

    public static async Task<Outcome<Page<SlotView>>> Execute(
        Database db,
        Caller caller,
        string sessionId,
        Paging paging
    )
    {
        if (paging.AfterId(out var after) is { } noCursor)
            return noCursor;
        return await db.Read<Outcome<Page<SlotView>>>(async read =>
        {
            if (!await ReservationRow.Opens(read, caller, sessionId, ReservationStates.Live))
                return Refusals.NotFound;
            // What a page is cut from must be in the order of the cursor: the ids of slots say nothing of their times.
            var rows = await read.All<SlotRow>(
                $"{SlotRow.Select} WHERE slot.session_id = @sessionId AND slot.withdrawn_at IS NULL AND slot.id > @after ORDER BY slot.id LIMIT @most",
                new
                {
                    sessionId,
                    after,
                    most = paging.Most,
                }
            );
            var page = paging.Cut(rows, row => [row.Id]);
            return new Page<SlotView>(
                [
                    .. page
                        .Items.Select(row => SlotView.Of(row, caller.IsStaff, caller.CompanyId, caller.Now))
                        .Where(slot => caller.IsStaff || slot.State is SlotState.Free or SlotState.Own)
                        .OrderBy(slot => slot.BeginsAt),
                ],
                page.NextCursor
            );
        });
    }
}
