using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Reservations;

/// <summary>
/// Sessions that somebody has just been told are full. Whoever asks next for one of them is answered from what is
/// committed, and does not queue for the session behind hundreds of others who will not get a seat either. It is a hint:
/// a seat is only ever refused on what the database says, and a wrong hint costs a read.
/// </summary>
static class FullSessions
{
    static readonly Duration Remembered = Duration.FromSeconds(10);

    const int Most = 1_000;

    static readonly ConcurrentDictionary<string, Instant> LastRefused = new(StringComparer.Ordinal);

    static readonly ConditionalWeakTable<Database, Gathered<Ask, HashSet<Caller>>> Looks = [];

    /// <summary>Somebody has been told that this session is full. Noted after the transaction, for that may run twice.</summary>
    public static void Note(string sessionId, Instant now)
    {
        if (LastRefused.Count >= Most)
            LastRefused.Clear();
        LastRefused[sessionId] = now;
    }

    /// <summary>Whether somebody has been told so within the last seconds.</summary>
    public static bool WasJustFull(string sessionId, Instant now) =>
        // A clock that was set back does not make it known for longer.
        LastRefused.TryGetValue(sessionId, out var at)
        && now - at < Remembered
        && at - now < Remembered;

    /// <summary>
    /// Refuses a company that could otherwise have a seat and finds none. A hold whose time is over counts as a free
    /// seat: whoever takes it releases it. Those who ask at the same time share one look: those who have idempotency keys with
    /// the transaction that keeps what they are told, the others without, so that no write is in their way.
    /// </summary>
    /// <returns>Null when there may be a seat, when something else stands in the way, or when the key has an answer.</returns>
    public static async Task<Refusal?> Refuse(Database db, Caller caller, string sessionId, string companyId)
    {
        var looks = Looks.GetValue(
            db,
            _ =>
                new(
                    (_, asks) =>
                        db.Refuse(
                            asks.Select(ask => ask.Caller),
                            Refusals.SessionFull,
                            statements => LeftOut(statements, asks[0].SessionId, asks)
                        )
                )
        );
        var together = caller.IdempotencyKey is null ? sessionId : $"{sessionId} with keys";
        var outcome = await db.Once<bool>(
            caller,
            async () =>
                (await looks.Ask(together, new(caller, sessionId, companyId))).Contains(caller)
                    ? Refusals.SessionFull
                    : false
        );
        return outcome.Refusal;
    }

    static async Task<List<Caller>> LeftOut(Statements read, string sessionId, List<Ask> asks)
    {
        var now = asks.Max(ask => ask.Caller.Now);
        if (await SessionTable.Look(read, sessionId) is not { Admission: Admission.Open } sale)
            return [];
        var companies = await read.All<Company>(
            $"""
            SELECT company_id, valid_through, first_certificate_expiry FROM vetting
            WHERE vetting.status = 'approved' AND company_id IN (SELECT value ->> 'CompanyId' FROM {read.ElementsOf(
                "@companies"
            )})
                AND NOT EXISTS (SELECT 1 FROM reservation WHERE session_id = @sessionId
                    AND reservation.company_id = vetting.company_id AND {ReservationStates.Live})
                AND NOT EXISTS (SELECT 1 FROM reservation WHERE session_id = @sessionId AND {ReservationStates.LapsedInSession})
                AND NOT EXISTS (SELECT 1 FROM seat WHERE session_id = @sessionId AND reservation_id IS NULL)
            """,
            new
            {
                sessionId,
                now,
                companies = JsonSerializer.Serialize(asks.Select(ask => new { ask.CompanyId })),
            }
        );
        var today = Zones.Today(now);
        var leftOut = companies
            .Where(company => Admittance.Check(sale, company.Vetting, today, now) is null)
            .Select(company => company.CompanyId)
            .ToHashSet();
        return [.. asks.Where(ask => leftOut.Contains(ask.CompanyId)).Select(ask => ask.Caller)];
    }

    sealed record Ask(Caller Caller, string SessionId, string CompanyId);

    sealed record Company
    {
        public string CompanyId { get; init; } = "";
        public LocalDate? ValidThrough { get; init; }
        public LocalDate? FirstCertificateExpiry { get; init; }

        public VettingStanding Vetting => new(ValidThrough, FirstCertificateExpiry);
    }
}
