using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.Invitations;

/// <summary>An invitation as organizers see it.</summary>
/// <param name="Counts">Whether it counts towards the session's quorum: accepted, through the gate, and approved where that is needed.</param>
/// <param name="Missing">What keeps an accepted invitation from counting.</param>
/// <param name="SubstituteFor">Whose place this one takes first; null for a first choice and for a substitute for anyone.</param>
/// <param name="Note">Why it was declined or withdrawn, as it was said.</param>
/// <param name="ApprovalFile">The name of the unit's approval on file.</param>
/// <param name="Released">Whether this official's name is shown to the companies that come.</param>
public sealed record InvitationView(
    string Id,
    string SessionId,
    string GuestId,
    GuestKind Kind,
    string Name,
    string Unit,
    long Number,
    InvitationStatus Status,
    bool Counts,
    Text? Missing,
    string? SubstituteFor,
    string? Note,
    IReadOnlyList<DayPart>? Availability,
    string? ApprovalFile,
    bool Released,
    Instant? InvitedAt,
    Instant? OpenedAt,
    Instant? RepliedAt,
    Instant? RemindedAt,
    long Version
) : ITagged
{
    [JsonIgnore]
    public string Tag => $"{Version}.{(Counts ? "c" : "n")}";

    internal static async Task<InvitationView?> Find(Statements db, string id) =>
        await InvitationRow.Find(db, id) is { } row ? Of(row) : null;

    internal static InvitationView Of(InvitationRow row)
    {
        var missing = row.State is InvitationStatus.Accepted ? row.DoesNotCount : null;
        return new(
            row.Id,
            row.SessionId,
            row.GuestId,
            row.GuestKind,
            row.Name,
            row.Unit,
            row.Number,
            row.State,
            row.State is InvitationStatus.Accepted && missing is null,
            missing?.Detail,
            row.SubstituteFor,
            row.Note,
            DayPart.FromStored(row.Availability),
            row.ApprovalName,
            row.ReleasedAt is not null,
            row.InvitedAt,
            row.OpenedAt,
            row.RepliedAt,
            row.RemindedAt,
            row.Version
        );
    }
}
