namespace ClosedDoor.Features.Matchmaking;

/// <summary>In which part somebody has to do with a meeting.</summary>
public enum MeetingSide
{
    Company,
    Guest,
    Organizer,
}
