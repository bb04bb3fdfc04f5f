using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>Every change to what companies are credited for meetings that they did not have.</summary>
static class MeetingCreditTable
{
    /// <summary>False when the company has its credit for this session already.</summary>
    public static async Task<bool> Add(
        Tx tx,
        string sessionId,
        string companyId,
        long missing,
        long amount,
        Instant now
    )
    {
        var added = await tx.Execute(
            """
            INSERT INTO meeting_credit (session_id, company_id, missing, amount, granted_by, granted_at)
            VALUES (@sessionId, @companyId, @missing, @amount, @Actor, @now)
            ON CONFLICT (session_id, company_id) DO NOTHING
            """,
            new
            {
                sessionId,
                companyId,
                missing,
                amount,
                tx.Actor,
                now,
            }
        );
        if (added == 1)
            await tx.Record(
                now,
                new Change(sessionId, "meeting_credit.granted", companyId, After: new { missing, amount })
            );
        return added == 1;
    }
}
