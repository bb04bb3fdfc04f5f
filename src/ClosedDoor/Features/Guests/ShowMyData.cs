using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Guests;

/// <summary>A copy of all that is kept about a guest, by the guest's own link (PIPL §45).</summary>
public static class ShowMyData
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/invitation/data", async (Caller caller, Database db) => (await Execute(db, caller)).ToOk())
            .Named("ShowMyData", "Copy all that is kept about the guest")
            .RequireAuthorization(Policy.Invited)
            .Answers<MyDataView>()
            .Refuses(Refusals.NotFound);

    public static async Task<Outcome<MyDataView>> Execute(Database db, Caller caller) =>
        await db.Read(read => Find(read, caller)) is { } data ? data : Refusals.NotFound;

    internal static async Task<MyDataView?> Find(Statements db, Caller caller)
    {
        if (
            await InvitationRow.Find(db, caller.LinkTo(LinkPurpose.Invitation)!) is not { } own
            || await GuestView.Find(db, own.GuestId) is not { } guest
        )
            return null;
        var invitations = await db.All<InvitationRow>(
            $"{InvitationRow.Select} WHERE invitation.guest_id = @GuestId ORDER BY invitation.id",
            new { own.GuestId }
        );
        var consents = await db.All<ConsentRow>(
            """
            SELECT consent.invitation_id, consent.kind, consent.text_version, consent.text_sha256, consent.given_at,
                consent.withdrawn_at
            FROM consent JOIN invitation ON invitation.id = consent.invitation_id
            WHERE invitation.guest_id = @GuestId ORDER BY consent.given_at, consent.id
            """,
            new { own.GuestId }
        );
        return new(
            guest.Kind,
            guest.Name,
            guest.Post,
            guest.Title,
            guest.Specialty,
            guest.Unit,
            guest.Phone,
            guest.Email,
            guest.CreatedAt,
            await GuestRecords.Of(db, own.GuestId),
            [
                .. invitations.Select(row => new MyPastView(
                    row.Id,
                    row.SessionId,
                    row.State,
                    row.Note,
                    DayPart.FromStored(row.Availability),
                    row.ApprovalName,
                    row.InvitedAt,
                    row.OpenedAt,
                    row.RepliedAt,
                    [
                        .. consents
                            .Where(one => one.InvitationId == row.Id)
                            .Select(one => new GivenConsentView(
                                Words.Parse<ConsentKind>(one.Kind),
                                one.TextVersion,
                                one.TextSha256,
                                one.GivenAt,
                                one.WithdrawnAt
                            )),
                    ]
                )),
            ],
            guest.Version
        );
    }
}

/// <summary>All that is kept about a guest.</summary>
public sealed record MyDataView(
    GuestKind Kind,
    string Name,
    Post? Post,
    Title? Title,
    string? Specialty,
    string Unit,
    string? Phone,
    string? Email,
    Instant CreatedAt,
    MyRecords Records,
    IReadOnlyList<MyPastView> Invitations,
    long Version
) : ITagged
{
    [JsonIgnore]
    public string Tag => ContentTag.Of(Version, this);
}

/// <summary>One invitation of the guest's, and what was agreed to.</summary>
public sealed record MyPastView(
    string InvitationId,
    string SessionId,
    InvitationStatus Status,
    string? Note,
    IReadOnlyList<DayPart>? Availability,
    string? ApprovalFile,
    Instant? InvitedAt,
    Instant? OpenedAt,
    Instant? RepliedAt,
    IReadOnlyList<GivenConsentView> Consents
);

public sealed record GivenConsentView(
    ConsentKind Kind,
    string TextVersion,
    string TextSha256,
    Instant GivenAt,
    Instant? WithdrawnAt
);
