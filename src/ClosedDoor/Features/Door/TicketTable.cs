using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Door;

/// <summary>Every change to tickets. A person who comes has one, and keeps it whatever moves.</summary>
static class TicketTable
{
    public const string ToDelegate = "ticket.to_delegate.v1";
    public const string ToGuest = "ticket.to_guest.v1";

    /// <summary>Gives a ticket to everyone who comes by now and has none: approved delegates of paid seats, guests who accepted.</summary>
    /// <returns>How many.</returns>
    public static async Task<int> IssueMissing(Tx tx, string sessionId, Instant now)
    {
        var delegates = await tx.All<string>(
            """
            SELECT delegate.id FROM delegate
            JOIN reservation ON reservation.id = delegate.reservation_id AND reservation.status = 'confirmed'
            WHERE reservation.session_id = @sessionId AND delegate.vetting = 'approved'
                AND NOT EXISTS (SELECT 1 FROM ticket WHERE ticket.delegate_id = delegate.id)
            ORDER BY delegate.id
            """,
            new { sessionId }
        );
        var guests = await tx.All<string>(
            """
            SELECT invitation.id FROM invitation
            WHERE invitation.session_id = @sessionId AND invitation.status = 'accepted'
                AND NOT EXISTS (SELECT 1 FROM ticket WHERE ticket.invitation_id = invitation.id)
            ORDER BY invitation.id
            """,
            new { sessionId }
        );
        foreach (var delegateId in delegates)
            await Add(tx, sessionId, delegateId, null, now);
        foreach (var invitationId in guests)
            await Add(tx, sessionId, null, invitationId, now);
        return delegates.Count + guests.Count;
    }

    /// <summary>Once tickets have been given out, whoever is added to those who come gets one without being asked for.</summary>
    public static async Task IssueLate(Tx tx, string sessionId, Instant now)
    {
        var givenOut = await tx.Get<long>(
            "SELECT COUNT(*) FROM ticket WHERE session_id = @sessionId",
            new { sessionId }
        );
        if (givenOut > 0)
            await IssueMissing(tx, sessionId, now);
    }

    static async Task Add(Tx tx, string sessionId, string? delegateId, string? invitationId, Instant now)
    {
        var id = TypeId.New("tkt", now);
        var added = await tx.Execute(
            """
            INSERT INTO ticket (id, session_id, delegate_id, invitation_id, sequence, told_at, created_at)
            VALUES (@id, @sessionId, @delegateId, @invitationId, 0, @now, @now)
            ON CONFLICT DO NOTHING
            """,
            new
            {
                id,
                sessionId,
                delegateId,
                invitationId,
                now,
            }
        );
        if (added == 0)
            return;
        await Send(tx, delegateId, invitationId, now);
        await tx.Record(
            now,
            new Change(sessionId, "ticket.issued", id, After: new { of = delegateId ?? invitationId })
        );
    }

    /// <summary>Day, time or place have changed, or the session is off: everyone who has a ticket gets the appointment anew.</summary>
    /// <param name="guestsOnly">Delegates hear of it with their company's seat.</param>
    public static async Task TellAll(Tx tx, string sessionId, Instant now, bool guestsOnly = false)
    {
        // Who has given the place up was told when that happened, and is not told where it takes place now.
        var people = (await PersonRow.Of(tx, sessionId)).Where(person => !person.GivenUp);
        foreach (var person in people.OrderBy(person => person.TicketId, StringComparer.Ordinal))
            if (!guestsOnly || person.IsGuest)
                await Tell(tx, new(person.TicketId, person.DelegateId, person.InvitationId), now);
    }

    /// <summary>The company's seat is gone: its people do not come.</summary>
    public static async Task TellDelegates(Tx tx, string reservationId, Instant now)
    {
        foreach (
            var ticket in await tx.All<TicketRow>(
                "SELECT ticket.id, ticket.delegate_id, ticket.invitation_id FROM ticket JOIN delegate ON delegate.id = ticket.delegate_id WHERE delegate.reservation_id = @reservationId AND delegate.vetting = 'approved' ORDER BY ticket.id",
                new { reservationId }
            )
        )
            await Tell(tx, ticket, now);
    }

    /// <summary>The guest does not come any more: the appointment is taken back.</summary>
    /// <returns>False when there was no ticket, and so no appointment.</returns>
    public static async Task<bool> TellGuest(Tx tx, string invitationId, Instant now)
    {
        var ticket = await tx.Find<TicketRow>(
            "SELECT id, delegate_id, invitation_id FROM ticket WHERE invitation_id = @invitationId",
            new { invitationId }
        );
        if (ticket is not null)
            await Tell(tx, ticket, now);
        return ticket is not null;
    }

    /// <summary>The organizer has refused the delegate, who has the appointment taken back, or has approved after all.</summary>
    /// <returns>False when there was no ticket, and so no appointment.</returns>
    public static async Task<bool> TellDelegate(Tx tx, string delegateId, Instant now)
    {
        var ticket = await tx.Find<TicketRow>(
            "SELECT id, delegate_id, invitation_id FROM ticket WHERE delegate_id = @delegateId",
            new { delegateId }
        );
        if (ticket is not null)
            await Tell(tx, ticket, now);
        return ticket is not null;
    }

    /// <summary>Whether a mail about the person's appointment has still to go out.</summary>
    public static Task<bool> IsBeingTold(Statements read, PersonRow person) =>
        person.DelegateId is { } delegateId
            ? OutboxTable.IsPending(read, ToDelegate, delegateId)
            : OutboxTable.IsPending(read, ToGuest, person.InvitationId!);

    /// <summary>Another version of the person's appointment.</summary>
    public static Task<long> NextSequence(Tx tx, string ticketId, Instant now) =>
        tx.Get<long>(
            "UPDATE ticket SET sequence = sequence + 1, told_at = @now WHERE id = @ticketId RETURNING sequence",
            new { ticketId, now }
        );

    static async Task Tell(Tx tx, TicketRow ticket, Instant now)
    {
        await NextSequence(tx, ticket.Id, now);
        await Send(tx, ticket.DelegateId, ticket.InvitationId, now);
    }

    static Task Send(Tx tx, string? delegateId, string? invitationId, Instant now) =>
        delegateId is not null
            ? tx.Send(ToDelegate, new Notice(delegateId), now)
            : tx.Send(ToGuest, new Notice(invitationId!), now);

    sealed record TicketRow(string Id, string? DelegateId, string? InvitationId);
}
