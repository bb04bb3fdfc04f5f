using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.Payments;

/// <summary>A payment as its company and the organizers see it.</summary>
/// <param name="Reference">To be written into the transfer's remark (附言).</param>
/// <param name="Url">Where the company pays, while its checkout is open.</param>
/// <param name="DueAt">By when the money must be sent.</param>
/// <param name="DueCountedInCalendarDays">The deadline lies in a year whose working days are not published yet.</param>
/// <param name="RefundDue">What is to go back and has not left yet.</param>
/// <param name="Refunded">What has gone back.</param>
public sealed record PaymentView(
    string Id,
    string ReservationId,
    PaymentMethod Method,
    PaymentStatus Status,
    string Reference,
    PayeeView Payee,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Url,
    MoneyView Amount,
    MoneyView Received,
    MoneyView RefundDue,
    MoneyView Refunded,
    Instant DueAt,
    bool DueCountedInCalendarDays,
    Instant CreatedAt,
    long Version
) : ITagged
{
    [JsonIgnore]
    public string Tag => $"{Version}.{Received.Amount}.{RefundDue.Amount}.{Refunded.Amount}.{Status.Word()}";

    /// <summary>What has lapsed reads as expired from that instant on, swept or not.</summary>
    internal static PaymentView Of(PaymentRow row, PayeeView payee, Instant now)
    {
        var state = row.StateAt(now);
        // Of what has lapsed and is not swept, no refund is written yet; all of it will be.
        var refund = state == row.State ? row.RefundsOpen : row.Received;
        return new(
            row.Id,
            row.ReservationId,
            Words.Parse<PaymentMethod>(row.Method),
            state,
            row.Reference,
            payee,
            row.CheckoutUrl,
            new MoneyView(row.Amount, row.Currency),
            new MoneyView(row.Received, row.Currency),
            new MoneyView(refund, row.Currency),
            new MoneyView(row.Refunded, row.Currency),
            row.DueAt,
            row.DueInCalendarDays == 1,
            row.CreatedAt,
            row.Version
        );
    }
}

/// <summary>To whom the money goes: the operator's account.</summary>
public sealed record PayeeView(string Name, string Account, string Bank)
{
    /// <summary>For a payment that was asked for before the operator took its account out of the settings.</summary>
    public static readonly PayeeView Unset = new("", "", "");

    /// <summary>Null until the operator has set all three.</summary>
    public static PayeeView? From(Settings settings) =>
        settings is { PayeeName: { } name, PayeeAccount: { } account, PayeeBank: { } bank }
            ? new(name, account, bank)
            : null;
}
