using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Platform.Outbox;

/// <summary>Sets a parked message going again, once what hindered it is put right. It has all its attempts anew.</summary>
public static class RetryMessage
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/outbox/{messageId}/retry", Handle)
            .Named("RetryMessage", "Try a parked message again")
            .RequireAuthorization(Policy.Organize)
            .AnswersNothing()
            .Refuses(Refusals.NotFound);

    static async Task<IResult> Handle(string messageId, Caller caller, Database db) =>
        (await Execute(db, caller, messageId)).ToNoContent();

    public static Task<Outcome<bool>> Execute(Database db, Caller caller, string messageId) =>
        db.Write<bool>(
            caller,
            async tx =>
            {
                if (!await OutboxTable.Unpark(tx, messageId, caller.Now))
                    return Refusals.NotFound;
                await tx.Record(caller.Now, new Change(caller.Actor, "message.retried", messageId));
                return true;
            }
        );
}
