using ClosedDoor.Domain;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Platform.Data;

namespace ClosedDoor.Features.Quorum;

/// <summary>Who is on a session's list, and how many may be. The caller holds the session's row.</summary>
sealed record PlacesTaken(IReadOnlyList<InvitationRow> Rows, IReadOnlyList<Invitee> List, QuorumRule Rule)
{
    public static async Task<PlacesTaken> Of(Tx tx, string sessionId)
    {
        var rows = await InvitationRow.Of(tx, sessionId);
        return new(
            rows,
            rows.ConvertAll(row => row.ToInvitee()),
            (await QuorumRow.Of(tx, sessionId, tx.Settings)).Rule
        );
    }

    /// <summary>Null when there is a place for the guest.</summary>
    public Refusal? Refuse(Invitee guest) => GuestPlaces.Refuse(guest, List, Rule);
}
