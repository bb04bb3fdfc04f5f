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

    /// <summary>
    /// Makes the list what <paramref name="delegates"/> say. Who stays (by name and phone) keeps id, vetting and what he
    /// or she accepted; who is new is pending; who goes is forgotten, with every link.
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
        var opens = await ScanTable.OpensAt(tx, reservation.SessionId); // Who was in at a rehearsal may still be replaced.
        var stay = before.Where(old => delegates.Any(old.IsSamePerson)).ToList();
        foreach (var gone in before.Except(stay))
        {
            if (
                await tx.Get<long>(
                    """
                    SELECT COUNT(*) FROM ticket JOIN check_in ON check_in.ticket_id = ticket.id AND check_in.undone_at IS NULL
                    WHERE ticket.delegate_id = @Id AND check_in.at >= @opens
                    """,
                    new { gone.Id, opens }
                ) > 0
            )
                return null;
            await CalendarEndTable.Add(tx, await PersonRow.OfDelegate(tx, gone.Id), now);
            await PersonalLinkTable.Revoke(tx, LinkPurpose.Delegate, gone.Id, now);
            await tx.Execute("DELETE FROM delegate WHERE id = @Id", new { gone.Id });
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
