using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Payments.Refunds;

public static class ShowRefund
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/refunds/{refundId}", Handle)
            .Named("ShowRefund", "Show a refund")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<RefundView>()
            .Refuses(Refusals.NotFound);

    static async Task<IResult> Handle(string refundId, Caller caller, Database db) =>
        (await Execute(db, caller, refundId)).ToOk();

    public static Task<Outcome<RefundView>> Execute(Database db, Caller caller, string refundId) =>
        db.Read<Outcome<RefundView>>(async read =>
            await RefundTable.Find(read, refundId) is { } row && caller.MaySee(row.CompanyId)
                ? RefundView.Of(row, await RedLetterGate.Closed(read, row))
                : Refusals.NotFound
        );
}
