using ClosedDoor.Domain;
using ClosedDoor.Platform.Http;

namespace ClosedDoor.Features.AccountStatements;

/// <summary>One payment's part of an account statement. The statement's own figures are the sums of its lines'.</summary>
/// <param name="Charged">The price, where the seat was not lost before it was paid for.</param>
/// <param name="Received">What has come in.</param>
/// <param name="RefundsPaid">What has gone back.</param>
/// <param name="RefundsOpen">What is to go back and has not left yet.</param>
/// <param name="TakenBack">What the buyer's bank has taken back: contested now, or lost.</param>
/// <param name="Owed">What the company still owes.</param>
/// <param name="Fees">What the provider has kept of what came, and for disputes, less what it gave back of that.</param>
/// <param name="WrittenOff">What was owed and is given up.</param>
/// <param name="Net">The price less what of it goes back, fees and what was written off.</param>
/// <param name="Cash">Received, less gone back, less taken back, less fees: what is on our accounts.</param>
public sealed record AccountStatementLine(
    string PaymentId,
    string ReservationId,
    string SessionId,
    string SessionTitle,
    string CompanyId,
    string CompanyName,
    string Reference,
    PaymentStatus Status,
    MoneyView Charged,
    MoneyView Received,
    MoneyView RefundsPaid,
    MoneyView RefundsOpen,
    MoneyView TakenBack,
    MoneyView Owed,
    MoneyView Fees,
    MoneyView WrittenOff,
    MoneyView Net,
    MoneyView Cash
);
