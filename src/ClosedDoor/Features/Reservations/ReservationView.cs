using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.Reservations;

/// <summary>A reservation as its company and the organizers see it.</summary>
/// <param name="Code">The payment reference (附言) that identifies it on a bank statement.</param>
/// <param name="HoldExpiresAt">When the seat lapses unless the reservation goes on; null where nothing lapses.</param>
/// <param name="HoldCountedInCalendarDays">That deadline lies in a year whose working days are not published yet.</param>
/// <param name="RefundPolicy">What goes back when the company cancels, as it was when this reservation was made.</param>
/// <param name="Refund">What its cancellation gives back of the money that had come; left out where none had.</param>
/// <param name="RefundCountedInCalendarDays">That was counted in calendar days, for want of the year's calendar.</param>
/// <param name="EndedBecause">Why it ended; beside awaiting_payment, why it ends as soon as its checkout is closed.</param>
public sealed record ReservationView(
    string Id,
    string Code,
    string SessionId,
    string CompanyId,
    long? SeatNumber,
    ReservationStatus Status,
    Instant? HoldExpiresAt,
    bool HoldCountedInCalendarDays,
    MoneyView Price,
    RefundPolicyView RefundPolicy,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] MoneyView? Refund,
    bool RefundCountedInCalendarDays,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] EndedBecause? EndedBecause,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? EndedNote,
    Instant CreatedAt,
    long Version
) : ITagged
{
    [JsonIgnore]
    public string Tag => $"{Version}.{Status.Word()}";

    /// <summary>A hold whose time is over reads as expired from that instant on, swept or not.</summary>
    internal static ReservationView Of(ReservationRow row, Instant now)
    {
        var lapsed = row.HasLapsed(now);
        return new(
            row.Id,
            row.Code,
            row.SessionId,
            row.CompanyId,
            row.SeatNumber,
            lapsed ? ReservationStatus.Expired : row.State,
            lapsed ? null : row.HoldExpiresAt,
            !lapsed && row.HoldInCalendarDays == 1,
            new MoneyView(row.PriceAmount, row.PriceCurrency),
            RefundPolicyView.Of(row.RefundPolicy),
            row.RefundAmount is { } refund ? new MoneyView(refund, row.PriceCurrency) : null,
            row.RefundInCalendarDays == 1,
            lapsed ? Domain.EndedBecause.DeadlinePassed : Words.TryParse<EndedBecause>(row.EndedBecause),
            row.EndedNote,
            row.CreatedAt,
            row.Version
        );
    }
}
