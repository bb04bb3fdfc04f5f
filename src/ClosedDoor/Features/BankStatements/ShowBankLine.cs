using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.BankStatements;

/// <summary>Money that came in, and the payments that it may be for.</summary>
public static class ShowBankLine
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet(
                "/bank-lines/{lineId}",
                async (string lineId, Database db) => (await db.Read(read => Find(read, lineId))).ToOk()
            )
            .Named("ShowBankLine", "Show money that came in by bank")
            .RequireAuthorization(Policy.Finance)
            .Answers<BankLineView>()
            .Refuses(Refusals.NotFound);

    static async Task<Outcome<BankLineView>> Find(Statements read, string lineId) =>
        await read.Find<BankLineRow>("SELECT * FROM bank_line WHERE id = @lineId", new { lineId }) is { } row
            ? await BankLineView.Of(read, row)
            : Refusals.NotFound;
}
