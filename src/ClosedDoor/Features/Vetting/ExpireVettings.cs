using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Vetting;

/// <summary>
/// Ends approvals whose last day has passed, one a transaction, and has their companies told. No seat depends on it:
/// whoever asks compares the day. Several instances may run it at once: the state in WHERE lets each approval end once.
/// </summary>
public sealed class ExpireVettings(Database database)
{
    public const string Expired = "vetting.expired.v1";

    const string Actor = "job:expire-vettings";

    /// <returns>How many approvals ended.</returns>
    public async Task<int> RunOnce(Instant now)
    {
        var today = Zones.Today(now);
        var over = await database.Read(db =>
            db.All<string>(
                """
                SELECT id FROM vetting WHERE status = 'approved' AND valid_through < @today
                ORDER BY valid_through, id LIMIT 200
                """,
                new { today }
            )
        );
        var ended = 0;
        foreach (var id in over)
            ended += await database.Write(Actor, async tx => await Expire(tx, id, today, now) ? 1 : 0);
        return ended;
    }

    static async Task<bool> Expire(Tx tx, string id, LocalDate today, Instant now)
    {
        if (await VettingTable.Lock(tx, id) is not { } row || !row.HasRunOut(today))
            return false;
        var decision = new VettingTable.Decision(row.ReasonToExpire, row.Note);
        if (await VettingTable.Transition(tx, row, VettingTrigger.Expire, now, decision) is null)
            return false;
        await tx.Send(Expired, new Notice(id), now);
        return true;
    }
}
