using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.Payments.Refunds;

/// <summary>Money that goes back, as its company and the organizers see it.</summary>
/// <param name="ByHand">Finance pays it by bank; otherwise the provider sends it back the way that it came.</param>
/// <param name="WaitsFor">Why a refund that is due is not sent: <c>red_letter_needed</c>; left out where nothing holds it.</param>
/// <param name="AppliedTo">The payment for which it stayed here, as its company asked; left out where it was to be paid out.</param>
/// <param name="OfferedUntil">Until then it is not sent: its company may want it for another seat. Left out where it is sent at once.</param>
/// <param name="Also">Other refunds of the same request: each is of one receipt.</param>
public sealed record RefundView(
    string Id,
    string PaymentId,
    string ReservationId,
    RefundStatus Status,
    RefundCause Because,
    MoneyView Amount,
    PaymentMethod Method,
    bool ByHand,
    string PayeeName,
    string? PayeeAccount,
    string? Reason,
    string? BankSerial,
    LocalDate? PaidOn,
    string? Failure,
    Instant CreatedAt,
    long Version,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? WaitsFor = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string[]? Also = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? AppliedTo = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Instant? OfferedUntil = null
) : ITagged
{
    [JsonIgnore]
    public string Tag => $"{Version}{(WaitsFor is null ? "" : ".waits")}{(OfferedUntil is null ? "" : ".offered")}";

    internal static RefundView Of(RefundRow row, Refusal? gate = null, string[]? also = null) =>
        new(
            row.Id,
            row.PaymentId,
            row.ReservationId,
            row.State,
            Words.Parse<RefundCause>(row.Because),
            new MoneyView(row.Amount, row.Currency),
            row.Way,
            row.ByHand == 1,
            row.PayeeName,
            row.PayeeAccount,
            row.Note,
            row.BankSerial,
            row.PaidOn,
            row.Failure,
            row.CreatedAt,
            row.Version,
            row.State.IsOpen() ? gate?.Code : null,
            also is { Length: > 0 } ? also : null,
            row.AppliedTo,
            row.Offered
        );
}
