using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Features.Door;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Delegates;

/// <summary>The organizer approves or refuses a person whom a company wants to send. A refused one can be replaced.</summary>
public static class DecideDelegate
{
    public sealed record Refusing(string? Note);

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost(
                "/delegates/{delegateId}/approve",
                async (string delegateId, Caller caller, Database db) =>
                    (await Execute(db, caller, delegateId, DelegateTrigger.Approve, null)).ToOk()
            )
            .Named("ApproveDelegate", "Approve a delegate, who is sent a personal link")
            .RequireAuthorization(Policy.Organize)
            .Answers<VettedDelegateView>()
            .Refuses(
                Refusals.NotFound,
                Refusals.StaleVersion,
                Refusals.WrongReservationStatus,
                Refusals.DelegateDecided
            );
        api.MapPost("/delegates/{delegateId}/refuse", Handle)
            .Named("RefuseDelegate", "Refuse a delegate")
            .RequireAuthorization(Policy.Organize)
            .Answers<VettedDelegateView>()
            .Refuses(
                Refusals.NotFound,
                Refusals.Invalid,
                Refusals.StaleVersion,
                Refusals.WrongReservationStatus,
                Refusals.DelegateDecided
            )
            .Example(new Refusing("请更换为企业正式员工"));
    }

    static async Task<IResult> Handle(string delegateId, Refusing request, Caller caller, Database db)
    {
        var errors = new FieldErrors();
        var note = errors.Lines("note", request.Note, 200);
        return errors.Refusal is { } invalid
            ? Answer.Refuse(invalid)
            : (await Execute(db, caller, delegateId, DelegateTrigger.Refuse, note)).ToOk();
    }

    public static Task<Outcome<VettedDelegateView>> Execute(
        Database db,
        Caller caller,
        string delegateId,
        DelegateTrigger trigger,
        string? note
    ) =>
        db.Write<VettedDelegateView>(
            caller,
            async tx =>
            {
                if (
                    await DelegateRow.Find(tx, delegateId) is not { } seen
                    || await ReservationTable.Lock(tx, seen.ReservationId, caller.MaySee) is not var (reservation, sale)
                    || await DelegateRow.Find(tx, delegateId) is not { } row // Again, now that the lock is held.
                )
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                if (!reservation.State.IsLive() || reservation.HasLapsed(caller.Now))
                    return Refusals.WrongReservationStatus;
                if (!await DelegateTable.Decide(tx, reservation, row, trigger, note, caller.Now))
                    return Refusals.DelegateDecided;
                // Nobody's calendar is written to on the day itself and after it.
                var told = caller.Now < sale.BeginsAt && await TicketTable.TellDelegate(tx, row.Id, caller.Now);
                if (!told && trigger is DelegateTrigger.Approve)
                    await TicketTable.IssueLate(tx, reservation.SessionId, caller.Now);
                await ReservationTable.Touch(tx, reservation);
                return VettedDelegateView.Of((await DelegateRow.Find(tx, delegateId))!);
            }
        );
}

/// <summary>A delegate as the organizers see one.</summary>
public sealed record VettedDelegateView(
    string Id,
    string ReservationId,
    string SessionId,
    string CompanyId,
    string Name,
    string JobTitle,
    DelegateVetting Vetting,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Note,
    IReadOnlyList<AgreementKind> Accepted,
    long Version
) : ITagged
{
    [JsonIgnore]
    public string Tag => $"{Version}.{Accepted.Count}";

    internal static VettedDelegateView Of(DelegateRow row) =>
        new(
            row.Id,
            row.ReservationId,
            row.SessionId,
            row.CompanyId,
            row.Name,
            row.JobTitle,
            row.State,
            row.VettingNote,
            [.. row.Accepted],
            row.Version
        );
}
