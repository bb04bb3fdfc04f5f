using ClosedDoor.Tests.Given;

namespace ClosedDoor.Tests.Races;

/// <summary>As <see cref="Unguarded"/>, for consultations and their drafts.</summary>
static class UnguardedConsultations
{
    /// <summary>Writes the consultation back as it saw it, in a slot that it saw free.</summary>
    /// <param name="host">The service.</param>
    /// <param name="id">Booked.</param>
    /// <param name="slotId">Of the same session.</param>
    /// <param name="meet">Where those who have looked wait for each other.</param>
    /// <param name="meanwhile">Done once it has looked; null: nothing.</param>
    public static Task<bool> Move(
        TestHost host,
        string id,
        string slotId,
        Rendezvous meet,
        Func<Task>? meanwhile = null
    ) =>
        Unguarded.CheckThenAct(
            host,
            meet,
            async read =>
            {
                var status = await read.Get<string>("SELECT status FROM consultation WHERE id = @id", new { id });
                var taken = await read.Get<long>(
                    "SELECT COUNT(*) FROM consultation WHERE slot_id = @slotId AND status IN ('booked', 'finished')",
                    new { slotId }
                );
                if (meanwhile is not null)
                    await meanwhile();
                return (status, taken);
            },
            seen => seen is ("booked", 0),
            (tx, seen) =>
                tx.Execute(
                    "UPDATE consultation SET slot_id = @slotId, status = @status WHERE id = @id",
                    new
                    {
                        id,
                        slotId,
                        seen.status,
                    }
                )
        );

    /// <summary>Adds the version after the newest that it saw.</summary>
    public static Task<bool> WriteDraft(TestHost host, string id, Rendezvous meet) =>
        Unguarded.CheckThenAct(
            host,
            meet,
            read => read.Get<long>("SELECT drafts FROM consultation WHERE id = @id", new { id }),
            _ => true,
            async (tx, drafts) =>
            {
                await tx.Execute(
                    """
                    INSERT INTO cooperation_draft (consultation_id, number, draft, findings, blocked, written_by, written_at)
                    VALUES (@id, @number, '{}', '[]', 0, 'test', 1)
                    """,
                    new { id, number = drafts + 1 }
                );
                await tx.Execute(
                    "UPDATE consultation SET drafts = @number WHERE id = @id",
                    new { id, number = drafts + 1 }
                );
            }
        );

    /// <summary>Ends the talk in the newest draft, if nothing blocked the one that it saw.</summary>
    /// <param name="host">The service.</param>
    /// <param name="id">Booked, with a draft.</param>
    /// <param name="meanwhile">Done once it has looked.</param>
    public static Task<bool> Finish(TestHost host, string id, Func<Task> meanwhile) =>
        Unguarded.CheckThenAct(
            host,
            new Rendezvous(1),
            async read =>
            {
                var blocked = await Blocked(read.Get<long>, id);
                await meanwhile();
                return blocked;
            },
            blocked => blocked == 0,
            (tx, _) =>
                tx.Execute("UPDATE consultation SET status = 'finished', finished_at = 1 WHERE id = @id", new { id })
        );

    /// <summary>1 when a legal rule blocks the newest draft, or 0.</summary>
    public static Task<long> Blocked(Func<string, object?, Task<long>> get, string id) =>
        get(
            """
            SELECT blocked FROM cooperation_draft JOIN consultation ON consultation.id = consultation_id AND drafts = number
            WHERE consultation_id = @id
            """,
            new { id }
        );
}
