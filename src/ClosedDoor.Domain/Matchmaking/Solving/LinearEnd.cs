namespace ClosedDoor.Domain;

/// <summary>How a linear programme ended.</summary>
enum LinearEnd
{
    Optimal,
    Infeasible,
    Stopped,
}
