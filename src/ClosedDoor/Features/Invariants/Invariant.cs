namespace ClosedDoor.Features.Invariants;

/// <summary>
/// Something that is always true of the data, whoever did what in whatever order.
/// </summary>
/// <param name="Name">What is true, in words joined by underscores.</param>
/// <param name="Offenders">
/// One SELECT with one column of ids: of what breaks it. One statement, so that it sees one state of the database even
/// while others write; <c>@now</c> is the present.
/// </param>
public sealed record Invariant(string Name, string Offenders);

/// <summary>All that there are. A folder of queries: a new one joins its area's list.</summary>
static class Invariants
{
    public static IReadOnlyList<Invariant> All { get; } =
    [
        .. SeatInvariants.All,
        .. WaitlistInvariants.All,
        .. PaymentInvariants.All,
        .. GuestInvariants.All,
        .. DoorInvariants.All,
        .. MatchmakingInvariants.All,
        .. PlatformInvariants.All,
    ];
}
