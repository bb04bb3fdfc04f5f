using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.BankStatements;

/// <summary>Money that came in: with <c>?status=queued</c>, what waits for a person.</summary>
public static class ListBankLines
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/bank-lines", Handle)
            .Named("ListBankLines", "List money that came in by bank")
            .RequireAuthorization(Policy.Finance)
            .Answers<Page<BankLineView>>()
            .Refuses(Refusals.InvalidCursor, Refusals.Invalid);

    static async Task<IResult> Handle(Database db, string? status, string? statementId, int? limit, string? cursor) =>
        (await Execute(db, status, statementId, new Paging(limit, cursor))).ToOk();

    public static async Task<Outcome<Page<BankLineView>>> Execute(
        Database db,
        string? status,
        string? statementId,
        Paging paging
    )
    {
        var errors = new FieldErrors();
        errors.OptionalWord<BankLineStatus>("status", status);
        if (errors.Refusal is { } invalid)
            return invalid;
        if (paging.AfterId(out var after) is { } noCursor)
            return noCursor;

        var where = "WHERE id > @after";
        if (status is not null)
            where += " AND status = @status";
        if (statementId is not null)
            where += " AND statement_id = @statementId";
        return await db.Read(async read =>
        {
            var rows = await read.All<BankLineRow>(
                $"SELECT * FROM bank_line {where} ORDER BY id LIMIT @most",
                new
                {
                    after,
                    status,
                    statementId,
                    most = paging.Most,
                }
            );
            var page = paging.Cut(rows, row => [row.Id]);
            var views = new List<BankLineView>();
            foreach (var row in page.Items)
                views.Add(await BankLineView.Of(read, row, candidates: false));
            return new Page<BankLineView>(views, page.NextCursor);
        });
    }
}
