using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Outbox;

namespace ClosedDoor.Features.Vetting;

/// <summary>补充材料: gives the application back to the company, with what is still wanted.</summary>
public static class RequestMoreEvidence
{
    public const string Requested = "vetting.info_requested.v1";

    const int LongestMessage = 2000;

    /// <param name="Message">Told to the company.</param>
    public sealed record Request(string? Message);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost(
                "/vettings/{vettingId}/request-info",
                async (string vettingId, Request request, Caller caller, Database db) =>
                    (await Execute(db, caller, vettingId, request)).ToOk()
            )
            .Named("RequestMoreEvidence", "Ask the company for more evidence")
            .RequireAuthorization(Policy.Review)
            .Answers<VettingView>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.StaleVersion, Refusals.WrongVettingStatus)
            .Example(new Request("请补充注册证的扫描件。"));

    public static async Task<Outcome<VettingView>> Execute(
        Database db,
        Caller caller,
        string vettingId,
        Request request
    )
    {
        var errors = new FieldErrors();
        var message = errors.Lines("message", request.Message, LongestMessage);
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
                if (
                    await VettingTable.Transition(tx, row, VettingTrigger.RequestInfo, caller.Now, message: message)
                    is not { } asked
                )
                    return Refusals.WrongVettingStatus;
                await tx.Send(Requested, new Notice(row.Id), caller.Now);
                return await VettingView.Of(tx, asked, caller, tx.Settings);
            }
        );
    }
}
