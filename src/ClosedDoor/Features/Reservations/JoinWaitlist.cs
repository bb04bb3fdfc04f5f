using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Reservations;

/// <summary>Puts a vetted company on the waitlist of a full session.</summary>
public static class JoinWaitlist
{
    public sealed record Request(string? CompanyId = null);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/sessions/{sessionId}/waitlist", Handle)
            .Named("JoinWaitlist", "Join the waitlist of a full session")
            .RequireAuthorization(Policy.CompanyOrOrganize)
            .Answers<WaitlistView>(201)
            .Refuses(
                Refusals.NotFound,
                Refusals.Invalid,
                Refusals.CompanyNotVetted,
                Refusals.CertificateExpiresBeforeSession,
                Refusals.AlreadyReserved,
                Refusals.AlreadyWaiting,
                Refusals.SeatsAvailable,
                Refusals.AdmissionByApproval,
                Refusals.SessionNotOnSale
            )
            .Example(new Request());

    static async Task<IResult> Handle(string sessionId, Request? request, Caller caller, Database db)
    {
        var company = ActingCompany.Of(caller, request?.CompanyId);
        if (company.Refused(out var refusal))
            return Answer.Refuse(refusal);
        return (await Execute(db, caller, company.Value, sessionId, caller.Now)).ToCreated(entry =>
            $"/api/v1/waitlist/{entry.Id}"
        );
    }

    public static Task<Outcome<WaitlistView>> Execute(
        Database db,
        Caller caller,
        string companyId,
        string sessionId,
        Instant now
    ) =>
        db.Write<WaitlistView>(
            caller,
            async tx =>
            {
                if (await SessionTable.Lock(tx, sessionId) is not { } sale || sale.Status is SessionStatus.Draft)
                    return Refusals.NotFound;
                var room = await Room.Look(tx, sessionId, companyId, now);
                if (Admittance.Check(sale, room.Vetting, Zones.Today(now), now) is { } refusal)
                    return refusal;
                if (sale.Admission is Admission.Approval)
                    return Refusals.AdmissionByApproval; // There the applications are the queue, and the organizer decides.
                if (room.Lapsed > 0)
                {
                    await ReservationEnd.ReleaseAndPromote(tx, sale, now);
                    room = await Room.Look(tx, sessionId, companyId, now);
                }
                if (room.Own > 0)
                    return Refusals.AlreadyReserved;
                if (room.OwnWaiting > 0)
                    return Refusals.AlreadyWaiting;
                if (room.FirstFree is not null)
                    return Refusals.SeatsAvailable;

                var entry = await WaitlistTable.Add(tx, sessionId, companyId, now);
                return new WaitlistView(
                    entry.Id,
                    sessionId,
                    companyId,
                    room.Waiting + 1,
                    WaitlistStatus.Waiting,
                    null,
                    now,
                    entry.Version
                );
            }
        );
}

/// <param name="ReservationId">The seat that a promoted company got.</param>
/// <param name="Position">1 for the company that moves up next; null once it no longer waits.</param>
public sealed record WaitlistView(
    string Id,
    string SessionId,
    string CompanyId,
    long? Position,
    WaitlistStatus Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ReservationId,
    Instant CreatedAt,
    long Version
) : ITagged
{
    [JsonIgnore]
    public string Tag => $"{Version}.{Position}";
}
