using NodaTime;

namespace ClosedDoor.Domain;

/// <summary>Civil time in mainland China, by which deadlines and working days go.</summary>
public static class Zones
{
    /// <summary>The zone of deadlines, working days and every session that names no other. UTC+8, no summer time since 1991.</summary>
    public static readonly DateTimeZone Shanghai = DateTimeZoneProviders.Tzdb["Asia/Shanghai"];

    /// <summary>The civil day in Shanghai at this instant.</summary>
    public static LocalDate Today(Instant now) => now.InZone(Shanghai).Date;

    /// <summary>The end of a civil day: the first instant that no longer belongs to it.</summary>
    public static Instant EndOf(LocalDate day) => Shanghai.AtStartOfDay(day.PlusDays(1)).ToInstant();
}
