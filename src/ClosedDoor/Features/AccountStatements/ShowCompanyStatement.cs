using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.AccountStatements;

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
            var rows = await AccountStatementRow.OfCompany(read, companyId);
            MoneyView Sum(Func<AccountStatementRow, long> fen) => MoneyView.Cny(rows.Sum(fen));
            return new CompanyStatement(
                companyId,
                name,
                Owed: Sum(row => row.Owed),
                Paid: Sum(row => row.Received),
                Refunded: Sum(row => row.RefundsPaid),
                ToBeRefunded: Sum(row => row.RefundsOpen),
                [.. rows.Select(row => row.ToLine())]
            );
        });
}

/// <summary>A company's account statement.</summary>
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
    IReadOnlyList<AccountStatementLine> Payments
);
