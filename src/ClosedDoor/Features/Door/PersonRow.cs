using ClosedDoor.Domain;
using ClosedDoor.Features.Delegates;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Door;

/// <summary>Somebody who comes to a session, delegate or guest, as the door, the paper and the report need it.</summary>
sealed record PersonRow
{
    public string TicketId { get; init; } = "";
    public string SessionId { get; init; } = "";
    public string? DelegateId { get; init; }
    public string? InvitationId { get; init; }
    public string? ReservationId { get; init; }
    public string Name { get; init; } = "";

    /// <summary>The company that sends a delegate, the unit of a guest.</summary>
    public string Unit { get; init; } = "";
    public string? Email { get; init; }
    public string? SeatStatus { get; init; }
    public string? Vetting { get; init; }
    public string? AcceptedWords { get; init; }
    public string? InvitationStatus { get; init; }
    public long Sequence { get; init; }
    public Instant ToldAt { get; init; }
    public Instant? CheckedInAt { get; init; }
    public string? CheckedInBy { get; init; }
    public long PhotoConsent { get; init; }
    public long Pledges { get; init; }
    public string? InvitationKind { get; init; }
    public Instant? ApprovalAt { get; init; }
    public Instant BeginsAt { get; init; }
    public string SessionState { get; init; } = "";

    static readonly string Sql = $"""
        SELECT ticket.id AS ticket_id, ticket.session_id, ticket.delegate_id, ticket.invitation_id, ticket.sequence, ticket.told_at,
            delegate.reservation_id, reservation.status AS seat_status,
            COALESCE(delegate.name, guest.name, '') AS name,
            COALESCE(company.name, guest.unit, '') AS unit,
            COALESCE(delegate.email, guest.email) AS email,
            delegate.vetting, {DelegateRow.AcceptedSql} AS accepted_words,
            invitation.status AS invitation_status,
            check_in.at AS checked_in_at, door_device.name AS checked_in_by,
            {Consents("photo")} AS photo_consent, {Consents("integrity_pledge")} AS pledges,
            invitation.kind AS invitation_kind, invitation.approval_at, session.begins_at, session.status AS session_state
        FROM ticket
        JOIN session ON session.id = ticket.session_id
        LEFT JOIN delegate ON delegate.id = ticket.delegate_id
        LEFT JOIN reservation ON reservation.id = delegate.reservation_id
        LEFT JOIN company ON company.id = reservation.company_id
        LEFT JOIN invitation ON invitation.id = ticket.invitation_id
        LEFT JOIN guest ON guest.id = invitation.guest_id
        LEFT JOIN check_in ON check_in.ticket_id = ticket.id AND check_in.undone_at IS NULL
        LEFT JOIN door_device ON door_device.id = check_in.device_id
        """;

    /// <summary>Whether a guest's consent is on record and not withdrawn; to photographs nobody has consented by default (民法典 §1019).</summary>
    static string Consents(string kind) =>
        $"""
            (SELECT COUNT(*) FROM consent WHERE consent.invitation_id = ticket.invitation_id
                AND consent.kind = '{kind}' AND consent.withdrawn_at IS NULL)
            """;

    public static Task<PersonRow?> Find(Statements read, string ticketId) =>
        read.Find<PersonRow>($"{Sql} WHERE ticket.id = @ticketId", new { ticketId });

    public static Task<PersonRow?> OfDelegate(Statements read, string delegateId) =>
        read.Find<PersonRow>($"{Sql} WHERE ticket.delegate_id = @delegateId", new { delegateId });

    public static Task<PersonRow?> OfInvitation(Statements read, string invitationId) =>
        read.Find<PersonRow>($"{Sql} WHERE ticket.invitation_id = @invitationId", new { invitationId });

    public static Task<List<PersonRow>> Of(Statements read, string sessionId) =>
        read.All<PersonRow>(
            $"{Sql} WHERE ticket.session_id = @sessionId ORDER BY reservation.seat_number, invitation.number, delegate.number, ticket.id",
            new { sessionId }
        );

    public bool IsGuest => InvitationId is not null;

    /// <summary>Checked in before the door opened: a rehearsal, or a clock that was wrong.</summary>
    public bool IsEarly => CheckedInAt < ScanTable.Opens(BeginsAt);

    /// <summary>Was there on the day. An early check-in is none: whoever rehearsed has not come yet.</summary>
    public bool Attended => CheckedInAt is not null && !IsEarly;

    /// <summary>Not expected, and so not missed.</summary>
    public bool CalledOff => !Attended && GivenUp;

    /// <summary>
    /// The seat is gone, the guest has withdrawn, the organizer has refused the delegate, or somebody else was named. Who has
    /// yet to accept an agreement may still come.
    /// </summary>
    public bool GivenUp =>
        Vetting == DelegateVetting.Refused.Word()
        || Barred is { } barred
            && (
                barred.Is(Refusals.SeatNotConfirmed)
                || barred.Is(Refusals.GuestNotComing)
                || barred.Is(Refusals.DelegateReplaced)
            );

    /// <summary>Null when the person may come in; else the reason why not.</summary>
    public Refusal? Barred =>
        OwnBar ?? (SessionState == SessionStatus.Cancelled.Word() ? Refusals.WrongSessionStatus : null);

    Refusal? OwnBar =>
        IsGuest
            ? InvitationStatus != Domain.InvitationStatus.Accepted.Word()
                ? Refusals.GuestNotComing
                : GuestGate.CheckApproved(Words.Parse<GuestKind>(InvitationKind!), ApprovalAt is not null)
            : Vetting is null
                ? Refusals.DelegateReplaced
                : DelegateGate.Check(
                    Words.Parse<DelegateVetting>(Vetting),
                    DelegateRow.AgreementsIn(AcceptedWords),
                    Words.Parse<ReservationStatus>(SeatStatus!)
                );

    /// <summary>What the door staff see to with somebody who may come in.</summary>
    public IReadOnlyList<DoorWarning> Warnings => IsGuest && Pledges == 0 ? [DoorWarning.IntegrityPledgeMissing] : [];
}

/// <summary>What is still to be done before somebody walks in; it keeps nobody outside.</summary>
public enum DoorWarning
{
    /// <summary>九项准则: the guest has not accepted the integrity pledge, or took it back. It is done on the guest's own telephone, by the link.</summary>
    IntegrityPledgeMissing,
}
