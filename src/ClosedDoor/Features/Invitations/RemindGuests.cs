using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Outbox;

namespace ClosedDoor.Features.Invitations;

/// <summary>Writes again to chosen guests, each with a link of its own. Who has answered meanwhile is left in peace.</summary>
public static class RemindGuests
{
    public const string Reminded = "invitation.reminded.v1";
    const int Most = 200;

    public sealed record Request(string[]? InvitationIds);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost(
                "/sessions/{sessionId}/reminders",
                async (string sessionId, Request request, Caller caller, Database db) =>
                    (await Execute(db, caller, sessionId, request)).ToOk()
            )
            .Named("RemindGuests", "Remind guests who have not answered")
            .RequireAuthorization(Policy.Organize)
            .Answers<RemindersView>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.WrongSessionStatus, Refusals.SessionBegun)
            .Example(new Request(["inv_01khws5mbcf5rtnyjcg1a9w9j6"]));

    public static async Task<Outcome<RemindersView>> Execute(
        Database db,
        Caller caller,
        string sessionId,
        Request request
    )
    {
        var errors = new FieldErrors();
        var ids = request.InvitationIds?.Distinct().ToArray() ?? [];
        if (ids.Length is 0 or > Most)
            errors.Add("invitationIds", $"请选择 1 至 {Most} 位嘉宾。", $"Choose 1 to {Most} guests.");
        if (errors.Refusal is { } invalid)
            return invalid;
        return await db.Write<RemindersView>(
            caller,
            async tx =>
            {
                if (await SessionTable.Lock(tx, sessionId) is not { } session)
                    return Refusals.NotFound;
                if (GuestGate.CheckAhead(session, caller.Now) is { } tooLate)
                    return tooLate;
                var list = (await InvitationRow.Of(tx, sessionId)).ToDictionary(row => row.Id);
                var reminded = new List<string>();
                var unknown = new FieldErrors(); // Of its own: the work may run again, and would say everything twice.
                foreach (var id in ids)
                {
                    if ((string?)id is null || !list.TryGetValue(id, out var row))
                        unknown.Add("invitationIds", $"本场次没有邀请 {id}。", $"The session has no invitation {id}.");
                    else if (row.State.AwaitsReply() && row.Email is not null)
                    {
                        await InvitationTable.Reminded(tx, row, caller.Now);
                        await tx.Send(Reminded, new Notice(id), caller.Now);
                        reminded.Add(id);
                    }
                }
                if (unknown.Refusal is { } none)
                    return none;
                return new RemindersView(reminded, [.. ids.Except(reminded)]);
            }
        );
    }
}

/// <param name="Reminded">Invitations whose guests are written to.</param>
/// <param name="PassedOver">Those that have been answered, or whose guest has no e-mail address.</param>
public sealed record RemindersView(IReadOnlyList<string> Reminded, IReadOnlyList<string> PassedOver);
