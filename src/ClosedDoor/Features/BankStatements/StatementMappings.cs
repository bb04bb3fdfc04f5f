using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.BankStatements;

/// <summary>A bank's headers, saved under a name.</summary>
public sealed record StatementMappingView(
    string Id,
    string Name,
    StatementColumns Columns,
    Instant CreatedAt,
    long Version
) : ITagged
{
    [JsonIgnore]
    public string Tag => $"{Version}";
}

/// <summary>Saved column mappings: one a bank, where its headers are not the usual ones.</summary>
public static class StatementMappings
{
    public sealed record Request(string? Name, StatementColumns? Columns);

    static readonly Request Sample = new(
        "示例银行网银导出",
        new(
            ["交易日"],
            ["贷方发生额"],
            ["对方单位"],
            ["对方账号"],
            ["附言"],
            ["流水号"],
            ["借贷标志"],
            ["本方账号"],
            ["余额"]
        )
    );

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost(
                "/statement-mappings",
                async (Request request, Caller caller, Database db) =>
                    (await Add(db, caller, request)).ToCreated(mapping => $"/api/v1/statement-mappings/{mapping.Id}")
            )
            .Named("AddStatementMapping", "Save a bank's column mapping")
            .RequireAuthorization(Policy.Finance)
            .Answers<StatementMappingView>(201)
            .Refuses(Refusals.Invalid)
            .Example(Sample);
        api.MapGet("/statement-mappings", List)
            .Named("ListStatementMappings", "List column mappings")
            .RequireAuthorization(Policy.Finance)
            .Answers<Page<StatementMappingView>>()
            .Refuses(Refusals.InvalidCursor);
        api.MapGet(
                "/statement-mappings/{mappingId}",
                async (string mappingId, Database db) => (await Show(db, mappingId)).ToOk()
            )
            .Named("ShowStatementMapping", "Show a column mapping")
            .RequireAuthorization(Policy.Finance)
            .Answers<StatementMappingView>()
            .Refuses(Refusals.NotFound);
        api.MapPut(
                "/statement-mappings/{mappingId}",
                async (string mappingId, Request request, Caller caller, Database db) =>
                    (await Change(db, caller, mappingId, request)).ToOk()
            )
            .Named("ChangeStatementMapping", "Change a column mapping")
            .RequireAuthorization(Policy.Finance)
            .Answers<StatementMappingView>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.StaleVersion)
            .Example(Sample);
        api.MapDelete(
                "/statement-mappings/{mappingId}",
                async (string mappingId, Caller caller, Database db) =>
                    (await Remove(db, caller, mappingId)).ToNoContent()
            )
            .Named("RemoveStatementMapping", "Remove a column mapping")
            .RequireAuthorization(Policy.Finance)
            .AnswersNothing()
            .Refuses(Refusals.NotFound, Refusals.StaleVersion);
    }

    static async Task<IResult> List(Database db, int? limit, string? cursor)
    {
        var paging = new Paging(limit, cursor);
        if (paging.AfterId(out var after) is { } noCursor)
            return Answer.Refuse(noCursor);
        var rows = await db.Read(read =>
            read.All<MappingRow>(
                "SELECT * FROM statement_mapping WHERE id > @after ORDER BY id LIMIT @most",
                new { after, most = paging.Most }
            )
        );
        Outcome<Page<StatementMappingView>> answer = paging.Cut(rows, row => row.Id, row => row.ToView());
        return answer.ToOk();
    }

    static async Task<Outcome<StatementMappingView>> Show(Database db, string id) =>
        await db.Read(read => StatementMappingTable.Find(read, id)) is { } row ? row.ToView() : Refusals.NotFound;

    static async Task<Outcome<StatementMappingView>> Add(Database db, Caller caller, Request request)
    {
        var errors = Checked(request, out var name, out var columns);
        if (errors.Refusal is { } invalid)
            return invalid;
        return await db.Write<StatementMappingView>(
            caller,
            async tx =>
                await StatementMappingTable.Add(tx, name, columns, caller.Now) is { } row ? row.ToView() : Taken(errors)
        );
    }

    static async Task<Outcome<StatementMappingView>> Change(Database db, Caller caller, string id, Request request)
    {
        var errors = Checked(request, out var name, out var columns);
        if (errors.Refusal is { } invalid)
            return invalid;
        return await db.Write<StatementMappingView>(
            caller,
            async tx =>
            {
                if (await StatementMappingTable.Find(tx, id) is not { } row)
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                return await StatementMappingTable.Set(tx, row, name, columns, caller.Now) is { } changed
                    ? changed.ToView()
                    : Taken(errors);
            }
        );
    }

    static Task<Outcome<StatementMappingView>> Remove(Database db, Caller caller, string id) =>
        db.Write<StatementMappingView>(
            caller,
            async tx =>
            {
                if (await StatementMappingTable.Find(tx, id) is not { } row)
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                await StatementMappingTable.Remove(tx, id, caller.Now);
                return row.ToView();
            }
        );

    static FieldErrors Checked(Request request, out string name, out StatementColumns columns)
    {
        var errors = new FieldErrors();
        name = errors.Text("name", request.Name, 60);
        columns = request.Columns ?? StatementColumns.Usual;
        if (request.Columns is null)
            errors.Add("columns", "必填。", "Required.");
        columns.Check(errors);
        return errors;
    }

    static Refusal Taken(FieldErrors errors)
    {
        errors.Add("name", "该名称已被使用。", "This name is taken.");
        return errors.Refusal!;
    }
}
