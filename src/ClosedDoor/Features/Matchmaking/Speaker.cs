using ClosedDoor.Domain;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>Somebody who may say what matters for the timetable: a company with a confirmed seat, or a guest who comes.</summary>
/// <param name="Side">Company or guest.</param>
/// <param name="Id">The company, or the invitation.</param>
sealed record Speaker(MeetingSide Side, string SessionId, string Id)
{
    public static async Task<Outcome<Speaker>> OfCompany(Tx tx, Caller caller, string reservationId)
    {
        if (await ReservationTable.Lock(tx, reservationId, caller.MaySee) is not var (reservation, _))
            return Refusals.NotFound;
        return reservation.State is ReservationStatus.Confirmed
            ? new Speaker(MeetingSide.Company, reservation.SessionId, reservation.CompanyId)
            : Refusals.WrongReservationStatus;
    }

    public static async Task<Outcome<Speaker>> OfGuest(Tx tx, Caller caller)
    {
        if (await InvitationTable.Lock(tx, caller.LinkTo(LinkPurpose.Invitation)!) is not var (row, _))
            return Refusals.NotFound;
        return row.State is InvitationStatus.Accepted
            ? new Speaker(MeetingSide.Guest, row.SessionId, row.Id)
            : Refusals.WrongInvitationStatus;
    }
}
