using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.BankStatements;

/// <summary>Saved column mappings: one a bank, where its headers are not the usual ones.</summary>
public static class ListBankStatementMappings
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/bank-statement-mappings", Handle)
            .Named("ListBankStatementMappings", "List column mappings")
            .RequireAuthorization(Policy.Finance)
            .Answers<Page<BankStatementMappingView>>()
            .Refuses(Refusals.InvalidCursor);

    static async Task<IResult> Handle(Database db, int? limit, string? cursor) =>
        (await Execute(db, new Paging(limit, cursor))).ToOk();

    static async Task<Outcome<Page<BankStatementMappingView>>> Execute(Database db, Paging paging)
    {
        if (paging.AfterId(out var after) is { } noCursor)
            return noCursor;
        var rows = await db.Read(read =>
            read.All<BankStatementMappingRow>(
                "SELECT * FROM statement_mapping WHERE id > @after ORDER BY id LIMIT @most",
                new { after, most = paging.Most }
            )
        );
        return paging.Cut(rows, row => row.Id, row => row.ToView());
    }
}
