using ClosedDoor.Domain;
using ClosedDoor.Features.Door;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Delegates;

/// <summary>Every change to delegates. Whoever changes them holds the session's row.</summary>
static class DelegateTable
{
    public const string Approved = "delegate.approved.v1";
    public const string Refused = "delegate.refused.v1";

    /// <summary>To the company, without a name: one of its people has erased the own data and does not come.</summary>
    public const string Left = "delegate.left.v1";

    /// <summary>
    /// Makes the list what <paramref name="delegates"/> say. Who stays (by name and phone) keeps id, vetting and what he
    /// or she accepted; who is new is pending; who goes is forgotten, with every link. Afterwards
    /// <see cref="KnownTokens.Forget"/>: links also end where an e-mail address is corrected.
    /// </summary>
    /// <returns>The list as it now is; null when somebody would go who has checked in.</returns>
    public static async Task<List<DelegateRow>?> Replace(
        Tx tx,
        ReservationRow reservation,
        IReadOnlyList<DelegateRow> delegates,
        Instant now
    )
    {
        var before = await DelegateRow.Of(tx, reservation.Id);
        var stay = before.Where(old => delegates.Any(old.IsSamePerson)).ToList();
        foreach (var gone in before.Except(stay))
        {
            if (await WasIn(tx, reservation, gone))
                return null;
            await Remove(tx, gone, now);
        }
        // Out of each other's way first: of two who change places, one would stand where the other still is.
        await tx.Execute("UPDATE delegate SET number = -number WHERE reservation_id = @Id", new { reservation.Id });

        var after = new List<DelegateRow>();
        foreach (var person in delegates)
        {
            var number = after.Count + 1L;
            if (stay.Find(person.IsSamePerson) is { } old)
            {
                after.Add(
                    old with
                    {
                        Number = number,
                        JobTitle = person.JobTitle,
                        Email = person.Email,
                        Version = old.Version + 1,
                    }
                );
                await tx.Execute(
                    "UPDATE delegate SET number = @Number, job_title = @JobTitle, email = @Email, version = @Version WHERE id = @Id",
                    after[^1]
                );
                if (person.Email != old.Email)
                    await TellAnew(tx, old, now);
                continue;
            }
            after.Add(person with { Number = number, ReservationId = reservation.Id, Version = 1 });
            await tx.Execute(
                """
                INSERT INTO delegate (id, reservation_id, number, name, job_title, phone, email, created_at)
                VALUES (@Id, @ReservationId, @number, @Name, @JobTitle, @Phone, @Email, @now)
                """,
                new
                {
                    after[^1].Id,
                    after[^1].ReservationId,
                    number,
                    person.Name,
                    person.JobTitle,
                    person.Phone,
                    person.Email,
                    now,
                }
            );
        }
        await tx.Record(
            now,
            new Change(
                reservation.SessionId,
                "delegates.set",
                reservation.Id,
                new { delegates = before.Select(one => one.Id) },
                new { delegates = after.Select(one => one.Id) }
            )
        );
        return after;
    }

    /// <summary>
    /// The mailbox that was named before may be a stranger's: its links end, and the right one gets what it was sent.
    /// </summary>
    static async Task TellAnew(Tx tx, DelegateRow row, Instant now)
    {
        var revoked = await PersonalLinkTable.Revoke(tx, LinkPurpose.Delegate, row.Id, now);
        if (revoked > 0)
            await tx.Record(now, new Change(row.SessionId, "delegate.links_revoked", row.Id, After: new { revoked }));
        if (row.State is not DelegateVetting.Approved)
            return;
        // What waits for the mail server would go to the right mailbox, too, and say the same.
        await OutboxTable.Recall(tx, Approved, row.Id);
        await OutboxTable.Recall(tx, TicketTable.ToDelegate, row.Id);
        await tx.Send(Approved, new Notice(row.Id), now);
        await TicketTable.TellDelegate(tx, row.Id, now);
    }

    /// <summary>
    /// Erases who the person is (PIPL §47). Before the day the place is free for somebody else, which the company is told;
    /// afterwards a row without a name is left, for what has taken place keeps its counts.
    /// </summary>
    public static async Task Forget(Tx tx, ReservationRow reservation, Sale session, DelegateRow row, Instant now)
    {
        if (now >= session.BeginsAt || await WasIn(tx, reservation, row))
        {
            await tx.Execute(
                """
                UPDATE delegate SET name = '', job_title = '', phone = '', email = '', vetting_note = NULL, version = version + 1
                WHERE id = @Id
                """,
                new { row.Id }
            );
            await PersonalLinkTable.Revoke(tx, LinkPurpose.Delegate, row.Id, now);
        }
        else
        {
            await Remove(tx, row, now);
            await tx.Send(Left, new Notice(reservation.Id), now);
        }
        await tx.Record(now, new Change(reservation.SessionId, "delegate.forgotten", row.Id));
    }

    /// <summary>Takes the day out of the person's calendar, ends every link, and drops the row.</summary>
    static async Task Remove(Tx tx, DelegateRow row, Instant now)
    {
        await CalendarEndTable.Add(tx, await PersonRow.OfDelegate(tx, row.Id), now);
        await tx.Execute("DELETE FROM delegate WHERE id = @Id", new { row.Id });
        await PersonalLinkTable.Revoke(tx, LinkPurpose.Delegate, row.Id, now); // Which a letter may have made until now.
    }

    /// <summary>Checked in on the day; who was in at a rehearsal has not come yet.</summary>
    static async Task<bool> WasIn(Tx tx, ReservationRow reservation, DelegateRow row) =>
        await tx.Get<long>(
            """
            SELECT COUNT(*) FROM ticket JOIN check_in ON check_in.ticket_id = ticket.id AND check_in.undone_at IS NULL
            WHERE ticket.delegate_id = @Id AND check_in.at >= @opens
            """,
            new { row.Id, opens = await ScanTable.OpensAt(tx, reservation.SessionId) }
        ) > 0;

    /// <summary>False when it has been decided so already. What the organizer wrote stays out of the log: it is about a person.</summary>
    public static async Task<bool> Decide(
        Tx tx,
        ReservationRow reservation,
        DelegateRow row,
        DelegateTrigger trigger,
        string? note,
        Instant now
    )
    {
        if (row.State.After(trigger) is not { } to)
            return false;
        var decided = await tx.Execute(
            """
            UPDATE delegate SET vetting = @to, vetting_note = @note, vetted_at = @now, version = version + 1
            WHERE id = @Id AND vetting = @Vetting
            """,
            new
            {
                row.Id,
                row.Vetting,
                to = to.Word(),
                note,
                now,
            }
        );
        if (decided == 0)
            return false;
        await tx.Record(
            now,
            new Change(
                reservation.SessionId,
                $"delegate.{to.Word()}",
                row.Id,
                new { vetting = row.State },
                new { vetting = to }
            )
        );
        await tx.Send(to is DelegateVetting.Approved ? Approved : Refused, new Notice(row.Id), now);
        return true;
    }
}
