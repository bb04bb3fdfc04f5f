using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Outbox;

namespace ClosedDoor.Features.Vetting;

/// <summary>
/// What <see cref="RejectVetting"/> and <see cref="RevokeVetting"/> have in common: one reviewer decides against a
/// company, for a reason that it is told.
/// </summary>
public static class EndVetting
{
    const int LongestNote = 2000;

    /// <param name="ReasonCode">One of <see cref="VettingReason.AgainstIt"/>.</param>
    /// <param name="Note">Told to the company beside the reason; required with the reason 'other'.</param>
    public sealed record Request(string? ReasonCode, string? Note = null);

    internal static RouteHandlerBuilder Described(
        this RouteHandlerBuilder endpoint,
        string operationId,
        string summary
    ) =>
        endpoint
            .Named(operationId, summary)
            .RequireAuthorization(Policy.Review)
            .Answers<VettingView>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.StaleVersion, Refusals.WrongVettingStatus)
            .Example(new Request("certificate_invalid", "注册证号无法在国家药监局网站核实。"));

    /// <param name="trigger"><see cref="VettingTrigger.Reject"/> or <see cref="VettingTrigger.Revoke"/>.</param>
    /// <param name="message">The kind of the message that tells the company.</param>
    internal static async Task<Outcome<VettingView>> Execute(
        Database db,
        Caller caller,
        string vettingId,
        VettingTrigger trigger,
        string message,
        Request request
    )
    {
        var errors = new FieldErrors();
        var reason = VettingReason.Read(errors, request.ReasonCode, request.Note);
        var note = errors.OptionalLines("note", request.Note, LongestNote);
        if (errors.Refusal is { } invalid)
            return invalid;

        return await db.Write<VettingView>(
            caller,
            async tx =>
            {
                if (await VettingTable.Lock(tx, caller, vettingId) is not { } row)
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                // What has run out can no longer be revoked, though nothing may have swept it yet.
                if (
                    row.HasRunOut(Zones.Today(caller.Now))
                    || await VettingTable.Transition(tx, row, trigger, caller.Now, new(reason!, note)) is not { } ended
                )
                    return Refusals.WrongVettingStatus;
                await tx.Send(message, new Notice(row.Id), caller.Now);
                return await VettingView.Of(tx, ended, caller, tx.Settings);
            }
        );
    }
}
