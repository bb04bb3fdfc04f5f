using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Payments;

/// <summary>What a company owes, has paid and has got back, over all its sessions.</summary>
public static class ShowCompanyStatement
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/companies/{companyId}/statement", Handle)
            .Named("ShowCompanyStatement", "Show what a company owes, has paid and has got back")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<CompanyStatement>()
            .Refuses(Refusals.NotFound);

    static async Task<IResult> Handle(string companyId, Caller caller, Database db) =>
        (await Execute(db, caller, companyId)).ToOk();

    public static Task<Outcome<CompanyStatement>> Execute(Database db, Caller caller, string companyId) =>
        db.Read<Outcome<CompanyStatement>>(async read =>
        {
            if (
                !caller.MaySee(companyId)
                || await read.Find<string>("SELECT name FROM company WHERE id = @companyId", new { companyId })
                    is not { } name
            )
                return Refusals.NotFound;
            var rows = await StatementRow.All(read, "payment.company_id = @companyId", new { companyId });
            return new CompanyStatement(
                companyId,
                name,
                Fen(rows.Sum(row => row.Owed)),
                Fen(rows.Sum(row => row.Received)),
                Fen(rows.Sum(row => row.RefundsPaid)),
                Fen(rows.Sum(row => row.Refunds - row.RefundsPaid)),
                [.. rows.Select(row => row.ToLine())]
            );
        });

    static MoneyView Fen(long amount) => new(amount, "CNY");
}

/// <param name="Owed">Asked for and not paid.</param>
/// <param name="Paid">All that has come in.</param>
/// <param name="Refunded">What has gone back.</param>
/// <param name="ToBeRefunded">What is to go back and has not left yet.</param>
public sealed record CompanyStatement(
    string CompanyId,
    string CompanyName,
    MoneyView Owed,
    MoneyView Paid,
    MoneyView Refunded,
    MoneyView ToBeRefunded,
    IReadOnlyList<StatementLine> Payments
);
