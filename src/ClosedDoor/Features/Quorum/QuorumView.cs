using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.Quorum;

/// <summary>What a session needs of people, and what it has by now.</summary>
/// <param name="Pending">Guests who are asked and have not answered.</param>
/// <param name="Uncounted">Guests who accepted and do not count yet, such as officials without approval on file.</param>
/// <param name="Missing">What keeps the session from being confirmed; empty when nothing does.</param>
public sealed record QuorumView(
    string SessionId,
    QuorumRule Needs,
    QuorumCount Has,
    long Pending,
    long Uncounted,
    IReadOnlyList<Text> Missing,
    Instant DeadlineAt,
    Instant? WarnedAt,
    Instant? ConfirmedAt,
    long Version
) : ITagged
{
    [JsonIgnore]
    public string Tag =>
        $"{Version}.{Has.Hospitals}.{Has.Experts}.{Has.Companies}.{Pending}.{Uncounted}{(WarnedAt is null ? "" : ".w")}";

    internal static async Task<QuorumView> Of(Statements db, string sessionId, Settings settings)
    {
        var row = await QuorumRow.Of(db, sessionId, settings);
        var list = await InvitationRow.Of(db, sessionId);
        var has = await Count(db, sessionId, list);
        return new(
            sessionId,
            row.Rule,
            has,
            list.Count(one => one.State.AwaitsReply()),
            list.Count(one => one.State is InvitationStatus.Accepted && one.DoesNotCount is not null),
            row.Rule.Missing(has),
            row.DeadlineAt,
            row.WarnedAt,
            row.ConfirmedAt,
            row.Version
        );
    }

    /// <summary>Derived from the rows every time: no number is kept beside what it counts.</summary>
    internal static async Task<QuorumCount> Count(Statements db, string sessionId, List<InvitationRow> list)
    {
        var come = list.Where(one => one.State is InvitationStatus.Accepted && one.DoesNotCount is null).ToList();
        return new(
            come.Where(one => one.GuestKind is GuestKind.HospitalDirector)
                .Select(one => one.HospitalId)
                .Distinct()
                .Count(),
            come.Count(one => one.GuestKind is not GuestKind.HospitalDirector),
            await db.Get<long>(
                $"SELECT COUNT(*) FROM reservation WHERE session_id = @sessionId AND {ReservationStates.Sure}",
                new { sessionId }
            )
        );
    }
}
