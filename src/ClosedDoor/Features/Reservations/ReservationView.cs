using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.Reservations;

/// <summary>A reservation as its company and the organizers see it.</summary>
/// <param name="Code">The payment reference (附言) that identifies it on a bank statement.</param>
/// <param name="HoldExpiresAt">When the seat lapses unless the reservation goes on; null where nothing lapses.</param>
public sealed record ReservationView(
    string Id,
    string Code,
    string SessionId,
    string CompanyId,
    long? SeatNumber,
    ReservationStatus Status,
    Instant? HoldExpiresAt,
    MoneyView Price,
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
            new MoneyView(row.PriceAmount, row.PriceCurrency),
            lapsed ? Domain.EndedBecause.DeadlinePassed : Words.TryParse<EndedBecause>(row.EndedBecause),
            row.EndedNote,
            row.CreatedAt,
            row.Version
        );
    }
}
