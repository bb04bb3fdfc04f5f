using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.AccountStatements;

/// <summary>What a session has brought in: revenue, refunds, what is outstanding, fees, and what remains.</summary>
public static class ShowSessionStatement
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/sessions/{sessionId}/statement", Handle)
            .Named("ShowSessionStatement", "Show what a session has brought in")
            .RequireAuthorization(Policy.Finance)
            .Answers<SessionStatement>()
            .Refuses(Refusals.NotFound);

    static async Task<IResult> Handle(string sessionId, Database db) => (await Execute(db, sessionId)).ToOk();

    public static Task<Outcome<SessionStatement>> Execute(Database db, string sessionId) =>
        db.Read<Outcome<SessionStatement>>(async read =>
        {
            if (
                await read.Find<string>("SELECT title FROM session WHERE id = @sessionId", new { sessionId })
                is not { } title
            )
                return Refusals.NotFound;
            var rows = await AccountStatementRow.OfSession(read, sessionId);
            MoneyView Sum(Func<AccountStatementRow, long> fen) => MoneyView.Cny(rows.Sum(fen));
            return new SessionStatement(
                sessionId,
                title,
                Revenue: Sum(row => row.Charged),
                Refunds: Sum(row => row.SalesRefunded),
                Outstanding: Sum(row => row.Owed),
                Fees: Sum(row => row.Fees),
                WrittenOff: Sum(row => row.WrittenOff),
                Net: Sum(row => row.Net),
                Received: Sum(row => row.Received),
                RefundsPaid: Sum(row => row.RefundsPaid),
                RefundsOpen: Sum(row => row.RefundsOpen),
                TakenBack: Sum(row => row.TakenBack),
                Cash: Sum(row => row.Cash),
                [.. rows.Select(row => row.ToLine())]
            );
        });
}

/// <summary>A session's account statement.</summary>
/// <param name="Revenue">Seats sold, at their prices.</param>
/// <param name="Refunds">What of that goes back. Money that never had a seat is no revenue, and is not counted here.</param>
/// <param name="Outstanding">Sold and not paid.</param>
/// <param name="Net">Revenue less refunds, fees and what was written off.</param>
/// <param name="Received">All money that has come in, with and without a seat.</param>
/// <param name="RefundsPaid">All money that has gone back.</param>
/// <param name="RefundsOpen">All money that is to go back.</param>
/// <param name="TakenBack">What buyers' banks have taken back: contested now, or lost.</param>
/// <param name="Cash">Received, less gone back, less taken back, less fees: what is on our accounts.</param>
public sealed record SessionStatement(
    string SessionId,
    string SessionTitle,
    MoneyView Revenue,
    MoneyView Refunds,
    MoneyView Outstanding,
    MoneyView Fees,
    MoneyView WrittenOff,
    MoneyView Net,
    MoneyView Received,
    MoneyView RefundsPaid,
    MoneyView RefundsOpen,
    MoneyView TakenBack,
    MoneyView Cash,
    IReadOnlyList<AccountStatementLine> Payments
);
