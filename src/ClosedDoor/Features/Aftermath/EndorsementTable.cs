using System.Security.Cryptography;
using System.Text;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Aftermath;

/// <summary>Every change to endorsements (背书). What is said is never changed: another wording is another endorsement.</summary>
static class EndorsementTable
{
    public static async Task Add(Tx tx, EndorsementRow row, Instant now)
    {
        await tx.Execute(
            """
            INSERT INTO endorsement (id, session_id, invitation_id, company_id, statement, statement_sha256, recorded_by, recorded_at, version)
            VALUES (@Id, @SessionId, @InvitationId, @CompanyId, @Statement, @StatementSha256, @RecordedBy, @RecordedAt, 1)
            """,
            row
        );
        await tx.Record(
            now,
            new Change(
                row.SessionId,
                "endorsement.recorded",
                row.Id,
                After: new
                {
                    row.InvitationId,
                    row.CompanyId,
                    row.StatementSha256,
                }
            )
        );
    }

    /// <summary>The guest is forgotten: whatever was consented to counts no more.</summary>
    public static async Task WithdrawAll(Tx tx, string sessionId, string invitationId, Instant now)
    {
        var withdrawn = await tx.Execute(
            """
            UPDATE endorsement SET withdrawn_at = @now, version = version + 1
            WHERE invitation_id = @invitationId AND consented_at IS NOT NULL AND withdrawn_at IS NULL
            """,
            new { invitationId, now }
        );
        if (withdrawn > 0)
            await tx.Record(now, new Change(sessionId, "endorsement.all_withdrawn", invitationId));
    }

    /// <summary>The guest consents, or takes it back as easily. False when that is how it stands already.</summary>
    public static async Task<bool> Consent(Tx tx, EndorsementRow row, bool given, Instant now)
    {
        var changed = await tx.Execute(
            given
                ? "UPDATE endorsement SET consented_at = @now, withdrawn_at = NULL, version = version + 1 WHERE id = @Id AND (consented_at IS NULL OR withdrawn_at IS NOT NULL)"
                : "UPDATE endorsement SET withdrawn_at = @now, version = version + 1 WHERE id = @Id AND withdrawn_at IS NULL",
            new { row.Id, now }
        );
        if (changed == 1)
            await tx.Record(
                now,
                new Change(
                    row.SessionId,
                    given ? "endorsement.consented" : "endorsement.withdrawn",
                    row.Id,
                    After: new { row.StatementSha256 }
                )
            );
        return changed == 1;
    }

    public static string HashOf(string statement) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(statement)));
}

sealed record EndorsementRow
{
    public string Id { get; init; } = "";
    public string SessionId { get; init; } = "";
    public string InvitationId { get; init; } = "";
    public string CompanyId { get; init; } = "";
    public string Statement { get; init; } = "";
    public string StatementSha256 { get; init; } = "";
    public string RecordedBy { get; init; } = "";
    public Instant RecordedAt { get; init; }
    public Instant? ConsentedAt { get; init; }
    public Instant? WithdrawnAt { get; init; }
    public long Version { get; init; } = 1;

    public const string Select = """
        SELECT id, session_id, invitation_id, company_id, statement, statement_sha256, recorded_by, recorded_at,
            consented_at, withdrawn_at, version
        FROM endorsement
        """;
}
