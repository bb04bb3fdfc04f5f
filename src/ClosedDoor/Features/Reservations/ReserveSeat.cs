using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Reservations;

/// <summary>
/// Takes a free seat for a vetted company, until the hold lapses; or, where the session admits by approval, applies for one.
/// </summary>
public static class ReserveSeat
{
    public const string Held = "reservation.held.v1";
    public const string Applied = "reservation.applied.v1";

    public sealed record Request(string? CompanyId = null);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/sessions/{sessionId}/reservations", Handle)
            .Named("ReserveSeat", "Reserve a seat, or apply for one")
            .RequireAuthorization(Policy.CompanyOrOrganize)
            .Answers<ReservationView>(201)
            .Refuses(
                Refusals.NotFound,
                Refusals.Invalid,
                Refusals.CompanyNotVetted,
                Refusals.CertificateExpiresBeforeSession,
                Refusals.SessionFull,
                Refusals.AlreadyReserved,
                Refusals.SessionNotOnSale
            )
            .Example(new Request());

    static async Task<IResult> Handle(string sessionId, Request request, Caller caller, Database db)
    {
        var company = ActingCompany.Of(caller, request.CompanyId);
        if (company.Refused(out var refusal))
            return Answer.Refuse(refusal);
        return (await Execute(db, caller, company.Value, sessionId, caller.Now)).ToCreated(made =>
            $"/api/v1/reservations/{made.Id}"
        );
    }

    public static async Task<Outcome<ReservationView>> Execute(
        Database db,
        Caller caller,
        string companyId,
        string sessionId,
        Instant now
    )
    {
        if (!FullSessions.WasJustFull(sessionId, now))
        {
            using var turn = await db.Turn(sessionId);
            if (!FullSessions.WasJustFull(sessionId, now))
            {
                try
                {
                    return await Take(db, caller, companyId, sessionId, now);
                }
                catch (DatabaseUnavailableException)
                {
                    db.LetGo(sessionId); // Or those who wait would wait as long for theirs, one after the other.
                    throw;
                }
            }
        }
        return await FullSessions.Refuse(db, caller, sessionId, companyId) is { } full
            ? full
            : await Take(db, caller, companyId, sessionId, now);
    }

    static async Task<Outcome<ReservationView>> Take(
        Database db,
        Caller caller,
        string companyId,
        string sessionId,
        Instant now
    )
    {
        var outcome = await db.Write<ReservationView>(
            caller,
            async tx =>
            {
                if (await SessionTable.Lock(tx, sessionId) is not { } sale || sale.Status is SessionStatus.Draft)
                    return Refusals.NotFound;
                var room = await Room.Look(tx, sessionId, companyId, now);
                if (Admittance.Check(sale, room.Vetting, Zones.Today(now), now) is { } refusal)
                    return refusal;
                if (room.Own > room.OwnLapsed)
                    return Refusals.AlreadyReserved;

                if (room.Lapsed > 0 || room.Waiting > 0)
                {
                    // Expiry is right without any worker; and who waited has a freed seat before who comes now.
                    await ReservationEnd.ReleaseAndPromote(tx, sale, now);
                    if (await ReservationTable.LiveOf(tx, sessionId, companyId) is { } promoted)
                        return ReservationView.Of(promoted, now); // The company itself was the one who waited.
                    room = await Room.Look(tx, sessionId, companyId, now);
                }

                var applies = sale.Admission is Admission.Approval;
                Hold? hold = applies ? null : new Hold(Deadlines.OfHold(sale, tx.Settings, now));
                if (await ReservationTable.Add(tx, sale, companyId, hold, room.FirstFree, now) is not { } reservation)
                    return Refusals.SessionFull; // The race is lost here, in the schema.
                await tx.Send(applies ? Applied : Held, new Notice(reservation.Id), now);
                return ReservationView.Of(reservation, now);
            }
        );
        if (outcome.Refusal?.Is(Refusals.SessionFull) == true && !caller.Replayed)
        {
            FullSessions.Note(sessionId, now);
            db.LetGo(sessionId); // All together, so that they share a look.
        }
        return outcome;
    }
}
