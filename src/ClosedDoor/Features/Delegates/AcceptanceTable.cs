using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Delegates;

/// <summary>Every acceptance of an agreement. None is ever changed or taken back.</summary>
static class AcceptanceTable
{
    /// <summary>Accepting twice is accepting once: the first time counts.</summary>
    public static async Task Accept(Tx tx, string sessionId, string delegateId, Agreement agreement, Instant now)
    {
        var added = await tx.Execute(
            """
            INSERT INTO delegate_acceptance (delegate_id, kind, version, text_sha256, accepted_at)
            VALUES (@delegateId, @Kind, @Version, @Sha256, @now)
            ON CONFLICT DO NOTHING
            """,
            new
            {
                delegateId,
                Kind = agreement.Kind.Word(),
                Version = (long)agreement.Version,
                agreement.Sha256,
                now,
            }
        );
        if (added == 1)
            await tx.Record(
                now,
                new Change(
                    sessionId,
                    "agreement.accepted",
                    delegateId,
                    After: new
                    {
                        agreement.Kind,
                        agreement.Version,
                        agreement.Sha256,
                    }
                )
            );
    }
}
