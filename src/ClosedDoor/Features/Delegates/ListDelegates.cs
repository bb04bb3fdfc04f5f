using ClosedDoor.Domain;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Delegates;

/// <summary>Everyone whom companies mean to send to a session, to be vetted.</summary>
public static class ListDelegates
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/sessions/{sessionId}/delegates", Handle)
            .Named("ListDelegates", "List the delegates of a session")
            .RequireAuthorization(Policy.Staff)
            .Answers<Page<VettedDelegateView>>()
            .Refuses(Refusals.NotFound, Refusals.InvalidCursor, Refusals.Invalid);

    static async Task<IResult> Handle(string sessionId, Database db, string? vetting, int? limit, string? cursor) =>
        (await Execute(db, sessionId, vetting, new Paging(limit, cursor))).ToOk();

    public static async Task<Outcome<Page<VettedDelegateView>>> Execute(
        Database db,
        string sessionId,
        string? vetting,
        Paging paging
    )
    {
        var errors = new FieldErrors();
        errors.OptionalWord<DelegateVetting>("vetting", vetting);
        if (errors.Refusal is { } invalid)
            return invalid;
        if (paging.AfterId(out var after) is { } noCursor)
            return noCursor;
        return await db.Read<Outcome<Page<VettedDelegateView>>>(async read =>
        {
            if (!await SessionTable.Exists(read, sessionId))
                return Refusals.NotFound;
            var rows = await read.All<DelegateRow>(
                $"""
                {DelegateRow.Select} WHERE reservation.session_id = @sessionId AND {ReservationStates.Live} AND delegate.id > @after
                    {(vetting is null ? "" : "AND delegate.vetting = @vetting")}
                ORDER BY delegate.id LIMIT @most
                """,
                new
                {
                    sessionId,
                    vetting,
                    after,
                    most = paging.Most,
                }
            );
            return paging.Cut(rows, row => row.Id, VettedDelegateView.Of);
        });
    }
}
