using ClosedDoor.Domain;
using NodaTime;

namespace ClosedDoor.Features.Payments;

/// <summary>What proves that the bank has moved money: its serial, and the day.</summary>
sealed record PaidByBank(string Serial, LocalDate On)
{
    /// <summary>
    /// Reads both, and adds what is wrong to <paramref name="errors"/>. The serial is as banks write it, however it was
    /// typed: the same money must not be counted twice for a lower-case letter.
    /// </summary>
    /// <param name="dayField">How the request calls the day.</param>
    public static PaidByBank Read(FieldErrors errors, string? serial, LocalDate? day, string dayField, Instant now)
    {
        var paid = new PaidByBank(
            HalfWidth.Of(errors.Text("bankSerial", serial, 64)).ToUpperInvariant(),
            errors.Required(dayField, day)
        );
        errors.NotAfter(Zones.Today(now), dayField, paid.On);
        return paid;
    }
}
