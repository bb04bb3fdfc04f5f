using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Invitations;

/// <summary>An invitation with the guest whom it asks.</summary>
sealed record InvitationRow
{
    public string Id { get; init; } = "";
    public string SessionId { get; init; } = "";
    public string GuestId { get; init; } = "";
    public string Kind { get; init; } = "";
    public long Number { get; init; }
    public string Status { get; init; } = "";
    public string? SubstituteFor { get; init; }
    public string? Note { get; init; }
    public string? Availability { get; init; }
    public string? ApprovalSha256 { get; init; }
    public string? ApprovalName { get; init; }

    /// <summary>Stays when the file is erased with the guest.</summary>
    public Instant? ApprovalAt { get; init; }
    public Instant? ReleasedAt { get; init; }
    public Instant? InvitedAt { get; init; }
    public Instant? OpenedAt { get; init; }
    public Instant? RepliedAt { get; init; }
    public Instant? RemindedAt { get; init; }
    public long Version { get; init; }
    public string Name { get; init; } = "";
    public string? Post { get; init; }
    public string? Specialty { get; init; }
    public string Unit { get; init; } = "";
    public string? HospitalId { get; init; }
    public string? Level { get; init; }
    public string? Grade { get; init; }
    public string? Email { get; init; }
    public Instant? ForgottenAt { get; init; }

    public const string Select = """
        SELECT invitation.id, invitation.session_id, invitation.guest_id, invitation.kind, invitation.number, invitation.status,
            invitation.substitute_for, invitation.note, invitation.availability, invitation.approval_sha256,
            invitation.approval_name, invitation.approval_at, invitation.released_at, invitation.invited_at, invitation.opened_at,
            invitation.replied_at, invitation.reminded_at, invitation.version,
            guest.name, guest.post, guest.specialty, guest.unit, guest.hospital_id, guest.email, guest.forgotten_at,
            hospital.level, hospital.grade
        FROM invitation JOIN guest ON guest.id = invitation.guest_id LEFT JOIN hospital ON hospital.id = guest.hospital_id
        """;

    /// <summary>The guest, whose link is of the invitation.</summary>
    public static readonly LinkAddressee Addressee = new(
        LinkPurpose.Invitation,
        "SELECT COALESCE(email, '') FROM guest WHERE id = (SELECT guest_id FROM invitation WHERE id = @subjectId)"
    );

    public static Task<InvitationRow?> Find(Statements db, string id) =>
        db.Find<InvitationRow>($"{Select} WHERE invitation.id = @id", new { id });

    public static Task<List<InvitationRow>> Of(Statements db, string sessionId) =>
        db.All<InvitationRow>(
            $"{Select} WHERE invitation.session_id = @sessionId ORDER BY invitation.number",
            new { sessionId }
        );

    public InvitationStatus State => Words.Parse<InvitationStatus>(Status);

    public GuestKind GuestKind => Words.Parse<GuestKind>(Kind);

    public HospitalStanding? Hospital =>
        Level is null ? null : new(Words.Parse<HospitalLevel>(Level), Words.Parse<HospitalGrade>(Grade!));

    /// <summary>Whether the unit's approval is, or was, on file.</summary>
    public bool UnitApproved => ApprovalAt is not null;

    public GuestRank Rank => new(GuestKind, Words.TryParse<Post>(Post), Hospital);

    public Invitee ToInvitee() =>
        new(Id, Number, State, GuestKind, GuestKind is GuestKind.HospitalDirector ? HospitalId : null, SubstituteFor);

    /// <summary>Why an accepted guest does not count; null when the guest counts.</summary>
    public Refusal? DoesNotCount => GuestGate.CheckCounts(Rank, UnitApproved);
}
