using ClosedDoor.Domain;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Delegates;

/// <summary>What a delegate sees and accepts by a personal link, without a password: the agreements, word for word.</summary>
public static class DelegateByLink
{
    public sealed record Accepted(string? Kind, string? Sha256);

    public sealed record Request(Accepted[]? Agreements);

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/delegate", Handle)
            .Named("ShowOwnDelegation", "What is asked of a delegate, by a personal link")
            .RequireAuthorization(Policy.DelegateByLink)
            .Answers<OwnDelegationView>()
            .Refuses(Refusals.NotFound);
        api.MapPost("/delegate/agreements", HandleAccept)
            .Named("AcceptAgreements", "Accept the NDA and the integrity pledge, by a personal link")
            .RequireAuthorization(Policy.DelegateByLink)
            .Answers<OwnDelegationView>()
            .Refuses(Refusals.NotFound, Refusals.Invalid)
            .Example(new Request([.. Agreement.InForce.Select(one => new Accepted(one.Kind.Word(), one.Sha256))]));
    }

    static async Task<IResult> Handle(Caller caller, Database db) => (await Show(db, caller)).ToOk();

    public static Task<Outcome<OwnDelegationView>> Show(Database db, Caller caller) =>
        db.Read<Outcome<OwnDelegationView>>(async read =>
            await Find(read, caller) is { } view ? view : Refusals.NotFound
        );

    static async Task<IResult> HandleAccept(Request request, Caller caller, Database db) =>
        (await Accept(db, caller, request)).ToOk();

    /// <summary>The hash says which text was read: an acceptance of another one than is in force is none.</summary>
    public static async Task<Outcome<OwnDelegationView>> Accept(Database db, Caller caller, Request request)
    {
        var errors = new FieldErrors();
        var accepted = new List<Agreement>();
        if (request.Agreements is not { Length: > 0 } given)
            errors.Add("agreements", "必填。", "Required.");
        else
        {
            for (var i = 0; i < Math.Min(given.Length, 10); i++)
            {
                var kind = errors.OptionalWord<AgreementKind>($"agreements[{i}].kind", given[i]?.Kind);
                var inForce = Agreement.InForce.FirstOrDefault(one => one.Kind == kind);
                if (inForce is null || inForce.Sha256 != given[i]?.Sha256)
                    errors.Add(
                        $"agreements[{i}].sha256",
                        "文本已更新，请重新阅读后确认。",
                        "This is not the text in force: read it again."
                    );
                else
                    accepted.Add(inForce);
            }
        }
        if (errors.Refusal is { } invalid)
            return invalid;

        return await db.Write<OwnDelegationView>(
            caller,
            async tx =>
            {
                if (await Find(tx, caller) is not { } view)
                    return Refusals.NotFound;
                foreach (var agreement in accepted)
                    await AcceptanceTable.Accept(tx, view.SessionId, view.Id, agreement, caller.Now);
                return (await Find(tx, caller))!;
            }
        );
    }

    /// <summary>Null once the person is replaced or the seat is gone: the link opens nothing any more.</summary>
    static async Task<OwnDelegationView?> Find(Statements read, Caller caller)
    {
        if (
            caller.LinkTo(LinkPurpose.Delegate) is not { } id
            || await DelegateRow.Find(read, id) is not { State: not DelegateVetting.Refused } row
            || await read.Find<ReservationRow>(
                $"{ReservationRow.Select} WHERE id = @ReservationId AND {ReservationStates.Live}",
                new { row.ReservationId }
            )
                is not { } seat
            || await SessionFacts.Find(read, seat.SessionId) is not { } session
        )
            return null;
        return new(
            row.Id,
            seat.SessionId,
            row.Name,
            session.Title,
            session.BeginsAt,
            session.City,
            row.State,
            [
                .. Agreement.InForce.Select(one => new AgreementView(
                    one.Kind,
                    one.Version,
                    one.Title,
                    one.Words,
                    one.Sha256,
                    row.Accepted.Contains(one.Kind)
                )),
            ]
        );
    }
}

/// <summary>What a delegate is shown by the link.</summary>
public sealed record OwnDelegationView(
    string Id,
    string SessionId,
    string Name,
    string SessionTitle,
    Instant BeginsAt,
    string City,
    DelegateVetting Vetting,
    IReadOnlyList<AgreementView> Agreements
);

/// <param name="Words">The text in force, in Chinese; it is what counts.</param>
/// <param name="Sha256">Of the text, to be sent back with its acceptance.</param>
public sealed record AgreementView(
    AgreementKind Kind,
    long Version,
    string Title,
    string Words,
    string Sha256,
    bool Accepted
);
