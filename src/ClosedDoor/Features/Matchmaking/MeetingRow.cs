using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>A meeting that people have been told of, with who is in it.</summary>
sealed record MeetingRow
{
    public string Id { get; init; } = "";
    public string SessionId { get; init; } = "";
    public string CompanyId { get; init; } = "";
    public string InvitationId { get; init; } = "";
    public Instant BeginsAt { get; init; }
    public Instant EndsAt { get; init; }
    public long TableNumber { get; init; }
    public string Status { get; init; } = "";
    public long Frozen { get; init; }
    public string? CompanySays { get; init; }
    public string? GuestSays { get; init; }
    public string? OrganizerSays { get; init; }
    public long Sequence { get; init; }
    public string? Record { get; init; }
    public Instant ChangedAt { get; init; }
    public long Version { get; init; }
    public string CompanyName { get; init; } = "";

    public const string Select = """
        SELECT meeting.id, meeting.session_id, meeting.company_id, meeting.invitation_id, meeting.begins_at, meeting.ends_at,
            meeting.table_number, meeting.status, meeting.frozen, meeting.company_says, meeting.guest_says,
            meeting.organizer_says, meeting.sequence, meeting.record, meeting.changed_at, meeting.version,
            company.name AS company_name
        FROM meeting JOIN company ON company.id = meeting.company_id
        """;

    public MeetingStatus State => Words.Parse<MeetingStatus>(Status);

    public static Task<MeetingRow?> Find(Statements db, string id) =>
        db.Find<MeetingRow>($"{Select} WHERE meeting.id = @id", new { id });

    public static Task<List<MeetingRow>> Live(Statements db, string sessionId) =>
        db.All<MeetingRow>(
            $"""
            {Select} WHERE meeting.session_id = @sessionId AND meeting.status <> 'dropped'
            ORDER BY meeting.begins_at, meeting.table_number
            """,
            new { sessionId }
        );

    /// <summary>
    /// Meetings that were taken off and whose two have a declared conflict of interest, the last of each pair; none of those
    /// who have met before it was declared.
    /// </summary>
    public static async Task<List<MeetingRow>> Barred(Statements db, string sessionId, IReadOnlyList<MeetingRow> live)
    {
        var rows = await db.All<MeetingRow>(
            $"""
            {Select} JOIN invitation ON invitation.id = meeting.invitation_id
            WHERE invitation.session_id = @sessionId AND meeting.status = 'dropped' AND EXISTS (
                SELECT 1 FROM conflict_declaration AS declared WHERE declared.guest_id = invitation.guest_id
                    AND declared.company_id = meeting.company_id AND declared.kinds <> '')
            ORDER BY meeting.begins_at, meeting.table_number
            """,
            new { sessionId }
        );
        var met = live.Select(row => (row.CompanyId, row.InvitationId)).ToHashSet();
        return
        [
            .. rows.GroupBy(row => (row.CompanyId, row.InvitationId))
                .Where(pair => !met.Contains(pair.Key))
                .Select(pair => pair.MaxBy(row => row.ChangedAt)!),
        ];
    }

    /// <summary>Null for everyone whom the meeting does not concern.</summary>
    public MeetingSide? SideOf(Caller caller) =>
        caller.IsStaff ? MeetingSide.Organizer
        : caller.CompanyId == CompanyId ? MeetingSide.Company
        : caller.LinkTo(LinkPurpose.Invitation) == InvitationId ? MeetingSide.Guest
        : null;

    /// <summary>Whether no later timetable may move it.</summary>
    public bool StaysPut(Instant now) => Frozen == 1 || State is not MeetingStatus.Planned || BeginsAt <= now;

    /// <summary>Planned, and not begun: nothing has come of it yet.</summary>
    public bool MayBeCalledOff(Instant now) => State is MeetingStatus.Planned && BeginsAt > now;

    public MeetingRow With(MeetingSide side, WhoCame said)
    {
        var words = $"{(said.Company ? 'y' : 'n')}{(said.Guest ? 'y' : 'n')}";
        var next = side switch
        {
            MeetingSide.Company => this with { CompanySays = words },
            MeetingSide.Guest => this with { GuestSays = words },
            _ => this with { OrganizerSays = words },
        };
        return next with
        {
            Status = MeetingLife.After(Read(next.CompanySays), Read(next.GuestSays), Read(next.OrganizerSays)).Word(),
        };
    }

    /// <summary>Whether what is said of who came is enough to go by where money follows from it.</summary>
    public bool IsSettled => MeetingLife.IsSettled(Read(CompanySays), Read(GuestSays), Read(OrganizerSays));

    public WhoCame? SaidBy(MeetingSide side) =>
        Read(
            side switch
            {
                MeetingSide.Company => CompanySays,
                MeetingSide.Guest => GuestSays,
                _ => OrganizerSays,
            }
        );

    static WhoCame? Read(string? words) => words is null ? null : new(words[0] == 'y', words[1] == 'y');
}
