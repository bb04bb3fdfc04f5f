using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Guests;

/// <summary>Guests in the order in which they were registered.</summary>
public static class ListGuests
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet(
                "/guests",
                async (Database db, string? kind, string? hospitalId, int? limit, string? cursor) =>
                    (await Execute(db, kind, hospitalId, new Paging(limit, cursor))).ToOk()
            )
            .Named("ListGuests", "List guests")
            .RequireAuthorization(Policy.Staff)
            .Answers<Page<GuestView>>()
            .Refuses(Refusals.InvalidCursor, Refusals.Invalid);

    public static async Task<Outcome<Page<GuestView>>> Execute(
        Database db,
        string? kind,
        string? hospitalId,
        Paging paging
    )
    {
        var errors = new FieldErrors();
        errors.OptionalWord<GuestKind>("kind", kind);
        if (errors.Refusal is { } invalid)
            return invalid;
        if (paging.AfterId(out var after) is { } noCursor)
            return noCursor;

        var where = "WHERE guest.id > @after";
        if (kind is not null)
            where += " AND guest.kind = @kind";
        if (hospitalId is not null)
            where += " AND guest.hospital_id = @hospitalId";
        var rows = await db.Read(read =>
            read.All<GuestRow>(
                $"{GuestRow.Select} {where} ORDER BY guest.id LIMIT @most",
                new
                {
                    after,
                    kind,
                    hospitalId,
                    most = paging.Most,
                }
            )
        );
        return paging.Cut(rows, row => row.Id, row => row.ToView());
    }
}
