using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Hospitals;

/// <summary>Hospitals in the order in which they were registered.</summary>
public static class ListHospitals
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet(
                "/hospitals",
                async (Database db, int? limit, string? cursor) => (await Execute(db, new Paging(limit, cursor))).ToOk()
            )
            .Named("ListHospitals", "List hospitals")
            .RequireAuthorization(Policy.Staff)
            .Answers<Page<HospitalView>>()
            .Refuses(Refusals.InvalidCursor);

    public static async Task<Outcome<Page<HospitalView>>> Execute(Database db, Paging paging)
    {
        if (paging.AfterId(out var after) is { } noCursor)
            return noCursor;
        var rows = await db.Read(read =>
            read.All<HospitalRow>(
                $"{HospitalRow.Select} WHERE id > @after ORDER BY id LIMIT @most",
                new { after, most = paging.Most }
            )
        );
        return paging.Cut(rows, row => row.Id, row => row.ToView());
    }
}
