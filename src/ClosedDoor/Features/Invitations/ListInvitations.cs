using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Invitations;

/// <summary>A session's guest list, in the order of the letters' numbers.</summary>
public static class ListInvitations
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet(
                "/sessions/{sessionId}/invitations",
                async (string sessionId, string? status, Database db, int? limit, string? cursor) =>
                    (await Execute(db, sessionId, status, new Paging(limit, cursor))).ToOk()
            )
            .Named("ListInvitations", "List a session's invitations")
            .RequireAuthorization(Policy.Staff)
            .Answers<Page<InvitationView>>()
            .Refuses(Refusals.NotFound, Refusals.InvalidCursor, Refusals.Invalid);

    public static async Task<Outcome<Page<InvitationView>>> Execute(
        Database db,
        string sessionId,
        string? status,
        Paging paging
    )
    {
        var errors = new FieldErrors();
        errors.OptionalWord<InvitationStatus>("status", status);
        if (errors.Refusal is { } invalid)
            return invalid;
        if (paging.AfterNumber(0, out var number) is { } noCursor)
            return noCursor;

        var where = status is null ? "" : "AND invitation.status = @status";
        var rows = await db.Read(async read =>
            await SessionTable.Exists(read, sessionId)
                ? await read.All<InvitationRow>(
                    $"""
                    {InvitationRow.Select} WHERE invitation.session_id = @sessionId AND invitation.number > @number {where}
                    ORDER BY invitation.number LIMIT @most
                    """,
                    new
                    {
                        sessionId,
                        number,
                        status,
                        most = paging.Most,
                    }
                )
                : null
        );
        if (rows is null)
            return Refusals.NotFound;
        return paging.Cut(rows, row => row.Number, InvitationView.Of);
    }
}
