using ClosedDoor.Domain;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>In which part somebody has to do with a meeting.</summary>
public enum MeetingSide
{
    Company,
    Guest,
    Organizer,
}

static class Sides
{
    /// <summary>Null for everyone whom the meeting does not concern.</summary>
    public static MeetingSide? Of(Caller caller, MeetingRow row) =>
        caller.IsOrganizer ? MeetingSide.Organizer
        : caller.CompanyId == row.CompanyId ? MeetingSide.Company
        : caller.LinkTo(LinkPurpose.Invitation) == row.InvitationId ? MeetingSide.Guest
        : null;
}
