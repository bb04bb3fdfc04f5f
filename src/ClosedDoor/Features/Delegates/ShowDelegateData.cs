using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Delegates;

/// <summary>A copy of all that is kept about a delegate, by the delegate's own link (PIPL §45), whatever became of the seat.</summary>
public static class ShowDelegateData
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/delegate/data", async (Caller caller, Database db) => (await Execute(db, caller)).ToOk())
            .Named("ShowDelegateData", "Copy all that is kept about the delegate, by a personal link")
            .RequireAuthorization(Policy.DelegateByLink)
            .Answers<DelegateDataView>()
            .Refuses(Refusals.NotFound);

    public static async Task<Outcome<DelegateDataView>> Execute(Database db, Caller caller) =>
        caller.LinkTo(LinkPurpose.Delegate) is { } id && await db.Read(read => Find(read, id)) is { } data
            ? data
            : Refusals.NotFound;

    static async Task<DelegateDataView?> Find(Statements read, string id)
    {
        if (
            await DelegateRow.Find(read, id) is not { } row
            || await read.Find<Named>(
                """
                SELECT session.id AS session_id, session.title AS session_title, company.name AS company, delegate.created_at
                FROM delegate JOIN reservation ON reservation.id = delegate.reservation_id
                JOIN company ON company.id = reservation.company_id JOIN session ON session.id = reservation.session_id
                WHERE delegate.id = @id
                """,
                new { id }
            )
                is not { } named
        )
            return null;
        var accepted = await read.All<Acceptance>(
            """
            SELECT kind, version, text_sha256, accepted_at FROM delegate_acceptance
            WHERE delegate_id = @id ORDER BY accepted_at, kind
            """,
            new { id }
        );
        var checkIns = await read.All<CheckIn>(
            """
            SELECT check_in.at, check_in.undone_at FROM check_in JOIN ticket ON ticket.id = check_in.ticket_id
            WHERE ticket.delegate_id = @id ORDER BY check_in.at, check_in.id
            """,
            new { id }
        );
        return new(
            row.Name,
            row.JobTitle,
            row.Phone,
            row.Email,
            named.Company,
            named.SessionId,
            named.SessionTitle,
            row.State,
            row.VettingNote,
            [
                .. accepted.Select(one => new AcceptedView(
                    Words.Parse<AgreementKind>(one.Kind),
                    one.Version,
                    one.TextSha256,
                    one.AcceptedAt
                )),
            ],
            [.. checkIns.Select(one => new DelegateCheckInView(one.At, one.UndoneAt))],
            named.CreatedAt,
            row.Version
        );
    }

    sealed record Named
    {
        public string SessionId { get; init; } = "";
        public string SessionTitle { get; init; } = "";
        public string Company { get; init; } = "";
        public Instant CreatedAt { get; init; }
    }

    sealed record Acceptance
    {
        public string Kind { get; init; } = "";
        public long Version { get; init; }
        public string TextSha256 { get; init; } = "";
        public Instant AcceptedAt { get; init; }
    }

    sealed record CheckIn
    {
        public Instant At { get; init; }
        public Instant? UndoneAt { get; init; }
    }
}

/// <summary>All that is kept about a delegate.</summary>
/// <param name="Company">Who named the delegate.</param>
/// <param name="Note">Why the organizer refused the delegate.</param>
public sealed record DelegateDataView(
    string Name,
    string JobTitle,
    string Phone,
    string Email,
    string Company,
    string SessionId,
    string SessionTitle,
    DelegateVetting Vetting,
    string? Note,
    IReadOnlyList<AcceptedView> Accepted,
    IReadOnlyList<DelegateCheckInView> CheckIns,
    Instant CreatedAt,
    long Version
) : ITagged
{
    [JsonIgnore]
    public string Tag => ContentTag.Of(Version, this);
}

public sealed record AcceptedView(AgreementKind Kind, long Version, string TextSha256, Instant AcceptedAt);

public sealed record DelegateCheckInView(Instant At, Instant? UndoneAt);
