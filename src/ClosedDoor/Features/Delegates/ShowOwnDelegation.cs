using ClosedDoor.Domain;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Delegates;

/// <summary>What a delegate is asked, by a personal link, without a password: the agreements, word for word.</summary>
public static class ShowOwnDelegation
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/delegate", Handle)
            .Named("ShowOwnDelegation", "What is asked of a delegate, by a personal link")
            .RequireAuthorization(Policy.DelegateByLink)
            .Answers<OwnDelegationView>()
            .Refuses(Refusals.NotFound);

    static async Task<IResult> Handle(Caller caller, Database db) => (await Execute(db, caller)).ToOk();

    public static Task<Outcome<OwnDelegationView>> Execute(Database db, Caller caller) =>
        db.Read<Outcome<OwnDelegationView>>(async read =>
            await Find(read, caller) is { } view ? view : Refusals.NotFound
        );

    /// <summary>Null once the person is replaced or the seat is gone: the link opens nothing any more.</summary>
    internal static async Task<OwnDelegationView?> Find(Statements read, Caller caller)
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
            session.TimeZone,
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
/// <param name="TimeZone">The session's, by whose clocks it begins: Asia/Shanghai, Asia/Urumqi.</param>
public sealed record OwnDelegationView(
    string Id,
    string SessionId,
    string Name,
    string SessionTitle,
    Instant BeginsAt,
    string TimeZone,
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
