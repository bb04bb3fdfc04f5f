using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Delegates;

sealed record DelegateRow
{
    public string Id { get; init; } = "";
    public string ReservationId { get; init; } = "";
    public string SessionId { get; init; } = "";
    public string CompanyId { get; init; } = "";
    public long Number { get; init; }
    public string Name { get; init; } = "";
    public string JobTitle { get; init; } = "";
    public string Phone { get; init; } = "";
    public string Email { get; init; } = "";
    public string Vetting { get; init; } = "pending";
    public string? VettingNote { get; init; }
    public long Version { get; init; }

    /// <summary>What the person has accepted of what is in force, separated by blanks.</summary>
    public string? AcceptedWords { get; init; }

    public static readonly string Select = $"""
        SELECT delegate.id, delegate.reservation_id, delegate.number, delegate.name, delegate.job_title, delegate.phone,
            delegate.email, delegate.vetting, delegate.vetting_note, delegate.version,
            {AcceptedSql} AS accepted_words, reservation.session_id, reservation.company_id
        FROM delegate JOIN reservation ON reservation.id = delegate.reservation_id
        """;

    public static readonly LinkAddressee Addressee = new(
        LinkPurpose.Delegate,
        "SELECT COALESCE(email, '') FROM delegate WHERE id = @subjectId"
    );

    public static Task<DelegateRow?> Find(Statements read, string id) =>
        read.Find<DelegateRow>($"{Select} WHERE delegate.id = @id", new { id });

    public static Task<List<DelegateRow>> Of(Statements read, string reservationId) =>
        read.All<DelegateRow>(
            $"{Select} WHERE delegate.reservation_id = @reservationId ORDER BY delegate.number",
            new { reservationId }
        );

    public DelegateVetting State => Words.Parse<DelegateVetting>(Vetting);

    public IReadOnlyCollection<AgreementKind> Accepted => AgreementsIn(AcceptedWords);

    internal static IReadOnlyCollection<AgreementKind> AgreementsIn(string? acceptedWords) =>
        [.. (acceptedWords ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Words.Parse<AgreementKind>)];

    public bool IsSamePerson(DelegateRow other) => Name == other.Name && Phone == other.Phone;

    /// <summary>One text of all kinds that were accepted in the version in force; the same on both engines.</summary>
    internal static string AcceptedSql =>
        string.Join(
            " || ",
            Agreement.InForce.Select(one =>
                $"""
                    COALESCE((SELECT '{one.Kind.Word()} ' FROM delegate_acceptance AS done WHERE done.delegate_id = delegate.id
                        AND done.kind = '{one.Kind.Word()}' AND done.version = {one.Version}), '')
                    """
            )
        );
}
