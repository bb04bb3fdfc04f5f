using ClosedDoor.Domain;
using ClosedDoor.Features.Matchmaking;
using ClosedDoor.Features.Payments;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Tests.Given;

namespace ClosedDoor.Tests.Races;

/// <summary>As <see cref="Unguarded"/>, for timetables and what follows from them.</summary>
static class UnguardedMeetings
{
    /// <summary>Adds the meetings of a reviewed timetable whose companies all had their seats when it looked.</summary>
    /// <param name="host">The service.</param>
    /// <param name="sessionId">The session.</param>
    /// <param name="timetableId">Reviewed.</param>
    /// <param name="meet">Where those who have looked wait for each other.</param>
    /// <param name="leaves">Gives up <paramref name="seat"/> once it has looked; null: nobody does.</param>
    /// <param name="seat">A reservation.</param>
    public static Task<bool> Publish(
        TestHost host,
        string sessionId,
        string timetableId,
        Rendezvous meet,
        ApiClient? leaves = null,
        string? seat = null
    ) =>
        Unguarded.CheckThenAct(
            host,
            meet,
            async read =>
            {
                var seen = (await TimetableRow.Find(read, timetableId))!;
                if (leaves is not null)
                    (await leaves.Cancel(seat!)).Expect(200);
                return seen;
            },
            seen => seen.State is TimetableStatus.Reviewed,
            async (tx, seen) =>
            {
                foreach (var one in TimetablePlan.FromStored(seen.Plan).Meetings)
                    await tx.Execute(
                        """
                        INSERT INTO meeting (id, session_id, company_id, invitation_id, begins_at, ends_at, table_number, status,
                            frozen, sequence, changed_at, version)
                        VALUES (@id, @sessionId, @CompanyId, @InvitationId, @Slot, @Slot + 1, @Table, 'planned', 0, 0, 1, 1)
                        """,
                        new
                        {
                            id = TypeId.New("mtg", host.Time.Now),
                            sessionId,
                            one.CompanyId,
                            one.InvitationId,
                            Slot = (long)one.Slot,
                            Table = (long)one.Table,
                        }
                    );
            }
        );

    /// <summary>Leaves one meeting in a timetable that was nobody's appointment yet when it looked.</summary>
    public static Task<bool> Edit(TestHost host, string timetableId, Rendezvous meet) =>
        Unguarded.CheckThenAct(
            host,
            meet,
            async read => (await TimetableRow.Find(read, timetableId))!,
            seen => seen.State is TimetableStatus.Draft or TimetableStatus.Reviewed,
            (tx, seen) =>
            {
                var plan = TimetablePlan.FromStored(seen.Plan);
                return tx.Execute(
                    "UPDATE timetable SET plan = @Fewer, edited = 1 WHERE id = @timetableId",
                    new { timetableId, Fewer = (plan with { Meetings = [plan.Meetings[0]] }).ToStored() }
                );
            }
        );

    /// <summary>Adds a draft under the number after the last that it saw.</summary>
    public static Task<bool> Draft(TestHost host, string sessionId, Rendezvous meet) =>
        Unguarded.CheckThenAct(
            host,
            meet,
            read =>
                read.Get<long>(
                    "SELECT COALESCE(MAX(number), 0) FROM timetable WHERE session_id = @sessionId",
                    new { sessionId }
                ),
            _ => true,
            (tx, last) =>
                tx.Execute(
                    """
                    INSERT INTO timetable (id, session_id, number, status, plan, edited, made_by, created_at, version)
                    VALUES (@id, @sessionId, @number, 'draft', '{}', 0, 'test', 1, 1)
                    """,
                    new
                    {
                        id = TypeId.New("ttb", host.Time.Now),
                        sessionId,
                        number = last + 1,
                    }
                )
        );

    /// <summary>Credits a company that had no credit yet when it looked.</summary>
    public static Task<bool> Credit(TestHost host, string sessionId, string companyId, long amount, Rendezvous meet) =>
        Unguarded.CheckThenAct(
            host,
            meet,
            read =>
                read.Get<long>(
                    "SELECT COUNT(*) FROM meeting_credit WHERE session_id = @sessionId AND company_id = @companyId",
                    new { sessionId, companyId }
                ),
            credits => credits == 0,
            async (tx, _) =>
            {
                await tx.Execute(
                    """
                    INSERT INTO meeting_credit (session_id, company_id, missing, amount, granted_by, granted_at)
                    VALUES (@sessionId, @companyId, 1, @amount, 'test', 1)
                    """,
                    new
                    {
                        sessionId,
                        companyId,
                        amount,
                    }
                );
                var paymentId = await tx.Get<string>(
                    "SELECT id FROM payment WHERE session_id = @sessionId AND company_id = @companyId AND status = 'confirmed'",
                    new { sessionId, companyId }
                );
                await Refunding.Request(
                    tx,
                    await PaymentTable.Get(tx, paymentId),
                    new(amount, RefundCause.Goodwill),
                    host.Time.Now
                );
            }
        );

    /// <summary>Says yes to an outcome that was there when it looked.</summary>
    public static Task<bool> ConfirmOutcome(TestHost host, string meetingId, string stage, Rendezvous meet) =>
        Unguarded.CheckThenAct(
            host,
            meet,
            read => OutcomeRow.Find(read, meetingId, stage),
            seen => seen is not null,
            (tx, seen) =>
                tx.Execute("UPDATE meeting_outcome SET guest_confirmed_at = 1 WHERE id = @Id", new { seen!.Id })
        );

    /// <summary>Takes back an outcome that nobody else had said yes to when it looked.</summary>
    public static Task<bool> WithdrawOutcome(TestHost host, string meetingId, string stage, Rendezvous meet) =>
        Unguarded.CheckThenAct(
            host,
            meet,
            read => OutcomeRow.Find(read, meetingId, stage),
            seen => seen is { GuestConfirmedAt: null },
            (tx, seen) => tx.Execute("DELETE FROM meeting_outcome WHERE id = @Id", new { seen!.Id })
        );
}
