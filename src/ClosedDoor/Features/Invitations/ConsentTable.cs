using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Invitations;

/// <summary>Every change to consents. A row is never rewritten but for the time of its withdrawal.</summary>
static class ConsentTable
{
    /// <summary>False when it stands already: given twice at once, it is given once.</summary>
    public static async Task<bool> Give(Tx tx, InvitationRow row, ConsentText text, Instant now)
    {
        var id = TypeId.New("cns", now);
        var given = await tx.Execute(
            """
            INSERT INTO consent (id, invitation_id, kind, text_version, text_sha256, given_at)
            VALUES (@id, @InvitationId, @Kind, @Version, @Sha256, @now)
            ON CONFLICT DO NOTHING
            """,
            new
            {
                id,
                InvitationId = row.Id,
                Kind = text.Kind.Word(),
                text.Version,
                text.Sha256,
                now,
            }
        );
        if (given == 1)
            await tx.Record(
                now,
                new Change(
                    row.SessionId,
                    "consent.given",
                    id,
                    After: new
                    {
                        invitation = row.Id,
                        kind = text.Kind.Word(),
                        text.Version,
                        text.Sha256,
                    }
                )
            );
        return given == 1;
    }

    /// <summary>False when there was none.</summary>
    public static async Task<bool> Withdraw(Tx tx, InvitationRow row, ConsentKind kind, Instant now)
    {
        var withdrawn = await tx.Execute(
            "UPDATE consent SET withdrawn_at = @now WHERE invitation_id = @Id AND kind = @Kind AND withdrawn_at IS NULL",
            new
            {
                row.Id,
                Kind = kind.Word(),
                now,
            }
        );
        if (withdrawn == 1)
            await tx.Record(now, new Change(row.SessionId, "consent.withdrawn", row.Id, new { kind = kind.Word() }));
        return withdrawn == 1;
    }
}

sealed record ConsentRow
{
    public string InvitationId { get; init; } = "";
    public string Kind { get; init; } = "";
    public string TextVersion { get; init; } = "";
    public string TextSha256 { get; init; } = "";
    public Instant GivenAt { get; init; }
    public Instant? WithdrawnAt { get; init; }

    public static Task<List<ConsentRow>> Of(Statements db, string invitationId) =>
        db.All<ConsentRow>(
            """
            SELECT invitation_id, kind, text_version, text_sha256, given_at, withdrawn_at FROM consent
            WHERE invitation_id = @invitationId ORDER BY given_at, id
            """,
            new { invitationId }
        );
}
