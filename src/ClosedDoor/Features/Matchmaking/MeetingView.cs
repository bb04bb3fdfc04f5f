using System.Text.Json;
using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>A meeting as one who is in it, or an organizer, sees it.</summary>
/// <param name="CompanyName">The company.</param>
/// <param name="Guest">Without a name where the guest has not agreed to be named to companies.</param>
/// <param name="Said">
/// Who came, as the caller's own side has said; null until it says so. What the other side said shows in nothing but the status.
/// </param>
/// <param name="Frozen">It stays where it is, whatever is computed anew.</param>
/// <param name="Record">What was talked about; see RecordMeeting.</param>
/// <param name="Outcomes">How far the two have come.</param>
public sealed record MeetingView(
    string Id,
    string SessionId,
    string CompanyId,
    string CompanyName,
    MeetingGuestView Guest,
    Instant BeginsAt,
    Instant EndsAt,
    long Table,
    MeetingStatus Status,
    OwnWordView? Said,
    bool Frozen,
    MeetingRecord? Record,
    IReadOnlyList<OutcomeView> Outcomes,
    long Version
) : ITagged
{
    /// <summary>How often its time or table has changed, and when it last did: what its calendar entry goes by.</summary>
    [JsonIgnore]
    internal long Sequence { get; init; }

    [JsonIgnore]
    internal Instant ChangedAt { get; init; }

    [JsonIgnore]
    public string Tag => $"{Version}.{Outcomes.Sum(one => one.Version)}";

    /// <summary>
    /// Null when there is no such meeting or it is nothing to the caller. Of one that was dropped a company learns no name any
    /// more: the guest may have left, and the mail has told whom it was to be with.
    /// </summary>
    internal static async Task<MeetingView?> Find(Statements db, Caller caller, string meetingId)
    {
        if (await MeetingRow.Find(db, meetingId) is not { } row || row.SideOf(caller) is not { } side)
            return null;
        var view = (await Of(db, [row], row.SessionId, side))[0];
        return side is MeetingSide.Company && row.State is MeetingStatus.Dropped
            ? view with
            {
                Guest = view.Guest with { Name = null, Unit = null },
            }
            : view;
    }

    internal static async Task<List<MeetingView>> Of(
        Statements db,
        IReadOnlyList<MeetingRow> rows,
        string sessionId,
        MeetingSide side
    )
    {
        var agreed = await GuestNames.Agreed(db, sessionId);
        // A company that has given up its seat learns no names any more.
        var seated = (
            await db.All<string>(
                $"SELECT company_id FROM reservation WHERE session_id = @sessionId AND {ReservationStates.Comes}",
                new { sessionId }
            )
        ).ToHashSet();
        var guests = (
            await db.All<InvitationRow>(
                $"{InvitationRow.Select} WHERE invitation.session_id = @sessionId",
                new { sessionId }
            )
        ).ToDictionary(row => row.Id);
        var outcomes = (await OutcomeRow.Of(db, sessionId)).ToLookup(row => row.MeetingId);
        return
        [
            .. rows.Select(row => new MeetingView(
                row.Id,
                row.SessionId,
                row.CompanyId,
                row.CompanyName,
                MeetingGuestView.Of(
                    guests[row.InvitationId],
                    side is not MeetingSide.Company
                        || seated.Contains(row.CompanyId)
                            && GuestNames.ToldToCompanies(guests[row.InvitationId], agreed.Contains(row.InvitationId))
                ),
                row.BeginsAt,
                row.EndsAt,
                row.TableNumber,
                row.State,
                row.SaidBy(side) is { } said ? new(said.Company, said.Guest) : null,
                row.Frozen == 1,
                row.Record is null ? null : JsonSerializer.Deserialize<MeetingRecord>(row.Record, Json.Options),
                [.. outcomes[row.Id].Select(OutcomeView.Of)],
                row.Version
            )
            {
                Sequence = row.Sequence,
                ChangedAt = row.ChangedAt,
            }),
        ];
    }
}

/// <summary>Who came to a meeting, as one side says.</summary>
public sealed record OwnWordView(bool Company, bool Guest);

/// <param name="HospitalTier">三级甲等; null for those who come for no hospital.</param>
public sealed record MeetingGuestView(
    string InvitationId,
    GuestKind Kind,
    string? Specialty,
    Text? HospitalTier,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Unit
)
{
    internal static MeetingGuestView Of(InvitationRow row, bool named) =>
        new(row.Id, row.GuestKind, row.Specialty, row.Hospital?.Tier, named ? row.Name : null, named ? row.Unit : null);

    /// <summary>As a list of meetings names the guest.</summary>
    [JsonIgnore]
    public Text Label =>
        Name is { Length: > 0 } name ? new($"{name}（{Unit}）", $"{name} ({Unit})")
        : HospitalTier is { } tier ? new($"{tier.Zh}医院嘉宾", $"guest of a hospital rated {tier.En}")
        : new("嘉宾", "guest");
}
