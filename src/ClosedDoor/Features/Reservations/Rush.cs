using System.Collections.Concurrent;
using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Reservations;

/// <summary>
/// Sessions that somebody has just been told are full. Whoever asks next for one of them is answered from what is
/// committed, and does not queue for the session behind hundreds of others who will not get a seat either. It is a hint:
/// a seat is only ever refused on what the database says, and a wrong hint costs a read.
/// </summary>
static class Rush
{
    static readonly Duration Remembered = Duration.FromSeconds(10);

    const int Most = 1_000;

    static readonly ConcurrentDictionary<string, Instant> Full = new(StringComparer.Ordinal);

    public static void Note(string sessionId, Instant now)
    {
        if (Full.Count >= Most)
            Full.Clear();
        Full[sessionId] = now;
    }

    /// <summary>
    /// Whether this company, which could else have a seat, finds none. A hold whose time is over counts as a free seat:
    /// whoever takes it releases it.
    /// </summary>
    public static async Task<bool> IsOver(Database db, string sessionId, string companyId, Instant now) =>
        Full.TryGetValue(sessionId, out var seen)
        && now - seen < Remembered
        && seen - now < Remembered // A clock that was set back does not make it known for longer.
        && await db.Read(async read =>
            await SessionTable.Look(read, sessionId) is { Admission: Admission.Open } sale
            && await Room.Look(read, sessionId, companyId, now) is { Own: 0, Lapsed: 0, FirstFree: null } room
            && Admittance.Check(sale, room.Vetting, Zones.Today(now), now) is null
        );
}
